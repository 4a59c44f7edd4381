"""The catalog as the bot uses it: one writer, pooled readers with a time limit, all off the event loop."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from bot.catalog import file, papers, status
from bot.catalog.finding import Finder
from bot.catalog.meaning import vectors
from bot.catalog.meaning.rerank import Meaning
from bot.catalog.models import Paper
from bot.catalog.results import Results, Sort, Suggestion
from bot.catalog.sources.harvest import Origin, Tally
from bot.catalog.status import SourceStatus
from bot.errors import SearchTooSlow

log = logging.getLogger(__name__)
T = TypeVar("T")

_STEPS = 2_000
"""SQLite instructions between two looks at the clock: well under a millisecond."""


class Library:
    """Opens the catalog at `path` (made where it is missing) until `close`.

    `time_limit` is in seconds and holds for each read; a read that passes it raises SearchTooSlow.
    """

    def __init__(
        self,
        path: Path,
        *,
        readers: int = 4,
        time_limit: float = 1.5,
        sentence_model: Path | None = None,
    ) -> None:
        self.path = path
        self._time_limit = time_limit
        self._database = file.open_for_writing(path)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="catalog-writer")
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="catalog-reader")
        self._meaning = Meaning(sentence_model) if sentence_model else None
        self._embedder = ThreadPoolExecutor(1, thread_name_prefix="catalog-embedder")
        self._finder = Finder(path, self._meaning)
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._readers.submit(self._warm_up)
        if self._meaning is not None:
            self._embedder.submit(self._load, self._meaning)

    def close(self) -> None:
        self._finder.close()
        self._embedder.shutdown(cancel_futures=True)
        self._readers.shutdown(cancel_futures=True)
        self._writer.shutdown()
        for connection in self._connections:
            connection.close()
        self._database.close()

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run `function` on a reader's connection, within the time limit."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._timed, function)

    async def write(self, function: Callable[[Database], T]) -> T:
        """Run `function` on the writer's connection; one at a time, in the order of the calls."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, function, self._database)

    async def paper(self, paper_id: str) -> Paper | None:
        return await self.read(lambda connection: papers.get(connection, paper_id))

    async def paper_of_title(self, title: str) -> Paper | None:
        """The only paper of this title."""
        return await self.read(lambda connection: papers.of_title(connection, title))

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

    async def add(self, new: Iterable[Paper], origin: Origin = Origin.FILE) -> Tally:
        tally = await self.write(lambda database: papers.upsert(database, new, origin))
        if self._meaning is not None:
            self._embedder.submit(self._embed_new, self._meaning)
        return tally

    async def find(
        self, text: str, *, sort: Sort = Sort.BEST, limit: int = 5, offset: int = 0, correct: bool = True
    ) -> Results:
        """One page of what `text` finds; any text will do. With `correct`, unknown words are corrected."""
        return await self._search(
            lambda connection, check: self._finder.find(
                connection, text, sort=sort, limit=limit, offset=offset, correct=correct, check=check
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

    async def random(self, text: str = "") -> Paper | None:
        """A random paper among those that match."""
        return await self._search(
            lambda connection, check: self._finder.random(connection, text, check=check)
        )

    async def count_matching(self, text: str) -> int:
        """How many papers match; all of them for an empty text."""
        return await self._search(
            lambda connection, check: self._finder.count_matching(connection, text, check=check)
        )

    async def score(self, text: str, paper_ids: Sequence[str]) -> dict[str, float]:
        """How well each of these papers matches, from 0 (exclusive) to 1; one that does not is left out."""
        return await self._search(
            lambda connection, check: self._finder.score(connection, text, paper_ids, check=check)
        )

    async def _search(self, function: Callable[[sqlite3.Connection, Callable[[], None]], T]) -> T:
        """Like `read`, for work that is not SQLite's alone: `function` calls the check it is given."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._searched, function)

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = file.open_for_reading(self.path)
            self._connections.append(connection)
        return connection

    def _searched(self, function: Callable[[sqlite3.Connection, Callable[[], None]], T]) -> T:
        # Papers that have just come are taken in first, and not on this search's time.
        self._finder.index.snapshot(self._connection())
        started = time.perf_counter()

        def check() -> None:
            if time.perf_counter() > started + self._time_limit:
                raise SearchTooSlow

        return self._timed(lambda connection: function(connection, check))

    def _warm_up(self) -> None:
        """Before the first query comes: once through what every search touches."""

        def find_newest(connection: sqlite3.Connection) -> None:
            for paper in papers.recent(connection, 1):
                self._finder.find(connection, paper.title)

        self._finder.index.read_ahead()
        self._timed(find_newest)

    def _load(self, meaning: Meaning) -> None:
        """Before the first question needs it."""
        try:
            meaning.model()
        except Exception as error:
            log.warning("Questions are ranked by their words alone: %s", error)
            self._meaning = self._finder.meaning = None

    def _embed_new(self, meaning: Meaning) -> None:
        """Vectors for a batch of papers that have none; the next batch comes with the next papers."""
        try:
            texts = vectors.next_texts(self._connection(), meaning.name)
            new = vectors.made(meaning.model(), texts) if texts else []
            self._writer.submit(vectors.store, self._database, meaning.name, new).result()
        except Exception:
            log.exception("New papers could not be embedded")

    def _timed(self, function: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection()
        # perf_counter: a simulated Discord moves the loop's and monotonic's time, this limit is of real time.
        deadline = time.perf_counter() + self._time_limit
        connection.set_progress_handler(lambda: time.perf_counter() > deadline, _STEPS)
        try:
            return function(connection)
        except sqlite3.OperationalError as error:
            if "interrupt" in str(error):
                raise SearchTooSlow from error
            raise
        finally:
            connection.set_progress_handler(None, 0)
