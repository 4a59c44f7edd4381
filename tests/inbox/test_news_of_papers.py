"""New versions and code of what people follow or have saved, from the sources to the people, through days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.catalog.asked_again import CODE, VERSIONS
from bot.inbox.finder import Finder
from bot.inbox.letter_times import next_letter
from bot.paper.harvest import Origin
from bot.paper.model import Paper
from bot.readers.follows import InboxPlan, Kind
from bot.readers.owner import Kind as Owns
from bot.readers.owner import Owner
from bot.search.library import Library
from bot.sources import revisits
from bot.sources.arxiv import ArXiv
from bot.sources.hugging_face import HuggingFace
from bot.sources.updater import LISTINGS_EVERY, REFRESH_EVERY, REVISITS_EVERY, TODAY_EVERY, Sources, Updater
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from bot.state.watched import WatchedPapers
from tests.sources.conftest import quick
from tests.support import paper_server as faults
from tests.support.paper_server import PaperServer, entry, paper_server, wrapped
from tests.support.putting import put_in
from tests.support.time import SettableClock

ANN, BOB = 1, 2
FOLLOWED, SAVED, OTHER = "2501.00001", "2501.00002", "2501.00003"


class Bot:
    """What looks for news and tells of them, in one life of the process."""

    def __init__(self, library: Library, store: Store, sources: Sources, clock: SettableClock) -> None:
        self.library, self._clock = library, clock
        self.followings = Followings(store, clock)
        self.inboxes = Inboxes(store, clock, next_letter)
        self.lists = ReadingLists(store, clock)
        self.finder = Finder(
            catalog=library.background,
            followings=self.followings,
            inboxes=self.inboxes,
            lists=self.lists,
            clock=clock,
        )
        self._updater = Updater(library, sources, clock, WatchedPapers(store).ids)

    async def hours(self, hours: int) -> None:
        """So long it runs: it updates by itself, and looks."""
        for _ in range(hours):
            self._clock.move(hours=1)
            await self._updater.update(TODAY_EVERY, REFRESH_EVERY, LISTINGS_EVERY, REVISITS_EVERY)
            await self.finder.look()

    async def follow(self, person: int, kind: Kind, text: str) -> None:
        await self.finder.look()
        await self.inboxes.begin(person, InboxPlan())
        await self.finder.begin(await self.followings.add(person, kind, text, "x"))

    async def told(self, person: int) -> list[tuple[str, str]]:
        found = await self.inboxes.all_of(person)
        return sorted((each.match.paper_id, each.match.key) for each in found)


@pytest.fixture
async def server() -> AsyncIterator[PaperServer]:
    async with paper_server() as running:
        for each in (FOLLOWED, SAVED, OTHER):
            running.entries[each] = entry(each, "2025-01-01")
        yield running


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@asynccontextmanager
async def running(folder: Path, server: PaperServer, clock: SettableClock) -> AsyncIterator[Bot]:
    store, library = Store(f"sqlite:///{folder / 'state.db'}"), Library(folder / "catalog.db")
    sources = Sources(
        HuggingFace(quick("Hugging Face", server, attempts=1)), ArXiv(quick("arXiv", server, attempts=1))
    )
    await store.migrate()
    try:
        yield Bot(library, store, sources, clock)
    finally:
        await sources.close()
        library.close()
        await store.close()


async def begin(bot: Bot) -> None:
    """Ann follows one paper and a list with another; Bob follows the same list's paper by itself."""
    await put_in(bot.library, [Paper(id=each, title=f"Title {each}") for each in (FOLLOWED, SAVED, OTHER)])
    paper = await bot.library.paper(SAVED)
    assert paper is not None
    saving = await bot.lists.save(Owner(Owns.PERSON, ANN), [paper], by=ANN)
    await bot.follow(ANN, Kind.PAPER, FOLLOWED)
    await bot.follow(ANN, Kind.LIST, str(saving.on.id))
    await bot.follow(BOB, Kind.PAPER, SAVED)


def asked(server: PaperServer) -> list[str]:
    """About which papers arXiv and Hugging Face were asked again since the last time."""
    ids = [each for query in server.asked("/api/query") for each in query["id_list"].split(",")]
    pages = [each.path for each in server.requests if each.path.startswith("/api/papers/")]
    server.requests.clear()
    return sorted(ids) + sorted(path.removeprefix("/api/papers/") for path in pages)


async def test_a_version_and_code_that_appear_are_told_once_through_days_and_restarts(
    tmp_path: Path, server: PaperServer, clock: SettableClock
) -> None:
    async with running(tmp_path, server, clock) as bot:
        await begin(bot)
        await bot.hours(24)
        assert asked(server) == [FOLLOWED, SAVED, FOLLOWED, SAVED], "once a day each, and nothing else"
        assert (await bot.told(ANN), await bot.told(BOB)) == ([], []), "what is seen first is no news"
    async with running(tmp_path, server, clock) as bot:
        await bot.hours(1)
        assert asked(server) == [FOLLOWED, SAVED, FOLLOWED, SAVED]
        await bot.hours(12)
    async with running(tmp_path, server, clock) as bot:
        server.entries[FOLLOWED] = entry(FOLLOWED, "2025-01-01", version="2")
        server.entries[SAVED] = entry(SAVED, "2025-01-01", version="2")
        with_code = wrapped(SAVED, "2025-01-01", githubRepo="https://github.com/a/b")["paper"]
        server.papers[SAVED] = {key: value for key, value in with_code.items() if key != "submittedOnDailyAt"}
        asked(server)
        await bot.hours(11)
        assert asked(server) == [], "a restart asks nothing anew"
        assert await bot.told(ANN) == []
        await bot.hours(48)
        assert await bot.told(ANN) == [(FOLLOWED, "v2"), (SAVED, "code"), (SAVED, "v2")]
        assert await bot.told(BOB) == [(SAVED, "code"), (SAVED, "v2")]
        assert asked(server).count(SAVED) == 3, "Hugging Face isn't asked about code that is there"


