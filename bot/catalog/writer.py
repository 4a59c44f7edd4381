"""The one door by which papers enter the catalog, off the event loop."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from bot.catalog import file, merging
from bot.catalog.keeper import Keeper
from bot.paper.harvest import Harvest, Tally

T = TypeVar("T")


class Writer:
    """One thread with one connection, until `close`. `came` is called when papers have come or changed."""

    def __init__(self, keeper: Keeper, came: Callable[[], object] = list) -> None:
        self._keeper = keeper
        self._came = came
        self._connection = self._opened()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="catalog-writer")

    def close(self) -> None:
        """What was submitted is written first."""
        self._thread.shutdown()
        self._connection.close()

    def merge(
        self, harvest: Harvest, tally: Tally | None = None, *, read_at: datetime | None = None
    ) -> Future[Tally]:
        """Merge it in one transaction; see `bot.catalog.merging.merge`. The indexes and vectors follow."""

        def run(connection: sqlite3.Connection) -> Tally:
            merged = merging.merge(connection, harvest, tally, read_at=read_at)
            self._came()
            return merged

        return self.submit(run)

    def submit(self, function: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """`function` on the connection; one at a time, in the order of the calls. For all but papers."""
        return self._thread.submit(self._run, function)

    def _run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        if self._keeper.stamp() != self._stamp:
            self._open_again()
        try:
            return function(self._connection)
        except sqlite3.Error as error:
            if not self._keeper.mends(error):
                raise
            self._open_again()
            return function(self._connection)

    def _open_again(self) -> None:
        self._connection.close()
        self._connection = self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = file.open_for_writing(self._keeper.path)
        self._stamp = self._keeper.stamp()
        self._keeper.opened()
        return connection
