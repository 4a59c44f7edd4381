"""The catalog stays fresh by itself: what is read when, and what a failure leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog import days, featured, papers, status
from bot.errors import CatalogBusy, SourceError
from bot.search.library import Library
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace
from bot.sources.updater import LISTINGS_EVERY, REFRESH_EVERY, TODAY_EVERY, Sources, Updater
from tests.sources.conftest import quick
from tests.support import paper_server as faults
from tests.support.paper_server import PaperServer, entry, paper_server, wrapped
from tests.support.putting import on_its_connection

FRIDAY = datetime(2026, 8, 21, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = FRIDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[PaperServer]:
    async with paper_server() as running:
        for day in days.weekdays(date(2026, 7, 1), date(2026, 9, 1)):
            running.days[day.isoformat()] = [wrapped(f"26{day:%m}.{day.day:05}", day.isoformat())]
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def library(path: Path) -> AsyncIterator[Library]:
    with closing(Library(path)) as opened:
        yield opened


@pytest.fixture
async def sources(server: PaperServer) -> AsyncIterator[Sources]:
    opened = Sources(
        HuggingFace(quick("Hugging Face", server, attempts=1)),
        ArXiv(quick("arXiv", server, attempts=1), ["cat:cs.MA"]),
    )
    yield opened
    await opened.close()


@pytest.fixture
def updater(library: Library, sources: Sources, clock: Clock) -> Updater:
    return Updater(library, sources, clock)


async def by_itself(updater: Updater) -> None:
    await updater.update(TODAY_EVERY, REFRESH_EVERY, LISTINGS_EVERY)


def asked_days(server: PaperServer) -> list[str]:
    found = [query["date"] for query in server.asked("/api/daily_papers")]
    server.requests.clear()
    return found


async def test_the_first_time_it_reads_two_weeks(
    updater: Updater, server: PaperServer, library: Library
) -> None:
    await by_itself(updater)
    assert asked_days(server) == [str(day) for day in days.weekdays(date(2026, 8, 7), date(2026, 8, 21))]
    assert await library.count() == 11
    assert await library.last_featured() == date(2026, 8, 21)


async def test_today_is_read_every_half_hour(updater: Updater, server: PaperServer, clock: Clock) -> None:
    await by_itself(updater)
    asked_days(server)
    for minutes, read in ((10, []), (15, []), (10, ["2026-08-21"]), (10, []), (20, ["2026-08-21"])):
        clock.now += timedelta(minutes=minutes)
        await by_itself(updater)
        assert asked_days(server) == read


async def test_a_day_is_read_once_more_when_it_has_closed(
    updater: Updater, server: PaperServer, clock: Clock, library: Library
) -> None:
    await by_itself(updater)
    clock.now = datetime(2026, 8, 22, 2, 29, tzinfo=UTC)
    await by_itself(updater)
    server.days["2026-08-21"].append(wrapped("2608.99999", "2026-08-21"))
    asked_days(server)
    clock.now = datetime(2026, 8, 22, 2, 30, tzinfo=UTC)
    await by_itself(updater)
    assert asked_days(server) == ["2026-08-21"]
    clock.now += timedelta(hours=1)
    await by_itself(updater)
    assert asked_days(server) == []
    late = await library.read(lambda connection: featured.papers_of(connection, date(2026, 8, 21)))
    assert [paper.id for paper in late] == ["2608.00021", "2608.99999"]


async def test_the_upvotes_of_two_weeks_are_refreshed_daily(
    updater: Updater, server: PaperServer, clock: Clock, library: Library
) -> None:
    await by_itself(updater)
    asked_days(server)
    server.days["2026-08-20"] = [wrapped("2608.00020", "2026-08-20", upvotes=77)]
    clock.now += timedelta(days=1)
    await by_itself(updater)
    assert asked_days(server) == [str(day) for day in days.weekdays(date(2026, 8, 8), date(2026, 8, 21))]
    found = await library.paper("2608.00020")
    assert found
    assert found.upvotes == 77


async def test_days_that_were_missed_are_caught_up(
    updater: Updater, server: PaperServer, clock: Clock
) -> None:
    clock.now -= timedelta(days=30)
    await by_itself(updater)
    asked_days(server)
    clock.now += timedelta(days=30)
    await by_itself(updater)
    assert asked_days(server) == [str(day) for day in days.weekdays(date(2026, 7, 22), date(2026, 8, 21))]


async def test_arxiv_completes_what_was_featured(
    updater: Updater, server: PaperServer, library: Library
) -> None:
    server.entries["2608.00020"] = entry(
        "2608.00020", title="A New Title", comment="Withdrawn by the authors"
    )
    await by_itself(updater)
    found = await library.paper("2608.00020")
    assert found
    assert (found.title, found.categories, found.withdrawn, found.upvotes) == (
        "A New Title",
        ("cs.MA", "cs.AI"),
        True,
        1,
    )
    await by_itself(updater)
    asked = [query for query in server.asked("/api/query") if "id_list" in query]
    assert len(asked) == 1, "arXiv is asked once about each paper, whether it knows it or not"


async def test_followed_listings_are_read_every_six_hours(
    updater: Updater, server: PaperServer, clock: Clock, library: Library
) -> None:
    server.listing = [entry("2608.05555", "2026-08-20"), entry("2601.00001", "2026-01-01")]
    await by_itself(updater)
    assert await library.paper("2608.05555")
    assert await library.paper("2601.00001") is None, "older than what is new"
    for hours, reads in ((5, 0), (1, 1)):
        server.requests.clear()
        clock.now += timedelta(hours=hours)
        await by_itself(updater)
        assert len([query for query in server.asked("/api/query") if "search_query" in query]) == reads


async def test_by_hand_everything_recent_is_read_again(updater: Updater, server: PaperServer) -> None:
    await by_itself(updater)
    asked_days(server)
    await updater.update()
    assert len(asked_days(server)) == 11


async def test_a_failing_source_is_told_and_stops_no_other(
    updater: Updater, server: PaperServer, clock: Clock, library: Library
) -> None:
    server.listing = [entry("2608.05555", "2026-08-20")]
    server.faults.append(faults.status(503))
    await by_itself(updater)
    (failing,) = await library.failing_sources()
    assert (failing.name, failing.failing_since) == ("Hugging Face", FRIDAY)
    assert failing.failure == "Hugging Face answered 503."
    assert await library.paper("2608.05555"), "arXiv was read all the same"

    clock.now += timedelta(hours=1)
    server.faults.append(faults.body("<html></html>", "text/html"))
    await by_itself(updater)
    (failing,) = await library.failing_sources()
    assert failing.failing_since == FRIDAY, "since the first failure"
    assert "text/html" in (failing.failure or "")

    await by_itself(updater)
    assert await library.failing_sources() == []
    assert await library.count() == 12


async def test_a_bad_answer_changes_nothing(updater: Updater, server: PaperServer, library: Library) -> None:
    await by_itself(updater)
    before = await library.recent(100)
    for answer in ("1", '{"status": "no_data"}', '[{"paper": {"id": "2608.00021"'):
        server.faults.append(faults.body(answer))
        await updater.update()
        assert await library.recent(100) == before


async def test_of_two_processes_one_updates(
    updater: Updater, library: Library, sources: Sources, clock: Clock
) -> None:
    held: list[Exception] = []

    async def meanwhile(*_: object) -> None:
        try:
            await Updater(library, sources, clock).update()
        except CatalogBusy as error:
            held.append(error)

    class Other:
        name = "Hugging Face"

        async def day(self, day: date) -> object:
            await meanwhile()
            return await sources.hugging_face.day(day)

    await Updater(library, Sources(Other(), sources.arxiv), clock).update()  # type: ignore[arg-type]
    assert len(held) == 11
    await updater.update()


async def test_backfill_skips_weekends_and_goes_on_where_it_was(
    updater: Updater, server: PaperServer, library: Library
) -> None:
    server.faults.extend([faults.body("[]")] * 3 + [faults.status(500)])
    with pytest.raises(SourceError, match="answered 500"):
        await updater.backfill(date(2026, 7, 1))
    asked_days(server)
    reports: list[tuple[str, int, int]] = []
    await updater.backfill(date(2026, 7, 1), lambda day, done, total, _: reports.append((day, done, total)))
    assert asked_days(server) == [str(day) for day in days.weekdays(date(2026, 7, 6), date(2026, 8, 21))]
    assert reports[0] == ("2026-07-06", 0, 35)
    assert reports[-1] == ("", 35, 35)
    await updater.backfill(date(2026, 7, 1))
    assert asked_days(server) == ["2026-08-21"], "today is not closed yet"
    covered = await library.read(days.coverage)
    assert (covered.first, covered.last, covered.gaps) == (date(2026, 7, 1), date(2026, 8, 21), ())


async def test_gaps_are_found(library: Library) -> None:
    def mark(database: object) -> None:
        from bot.catalog.merging import writing

        with writing(database) as connection:  # type: ignore[arg-type]
            for day in (date(2026, 8, 3), date(2026, 8, 10)):
                days.mark_visited(connection, day, 5, FRIDAY)

    await on_its_connection(library, mark)
    covered = await library.read(days.coverage)
    assert covered.gaps == tuple(days.weekdays(date(2026, 8, 4), date(2026, 8, 7)))


async def test_the_status_of_sources_that_never_failed(updater: Updater, library: Library) -> None:
    await by_itself(updater)
    known = await library.read(status.statuses)
    assert [(source.name, source.updated_at) for source in known] == [
        ("Hugging Face", FRIDAY),
        ("arXiv", FRIDAY),
    ]
    assert await library.read(papers.count) == 11


async def test_after_a_clock_far_ahead_was_set_back_everything_is_read_as_ever(
    updater: Updater, server: PaperServer, clock: Clock, library: Library
) -> None:
    clock.now += timedelta(days=3_650)
    await by_itself(updater)
    clock.now -= timedelta(days=3_650)
    server.listing = [entry("2608.05555", "2026-08-20")]
    await by_itself(updater)
    assert await library.paper("2608.05555")
    server.requests.clear()
    clock.now += TODAY_EVERY
    await by_itself(updater)
    assert server.asked("/api/daily_papers")
