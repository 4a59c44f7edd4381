"""What is asked of the catalog, off the event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from bot.catalog import papers, status
from bot.catalog.read_pool import Check, Readers
from bot.catalog.status import SourceStatus
from bot.paper.ids import Reference
from bot.paper.model import Paper
from bot.search.finding import Finder
from bot.search.index.aboutness import About
from bot.search.index.live import Position, identity
from bot.search.results import Results, Sort, Suggestion

T = TypeVar("T")


class Queries:
    """Reads within the limit that `readers` have: where they have one, a read that passes it raises
    SearchTooSlow."""

    def __init__(self, readers: Readers, finder: Finder) -> None:
        self._readers = readers
        self._finder = finder
        self._taken_in: Position | None = None

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run `function` on a reader's connection."""
        return await self._readers.run(lambda connection, _: function(connection))

    async def identity(self) -> int:
        """Of the catalog that is read: another number is another catalog, in the place of a lost one."""
        return await self.read(identity)

    async def paper(self, paper_id: str) -> Paper | None:
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
        return await self.read(lambda connection: papers.recent(connection, limit, offset))

    async def count(self) -> int:
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
        text: str,
        *,
        sort: Sort = Sort.BEST,
        limit: int = 5,
        offset: int = 0,
        correct: bool = True,
        without: Collection[str] = (),
    ) -> Results:
        """One page of what `text` finds; any text will do. With `correct`, unknown words are corrected.

        The papers with the ids `without` are neither found nor counted, unless the text names them.
        """
        return await self._search(
            lambda connection, check: self._finder.find(
                connection,
                text,
                sort=sort,
                limit=limit,
                offset=offset,
                correct=correct,
                without=without,
                check=check,
            )
        )

    async def suggest(self, text: str, limit: int = 25) -> list[Suggestion]:
        """Titles for what has been typed so far; for nothing the newest."""
        return await self.read(lambda connection: self._finder.suggest(connection, text, limit))

    async def similar(self, paper_id: str, limit: int = 5) -> list[Paper]:
        """The papers most like this one, best first; none for an unknown id."""
        return await self._search(
            lambda connection, check: self._finder.similar(connection, paper_id, limit, check=check)
        )

    async def random(self, text: str = "", without: Collection[str] = ()) -> Paper | None:
        """A random paper among those that match, and have none of the ids `without`."""
        return await self._search(
            lambda connection, check: self._finder.random(connection, text, without=without, check=check)
        )

    async def current_ids(self, paper_ids: Collection[str]) -> set[str]:
        """The ids by which the catalog knows these papers today; see `papers.current_ids`."""
        return await self.read(lambda connection: papers.current_ids(connection, paper_ids))

    async def about(self, topic: str, numbers: Iterable[int] | None = None) -> dict[int, About]:
        """Row number of each of these papers that is about `topic`, with how much it is; of all for None.

        See `bot.search.index.aboutness` for the rule, and `bot.search.topics` for its limits.
        """
        return await self._search(
            lambda connection, check: self._finder.about(connection, topic, numbers, check=check)
        )

    async def about_ids(self, topic: str, paper_ids: Sequence[str]) -> dict[str, About]:
        """The same by the papers' ids."""
        return await self._search(
            lambda connection, check: self._finder.about_ids(connection, topic, paper_ids, check=check)
        )

    async def wait_until_current(self) -> None:
        """Bring the search index up to date, however long that takes."""
        await self.read(self._finder.index.wait_until_current)

    async def _search(self, function: Callable[[sqlite3.Connection, Check], T]) -> T:
        """Like `read`, for work that is not SQLite's alone: `function` calls the check it is given."""
        return await self._readers.run(function, prepare=self._take_in)

    def _take_in(self, connection: sqlite3.Connection) -> None:
        """Papers that have just come are taken in before a search, and not on its time."""
        snapshot = self._finder.index.snapshot(connection)
        self._taken_in = snapshot.position if snapshot else None
