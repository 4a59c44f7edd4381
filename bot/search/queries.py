"""What is asked of the catalog, off the event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from bot.catalog import changes, papers, status
from bot.catalog.changes import Position
from bot.catalog.earlier_ids import Titled, earlier_ids, todays_ids
from bot.catalog.read_pool import Readers, unprepared
from bot.catalog.status import SourceStatus
from bot.measuring.figures import Figures
from bot.paper.ids import Reference
from bot.paper.model import Paper
from bot.search.engine import Search, SearchEngine
from bot.search.index.aboutness import About
from bot.search.profile import Fitting, Profile, remembered
from bot.search.query import Query
from bot.search.results import Results, Sort, Suggestion

T = TypeVar("T")


class Queries:
    """Reads within the limit that `readers` have: where they have one, a read that passes it raises
    SearchTooSlow."""

    def __init__(self, readers: Readers, engine: SearchEngine, figures: Figures | None = None) -> None:
        self._readers = readers
        self._figures = figures or Figures()
        self._engine = engine
        self._taken_in: Position | None = None

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run `function` on a reader's connection."""
        return await self._readers.run(lambda connection, _: function(connection), prepare=unprepared)

    async def identity(self) -> int:
        """Of the catalog that is read: another number is another catalog, in the place of a lost one."""
        return await self.read(changes.identity)

    async def paper(self, paper_id: str) -> Paper | None:
        """The paper with this id; an own id also finds the paper that has another by now."""
        return await self.read(lambda connection: papers.get(connection, paper_id))

    async def paper_of_title(self, title: str) -> Paper | None:
        """The only paper of this title, upper case, accents and punctuation aside."""
        return await self.read(lambda connection: papers.of_title(connection, title))

    async def referenced(self, reference: Reference) -> Paper | None:
        """The paper that a recognised id, DOI or address names."""
        return await self.read(lambda connection: papers.of_reference(connection, reference))

    async def same_as(self, written: Paper) -> Paper | None:
        """The paper that `written` is: by its id, its DOI, or its title and who wrote it when."""
        return await self.read(lambda connection: papers.same_as(connection, written))

    async def recent(self, limit: int, offset: int = 0) -> list[Paper]:
        """So many papers from the place `offset` on, the newest first."""
        return await self.read(lambda connection: papers.recent(connection, limit, offset))

    async def current_ids(self, paper_ids: Collection[str]) -> set[str]:
        """The ids by which the catalog knows these papers today; see `papers.current_ids`."""
        return await self.read(lambda connection: papers.current_ids(connection, paper_ids))

    async def todays_ids(self, paper_ids: Iterable[str]) -> dict[str, str]:
        """Of these ids those whose papers have another today; see `bot.catalog.earlier_ids`."""
        return await self.read(lambda connection: todays_ids(connection, paper_ids))

    async def earlier_ids(self, papers: Collection[Titled]) -> dict[str, list[str]]:
        """By their ids the others by which what was said of these papers may be kept."""
        return await self.read(lambda connection: earlier_ids(connection, papers))

    async def count(self) -> int:
        """Papers in the catalog."""
        return await self.read(papers.count)

    async def last_featured(self) -> date | None:
        """The newest day of Daily Papers in the catalog."""
        return await self.read(papers.last_featured)

    async def last_update(self) -> datetime | None:
        """When a source was last read with success."""
        times = [source.updated_at for source in await self.read(status.statuses)]
        return max((time for time in times if time), default=None)

    async def failing_sources(self) -> list[SourceStatus]:
        """The sources that failed when they were last asked."""
        return [source for source in await self.read(status.statuses) if source.failing_since]

    async def find(
        self,
        typed: str | Query,
        *,
        sort: Sort = Sort.BEST,
        limit: int = 5,
        offset: int = 0,
        correct: bool = True,
        without: Collection[str] = (),
        among: Collection[str] | None = None,
    ) -> Results:
        """See `Search.find`, as for the methods that follow."""
        return await self.ask(
            lambda search: search.find(
                typed,
                sort=sort,
                limit=limit,
                offset=offset,
                correct=correct,
                without=without,
                among=among,
            ),
            kind="find",
        )

    async def suggest(self, typed: str | Query, limit: int = 25) -> list[Suggestion]:
        """Titles for what has been typed so far."""
        with self._figures.searches.timed("suggest"):
            return await self.read(lambda connection: self._engine.on(connection).suggest(typed, limit))

    async def similar(self, paper_id: str, limit: int = 5) -> list[Paper]:
        """The papers most like this one."""
        return await self.ask(lambda search: search.similar(paper_id, limit))

    async def random(self, typed: str | Query = "", without: Collection[str] = ()) -> Paper | None:
        """A random paper among those that match."""
        return await self.ask(lambda search: search.random(typed, without=without))

    async def about(self, topic: str | Query, numbers: Iterable[int] | None = None) -> dict[int, About]:
        """The papers that are about a topic, by row number."""
        return await self.ask(lambda search: search.about(topic, numbers))

    async def meant(self, topic: str | Query) -> tuple[str, int] | None:
        """A topic that no paper is about without its slips, and how many papers are about that."""
        return await self.ask(lambda search: search.meant(topic))

    async def about_ids(self, topic: str | Query, paper_ids: Sequence[str]) -> dict[str, About]:
        """The same by the papers' ids."""
        return await self.ask(lambda search: search.about_ids(topic, paper_ids))

    async def remembered(self, paper_ids: Sequence[str]) -> dict[str, str]:
        """Of papers that somebody likes those that a profile can go by; see `profile.remembered`."""
        return await self.read(lambda connection: remembered(connection, paper_ids))

    async def fitting(
        self,
        profile: Profile,
        day: date,
        *,
        wanted: int = 5,
        without: Collection[str] = (),
        since: date | None = None,
    ) -> list[Fitting]:
        """New papers of `day` for a profile, none of those `without`, nor published before `since`."""
        return await self.ask(
            lambda search: search.fitting(profile, day, wanted=wanted, without=without, since=since)
        )

    async def liking(self, liked: Sequence[str], numbers: Iterable[int]) -> dict[int, float]:
        """How much whoever liked these papers may like those, by row number."""
        return await self.ask(lambda search: search.liking(liked, numbers))

    async def index_behind(self) -> int:
        """How many papers the search index lacks, a few that have just come taken in first."""
        return await self._readers.run(lambda search, _: search.behind, prepare=self._take_in)

    async def wait_until_current(self) -> None:
        """Bring the search index up to date, however long that takes."""
        await self.read(self._engine.index.wait_until_current)

    async def ask(self, function: Callable[[Search], T], *, kind: str = "other") -> T:
        """One request, for work that is not SQLite's alone: `function` keeps to the search's limit.

        It is measured as one of this `kind`.
        """
        with self._figures.searches.timed(kind):
            return await self._readers.run(
                lambda search, check: function(search.within(check)), prepare=self._take_in
            )

    def _take_in(self, connection: sqlite3.Connection) -> Search:
        """Papers that have just come are taken in before a search, and not on its time."""
        search = self._engine.on(connection)
        self._taken_in = search.snapshot.position if search.snapshot else None
        return search