async def test_who_follows_after_a_version_hears_of_the_next_alone(
    tmp_path: Path, server: PaperServer, clock: SettableClock
) -> None:
    async with running(tmp_path, server, clock) as bot:
        await begin(bot)
        await bot.hours(1)
        server.entries[OTHER] = entry(OTHER, "2025-01-01", version="4")
        await bot.follow(BOB, Kind.PAPER, OTHER)
        await bot.hours(24)
        assert await bot.told(BOB) == []
        server.entries[OTHER] = entry(OTHER, "2025-01-01", version="5")
        await bot.hours(24)
        assert await bot.told(BOB) == [(OTHER, "v5")]


async def test_of_many_papers_those_unasked_for_longest_are_asked_first_and_only_so_many_a_day(
    tmp_path: Path, server: PaperServer, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisits, "MOST", {VERSIONS: 2, CODE: 1})
    papers = [Paper(id=f"2401.{number:05}", title=f"Merely saved {number}") for number in range(9)]
    async with running(tmp_path, server, clock) as bot:
        await begin(bot)
        await bot.follow(BOB, Kind.PAPER, OTHER)
        await put_in(bot.library, papers)
        await bot.lists.save(Owner(Owns.PERSON, BOB), papers, by=BOB)
        await bot.hours(23)
        assert asked(server) == [SAVED, OTHER, OTHER]
        await bot.hours(24)
        days = asked(server)
        assert days.count(FOLLOWED) == 1
        assert len(days) == 3


async def test_merely_saved_papers_are_asked_about_with_what_is_left(
    tmp_path: Path, server: PaperServer, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisits, "MOST", {VERSIONS: 4, CODE: 0})
    papers = [Paper(id=f"2601.{number:05}", title=f"Merely saved {number}") for number in range(9)]
    async with running(tmp_path, server, clock) as bot:
        await begin(bot)
        await put_in(bot.library, papers)
        await bot.lists.save(Owner(Owns.PERSON, BOB), papers, by=BOB)
        for _ in range(3):
            await bot.hours(24)
            day = asked(server)
            assert {FOLLOWED, SAVED} < {*day}
            assert len(day) == 4


async def test_what_a_paper_has_when_it_is_saved_is_no_news_to_whoever_saves_it(
    tmp_path: Path, server: PaperServer, clock: SettableClock
) -> None:
    async with running(tmp_path, server, clock) as bot:
        await begin(bot)
        await bot.follow(BOB, Kind.PAPER, FOLLOWED)
        await bot.hours(1)
        (mine,) = await bot.lists.of(Owner(Owns.PERSON, ANN))
        (of_ann,) = [each for each in await bot.followings.of(ANN) if each.kind is Kind.PAPER]
        await bot.followings.stop(ANN, of_ann.id)
        newer = Paper(id=FOLLOWED, title="Title 1", arxiv_version=2)
        await put_in(bot.library, [newer], Origin.ARXIV)
        await bot.finder.note([FOLLOWED])
        await bot.lists.save(mine.owner, [newer], by=ANN, to=mine)
        await bot.finder.look()
        assert await bot.told(BOB) == [(FOLLOWED, "v2")], "who followed it before hears of it"
        assert await bot.told(ANN) == []


async def test_a_source_that_fails_is_asked_again_soon_and_holds_up_no_other(
    tmp_path: Path, server: PaperServer, clock: SettableClock
) -> None:
    async with running(tmp_path, server, clock) as bot:
        await begin(bot)
        await bot.hours(1)
        server.entries[FOLLOWED] = entry(FOLLOWED, "2025-01-01", version="2")
        clock.move(days=1)
        server.always = faults.status(503)
        await bot.hours(1)
        assert {each.name for each in await bot.library.failing_sources()} == {"arXiv", "Hugging Face"}
        server.always = None
        await bot.hours(1)
        assert await bot.told(ANN) == [(FOLLOWED, "v2")]
        assert await bot.library.failing_sources() == []


async def test_a_pause_is_never_caught_up(tmp_path: Path, server: PaperServer, clock: SettableClock) -> None:
    async with running(tmp_path, server, clock) as bot:
        await begin(bot)
        await bot.hours(1)
        (mine,) = await bot.followings.of(BOB)
        await bot.followings.pause(BOB, [mine.id], clock() + timedelta(days=3))
        server.entries[SAVED] = entry(SAVED, "2025-01-01", version="2")
        await bot.hours(24 * 4)
        assert await bot.told(ANN) == [(SAVED, "v2")]
        assert await bot.told(BOB) == []
        await bot.followings.pause(BOB, [mine.id], clock() + timedelta(minutes=5))
        await put_in(bot.library, [Paper(id=SAVED, title="Title 2", arxiv_version=3)], Origin.ARXIV)
        clock.move(minutes=10)
        await bot.finder.look()
        assert await bot.told(ANN) == [(SAVED, "v2"), (SAVED, "v3")]
        assert await bot.told(BOB) == [], "it came before the pause had ended"
