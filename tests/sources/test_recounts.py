"""Citations through days: what is asked when, what a blackout costs, and that nothing known is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import insert

from bot.cli.reporting import secrets_of
from bot.errors import CatalogBusy
from bot.paper.model import Citations, Paper
from bot.readers.owner import Kind, Owner
from bot.search.library import Library
from bot.settings import Settings
from bot.sources import recounts
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace
from bot.sources.semantic_scholar import SemanticScholar
from bot.sources.updater import LISTINGS_EVERY, REFRESH_EVERY, REVISITS_EVERY, TODAY_EVERY, Sources, Updater
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from bot.state.tables import delivered
from bot.state.watched import WatchedPapers
from tests.sources.conftest import quick
from tests.support import paper_server as faults
from tests.support.paper_server import PaperServer, counts, paper_server
from tests.support.putting import put_in
from tests.support.time import SettableClock

ANN = 1
SAVED, POSTED, NEITHER = "2501.00001", "2501.00002", "2501.00003"
BLACKOUT = faults.status(429, **{"Retry-After": str(15 * 3600)})


class Bot:
    """What updates the catalog, in one life of a process."""

    def __init__(self, library: Library, store: Store, sources: Sources, clock: SettableClock) -> None:
        self.library, self.store, self.clock = library, store, clock
        watched = WatchedPapers(store)
        self._updater = Updater(library, sources, clock, watched.ids, watched.counted)

    async def update(self) -> None:
        await self._updater.update(TODAY_EVERY, REFRESH_EVERY, LISTINGS_EVERY, REVISITS_EVERY)

    async def hours(self, hours: int) -> None:
        """So long it runs, and updates by itself."""
        for _ in range(hours):
            self.clock.move(hours=1)
            await self.update()

    async def have(self, *ids: str) -> None:
        """These papers come into the catalog."""
        await put_in(self.library, [Paper(id=each, title=f"Title {each}") for each in ids])

    async def save(self, *ids: str) -> None:
        papers = [Paper(id=each, title=f"Title {each}") for each in ids]
        await ReadingLists(self.store, self.clock).save(Owner(Kind.PERSON, ANN), papers, by=ANN)

    async def post(self, paper_id: str, message_id: int | None = 5) -> None:
        """In a channel; without a message it was only set aside for one."""
        row = {"channel_id": 1, "guild_id": 1, "title": "T", "local_date": date(2026, 1, 1), "delivery_id": 1}
        post = insert(delivered).values(paper_id=paper_id, message_id=message_id, **row)
        await self.store.write(lambda connection: connection.execute(post))

    async def cited(self, paper_id: str) -> Citations | None:
        paper = await self.library.paper(paper_id)
        assert paper is not None
        return paper.citations


@pytest.fixture
async def server() -> AsyncIterator[PaperServer]:
    async with paper_server() as running:
        running.cited = {SAVED: counts(41, 3), POSTED: counts(0), NEITHER: counts(9)}
        yield running


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@asynccontextmanager
async def running(folder: Path, server: PaperServer, clock: SettableClock) -> AsyncIterator[Bot]:
    store, library = Store(f"sqlite:///{folder / 'state.db'}"), Library(folder / "catalog.db")
    async with paper_server() as others:
        sources = Sources(
            HuggingFace(quick("Hugging Face", others, attempts=1)),
            ArXiv(quick("arXiv", others, attempts=1)),
            SemanticScholar(quick("Semantic Scholar", server, attempts=1)),
        )
        await store.migrate()
        try:
            yield Bot(library, store, sources, clock)
        finally:
            await sources.close()
            library.close()
            await store.close()


@pytest.fixture
async def bot(tmp_path: Path, server: PaperServer, clock: SettableClock) -> AsyncIterator[Bot]:
    async with running(tmp_path, server, clock) as started:
        await started.have(SAVED, POSTED, NEITHER)
        yield started


def asked(server: PaperServer) -> list[list[str]]:
    """The papers of each request since the last time."""
    found = [sorted(each.removeprefix("ARXIV:") for each in batch) for batch in server.batches]
    server.batches.clear()
    return found


async def test_only_what_was_saved_or_posted_is_asked_about_and_weekly(bot: Bot, server: PaperServer) -> None:
    await bot.hours(24)
    assert asked(server) == []
    await bot.save(SAVED)
    await bot.post(POSTED)
    await bot.post(NEITHER, message_id=None)
    await bot.hours(1)
    assert asked(server) == [[SAVED, POSTED]]
    assert await bot.cited(SAVED) == Citations(
        count=41, influential=3, source="Semantic Scholar", day=date(2026, 1, 2)
    )
    assert await bot.cited(NEITHER) is None
    server.cited[SAVED] = counts(44, 3)
    await bot.hours(7 * 24 - 1)
    assert asked(server) == []
    await bot.hours(1)
    assert asked(server) == [[SAVED, POSTED]]
    assert await bot.cited(SAVED) == Citations(
        count=44, influential=3, source="Semantic Scholar", day=date(2026, 1, 9)
    )


async def test_what_is_due_is_looked_for_hourly(bot: Bot, server: PaperServer) -> None:
    await bot.update()
    await bot.save(SAVED)
    for minutes, requests in ((5, []), (50, []), (5, [[SAVED]])):
        bot.clock.move(minutes=minutes)
        await bot.update()
        assert asked(server) == requests


async def test_a_restart_asks_nothing_anew(tmp_path: Path, server: PaperServer, clock: SettableClock) -> None:
    for _ in range(3):
        async with running(tmp_path, server, clock) as bot:
            await bot.have(SAVED)
            await bot.save(SAVED)
            await bot.hours(2)
    assert asked(server) == [[SAVED]]


async def test_what_it_does_not_know_is_not_asked_again_before_a_week(bot: Bot, server: PaperServer) -> None:
    server.cited = {SAVED: counts(41)}
    await bot.save(SAVED, NEITHER)
    await bot.hours(7 * 24)
    assert asked(server) == [[SAVED, NEITHER]]
    assert await bot.cited(NEITHER) is None
    server.cited = {}
    await bot.hours(24)
    assert asked(server) == [[SAVED, NEITHER]], "also where it knows none"
    await bot.hours(6 * 24)
    assert asked(server) == []
    found = await bot.cited(SAVED)
    assert (found.count, found.day) == (41, date(2026, 1, 1)), "what it once knew keeps its date"


async def test_five_hundred_are_asked_about_at_once(bot: Bot, server: PaperServer) -> None:
    many = [f"2401.{number:05}" for number in range(1_201)]
    server.cited |= {each: counts(int(each[-4:])) for each in many}
    await bot.have(*many)
    await bot.save(*many)
    await bot.hours(1)
    assert [len(batch) for batch in server.batches] == [500, 500, 201]
    assert len({each for batch in asked(server) for each in batch}) == 1_201
    assert (await bot.cited(many[1_200])).count == 1_200
    assert (await bot.cited(many[3])).count == 3


async def test_of_many_those_that_are_saved_come_first_and_only_so_many_a_day(
    bot: Bot, server: PaperServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounts, "MOST", 2)
    await bot.have("2501.00004")
    await bot.save(SAVED, NEITHER)
    for each in (POSTED, "2501.00004"):
        await bot.post(each)
    await bot.hours(24)
    assert asked(server) == [[SAVED, NEITHER]]
    await bot.hours(24)
    assert asked(server) == [[POSTED, "2501.00004"]]
    await bot.hours(24)
    assert asked(server) == []


async def test_a_blackout_of_fifteen_hours_costs_one_request_and_is_no_error(
    tmp_path: Path, server: PaperServer, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with running(tmp_path, server, clock) as bot:
        await bot.have(SAVED, POSTED)
        await bot.save(SAVED)
        await bot.hours(1)
        asked(server)
        server.always = BLACKOUT
        await bot.post(POSTED)
        await bot.hours(8)
    async with running(tmp_path, server, clock) as bot:
        await bot.hours(7)
        assert asked(server) == [[POSTED]], "nor after a restart"
        assert (await bot.cited(SAVED)).count == 41
        assert await bot.library.failing_sources() == []
        server.always = None
        await bot.hours(1)
        assert asked(server) == [[POSTED]]
        assert (await bot.cited(POSTED)).count == 0
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


async def test_a_blackout_for_days_costs_two_requests_a_day(bot: Bot, server: PaperServer) -> None:
    many = [f"2401.{number:05}" for number in range(1_201)]
    await bot.have(*many)
    await bot.save(*many)
    server.always = BLACKOUT
    await bot.hours(30 * 10)
    assert len(asked(server)) == 20


@pytest.mark.parametrize(("after", "rests"), [("", 1), ("7", 1), ("7200", 2), ("99999999", 24), ("inf", 24)])
async def test_it_rests_as_long_as_asked_an_hour_at_least_and_a_day_at_most(
    bot: Bot, server: PaperServer, after: str, rests: int
) -> None:
    await bot.save(SAVED)
    server.always = faults.status(429, **({"Retry-After": after} if after else {}))
    await bot.hours(1)
    server.always = None
    await bot.hours(rests - 1)
    assert asked(server) == [[SAVED]]
    await bot.hours(1)
    assert asked(server) == [[SAVED]]
    assert (await bot.cited(SAVED)).count == 41


@pytest.mark.parametrize("fault", [faults.status(500), faults.status(429), faults.status(403)])
async def test_starting_again_and_again_asks_a_source_that_fails_hourly(
    tmp_path: Path, server: PaperServer, clock: SettableClock, fault: faults.Fault
) -> None:
    server.always = fault
    for minutes, requests in ((1, [[SAVED]]), (20, []), (39, []), (1, [[SAVED]])):
        async with running(tmp_path, server, clock) as bot:
            await bot.have(SAVED)
            await bot.save(SAVED)
            clock.move(minutes=minutes)
            await bot.update()
            assert asked(server) == requests


async def test_a_clock_that_is_set_back_ends_a_rest(bot: Bot, server: PaperServer) -> None:
    await bot.save(SAVED)
    bot.clock.move(days=300)
    server.always = BLACKOUT
    await bot.hours(1)
    server.always = None
    bot.clock.move(days=-300)
    await bot.hours(1)
    assert len(asked(server)) == 2


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(500),
        faults.status(503),
        faults.status(403),
        faults.reset,
        faults.breaks_off,
        faults.body("[]"),
        faults.body("[null"),
        faults.body("<html>", "text/html"),
    ],
)
async def test_an_outage_blanks_nothing_and_shows_to_nobody(
    bot: Bot, server: PaperServer, fault: faults.Fault
) -> None:
    await bot.save(SAVED)
    await bot.hours(1)
    known = await bot.cited(SAVED)
    server.always = fault
    await bot.hours(8 * 24)
    assert 1 < len(asked(server)) <= 26, "hourly at most, once it was due"
    assert await bot.cited(SAVED) == known is not None
    assert await bot.library.failing_sources() == []
    server.always = None
    await bot.hours(2)
    assert (await bot.cited(SAVED)).day == bot.clock().date()


async def test_one_answer_that_can_not_be_used_holds_up_no_other(bot: Bot, server: PaperServer) -> None:
    many = [f"2401.{number:05}" for number in range(501)]
    server.cited |= {each: counts(5) for each in many}
    await bot.have(*many)
    await bot.save(*many)
    server.faults.append(faults.body("[]"))
    await bot.hours(1)
    assert [len(batch) for batch in asked(server)] == [500, 1]
    await bot.hours(1)
    assert [len(batch) for batch in asked(server)] == [500], "what failed is asked again"


async def test_of_two_processes_on_a_catalog_one_asks(
    tmp_path: Path, server: PaperServer, clock: SettableClock
) -> None:
    async def one(bot: Bot) -> None:
        for _ in range(20):
            try:
                await bot.update()
            except CatalogBusy:
                await asyncio.sleep(0)

    async with running(tmp_path, server, clock) as bot, running(tmp_path, server, clock) as other:
        await bot.have(SAVED)
        await bot.save(SAVED)
        await asyncio.gather(one(bot), one(other))
        assert asked(server) == [[SAVED]]
        server.always = BLACKOUT
        clock.move(days=8)
        await asyncio.gather(one(bot), one(other))
        assert asked(server) == [[SAVED]], "a blackout that one met holds for the other"
        assert (await other.cited(SAVED)).count == 41


async def test_a_state_that_can_not_be_read_stops_nothing(bot: Bot, server: PaperServer) -> None:
    await bot.save(SAVED)
    await bot.store.write(lambda connection: connection.exec_driver_sql("DROP TABLE delivered"))
    await bot.hours(1)
    assert asked(server) == []


async def test_the_key_is_in_no_log(
    tmp_path: Path, server: PaperServer, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "s2-key-of-the-operator"
    settings = Settings(_env_file=None, semantic_scholar_key=SecretStr(f" {key}\n"))
    assert key in secrets_of(settings), "so that every line and report is searched for it"
    assert key not in repr(settings)
    async with running(tmp_path, server, clock) as bot:
        await bot.have(SAVED)
        await bot.save(SAVED)
        assert settings.semantic_scholar_key is not None
        source = SemanticScholar.at(settings.semantic_scholar_key, server.url)
        asking = recounts.Recounts(bot.library, source, WatchedPapers(bot.store).counted)
        for fault in (faults.status(403), faults.status(500), BLACKOUT, faults.reset, None):
            server.always = fault
            clock.move(days=1)
            await asking.make(clock())
        await source.close()
        assert (await bot.cited(SAVED)).count == 41
        assert {request.headers["x-api-key"] for request in server.requests} == {key}
    assert "rejected the key" in caplog.text
    assert key not in caplog.text
