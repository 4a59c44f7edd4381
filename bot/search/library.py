"""The catalog as the bot uses it: one writer and many readers, all off the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from bot.catalog import asked_again, citation_counts, papers, removals, status
from bot.catalog.imports import Import, imports
from bot.catalog.keeper import Keeper, make_empty
from bot.catalog.merging import writing
from bot.catalog.read_pool import NO_LIMIT, Limit, Readers
from bot.catalog.writer import Writer
from bot.measuring.figures import Figures
from bot.paper.harvest import Harvest, Tally
from bot.paper.model import Citations
from bot.process import give_back_memory
from bot.search.engine import Search, SearchEngine
from bot.search.index.live import Builder
from bot.search.index.standing import Standing, standing
from bot.search.meaning.embedder import Embedder
from bot.search.meaning.rerank import Meaning
from bot.search.queries import Queries

T = TypeVar("T")

_BACKGROUND_READERS = 2


class Library(Queries):
    """Opens the catalog at `path` (made where it is missing) until `close`.

    Its own queries are for people who wait: `time_limit` is in seconds of processor time for each, with a
    wide limit by the clock. Those of `background` are for work that nobody waits for, and have no limit.
    A catalog that is deleted or damaged meanwhile is made anew by `make`, one that is replaced is opened. A
    large index is built by the process that `start_builder` starts.
    """

    def __init__(
        self,
        path: Path,
        *,
        readers: int = 4,
        time_limit: float = 1.5,
        sentence_model: Path | None = None,
        make: Callable[[Path], object] = make_empty,
        start_builder: Builder | None = None,
        figures: Figures | None = None,
    ) -> None:
        self.path = path
        meaning = Meaning(sentence_model) if sentence_model else None
        engine = SearchEngine(path, meaning, start_builder=start_builder)
        self._embedder: Embedder | None = None
        self._told: list[Callable[[], object]] = []
        self._told_of_papers: list[Callable[[], object]] = []
        keeper = Keeper(path, make, self._begin_anew)
        self._writer = Writer(keeper, self._papers_came)
        hurried = Readers(keeper, readers, Limit.of_waiting(time_limit), "catalog-reader")
        super().__init__(hurried, engine, figures)
        self._unhurried = Readers(keeper, _BACKGROUND_READERS, NO_LIMIT, "catalog-background")
        self.background = Queries(self._unhurried, engine)
        if meaning is not None:
            self._embedder = Embedder(path, meaning, self._writer.submit, self._do_without_meaning)
        self._unhurried.submit(self._warm_up)

    def close(self) -> None:
        """Wait for what is under way, then close the index, the model and every connection."""
        self._engine.close()
        if self._embedder is not None:
            self._embedder.close()
        self._readers.close()
        self._unhurried.close()
        self._writer.close()

    async def merge(
        self, harvest: Harvest, tally: Tally | None = None, *, read_at: datetime | None = None
    ) -> Tally:
        """Take in what a source gave, all of it or, on an error, nothing; counts are added to `tally`.

        With `read_at`, the harvest's day is marked as read then. The next search finds the papers, and they
        get their vectors in the background.
        """
        merged = await asyncio.wrap_future(self._writer.merge(harvest, tally, read_at=read_at))
        for told in tuple(self._told_of_papers):
            told()
        return merged

    # What is kept beside the papers

    async def source_succeeded(self, name: str, now: datetime) -> None:
        """The source `name` gave all that it was asked for."""
        await self._write(lambda connection: status.succeeded(connection, name, now))

    async def source_failed(self, name: str, now: datetime, why: str) -> None:
        """`why` is a sentence."""
        self._figures.source_failures.add(name)
        await self._write(lambda connection: status.failed(connection, name, now, why))

    async def source_recovered(self, name: str) -> None:
        """It answers again, though it was not asked for all that an update needs."""
        await self._write(lambda connection: status.recovered(connection, name))

    async def mark_asked_arxiv(self, ids: Sequence[str]) -> None:
        """arXiv does not know these papers: so it has not withdrawn them."""
        await self._write(lambda connection: papers.mark_asked_arxiv(connection, ids))

    async def mark_revisited(self, source: str, ids: Sequence[str], now: datetime) -> None:
        """`source` was asked again about these papers, whether it knew them or not."""
        await self._write(lambda connection: asked_again.mark(connection, source, ids, now))

    async def keep_citations(
        self, source: str, ids: Sequence[str], counts: Mapping[str, Citations], now: datetime
    ) -> None:
        """`source` was asked about the papers `ids`, and knew those of `counts`: nothing else changes."""

        def keep(connection: sqlite3.Connection) -> None:
            citation_counts.keep(connection, counts)
            asked_again.mark(connection, source, ids, now)

        await self._write(keep)

    async def let_rest(self, source: str, until: datetime) -> None:
        """Nobody asks `source` before `until`."""
        await self._write(lambda connection: asked_again.let_rest(connection, source, until))

    async def take_out(self, ids: Mapping[str, str]) -> int:
        """Make `ids` the papers that the operator removed, as `removals` keeps them; how many left."""
        return await self._write(lambda connection: removals.take_out(connection, ids))

    async def _write(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """`function` in a transaction of its own on the writer's connection; never for papers."""

        def run(connection: sqlite3.Connection) -> T:
            with writing(connection):
                return function(connection)

        return await asyncio.wrap_future(self._writer.submit(run))

    def imports_under_way(self) -> list[Import]:
        """By any process on this machine."""
        return imports(self.path)

    async def index_standing(self) -> Standing:
        """Of the index's file."""
        return await self.read(lambda connection: standing(connection, self.path))

    async def finish_vectors(self) -> None:
        """Wait until all papers that have come have their vectors."""
        if self._embedder is not None:
            await asyncio.to_thread(self._embedder.finish)

    def on_another_catalog(self, told: Callable[[], object]) -> Callable[[], None]:
        """From now on `told` is called, in any thread, when another file has become the catalog.

        Returns what ends that.
        """
        self._told.append(told)
        return lambda: self._told.remove(told)

    def _begin_anew(self) -> None:
        """Another file has become the catalog."""
        self._engine.index.forget()
        if self._embedder is not None:
            self._embedder.begin_anew()
        for told in tuple(self._told):
            told()

    def on_new_papers(self, told: Callable[[], object]) -> Callable[[], None]:
        """From now on `told` is called on the event loop after each merge of this process.

        Returns what ends that.
        """
        self._told_of_papers.append(told)
        return lambda: self._told_of_papers.remove(told)

    def _papers_came(self) -> None:
        if self._embedder is not None:
            self._embedder.wake()

    def _take_in(self, connection: sqlite3.Connection) -> Search:
        before = self._taken_in
        search = super()._take_in(connection)
        if self._taken_in != before:  # also by another process
            self._papers_came()
        return search

    def _do_without_meaning(self) -> None:
        self._engine.meaning = None

    def _warm_up(self, connection: sqlite3.Connection) -> None:
        """Before the first query comes: once through what every search touches."""
        search = self._engine.on(connection)
        for paper in papers.recent(connection, 1):
            search.find(paper.title)
        give_back_memory()
