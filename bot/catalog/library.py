"""The catalog as the bot uses it: one writer and many readers, all off the event loop."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from bot.catalog import file, papers
from bot.catalog.finding import Finder
from bot.catalog.meaning import vectors
from bot.catalog.meaning.rerank import Meaning
from bot.catalog.models import Paper
from bot.catalog.queries import Queries
from bot.catalog.readers import NO_LIMIT, Limit, Readers
from bot.catalog.sources.harvest import Origin, Tally

log = logging.getLogger(__name__)
T = TypeVar("T")

_BACKGROUND_READERS = 2


class Library(Queries):
    """Opens the catalog at `path` (made where it is missing) until `close`.

    Its own queries are for people who wait: `time_limit` is in seconds of processor time for each, with a
    wide limit by the clock. Those of `background` are for work that nobody waits for, and have no limit.
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
        self._database = file.open_for_writing(path)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="catalog-writer")
        self._meaning = Meaning(sentence_model) if sentence_model else None
        self._embedder = ThreadPoolExecutor(1, thread_name_prefix="catalog-embedder")
        waited_for = Readers(path, readers, Limit.of_waiting(time_limit), "catalog-reader")
        super().__init__(waited_for, Finder(path, self._meaning))
        self._unhurried = Readers(path, _BACKGROUND_READERS, NO_LIMIT, "catalog-background")
        self.background = Queries(self._unhurried, self._finder)
        self._unhurried.submit(self._warm_up)
        if self._meaning is not None:
            self._embedder.submit(self._load, self._meaning)

    def close(self) -> None:
        self._finder.close()
        self._embedder.shutdown(cancel_futures=True)
        self._readers.close()
        self._unhurried.close()
        self._writer.shutdown()
        self._database.close()

    async def write(self, function: Callable[[Database], T]) -> T:
        """Run `function` on the writer's connection; one at a time, in the order of the calls."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, function, self._database)

    async def add(self, new: Iterable[Paper], origin: Origin = Origin.FILE) -> Tally:
        tally = await self.write(lambda database: papers.upsert(database, new, origin))
        if self._meaning is not None:
            self._embedder.submit(self._embed_new, self._meaning)
        return tally

    def _warm_up(self, connection: sqlite3.Connection) -> None:
        """Before the first query comes: once through what every search touches."""
        self._finder.index.snapshot(connection)
        for paper in papers.recent(connection, 1):
            self._finder.find(connection, paper.title)

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
            with closing(file.open_for_reading(self.path)) as connection:
                texts = vectors.next_texts(connection, meaning.name)
            new = vectors.made(meaning.model(), texts) if texts else []
            self._writer.submit(vectors.store, self._database, meaning.name, new).result()
        except Exception:
            log.exception("New papers could not be embedded")
