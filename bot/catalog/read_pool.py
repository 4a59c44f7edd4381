"""Threads that read the catalog, each on a connection of its own, and how long one read may take."""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Final, TypeVar

from bot.catalog import file
from bot.catalog.file import Stamp
from bot.catalog.keeper import Keeper
from bot.errors import CatalogClosed, SearchTooSlow

log = logging.getLogger(__name__)

P = TypeVar("P")
T = TypeVar("T")

Check = Callable[[], None]
"""Returns, or raises where the read has taken too long."""

_STEPS: Final = 2_000
"""SQLite instructions between two checks: well under a millisecond."""

_CLOCK_TIMES: Final = 10
"""How much longer than its processor time a read may take by the clock, on a busy machine or a slow disk."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one read may take, in seconds of its thread's processor time and by the clock."""

    processor: float = math.inf
    clock: float = math.inf

    @classmethod
    def of_waiting(cls, seconds: float) -> Limit:
        """For a read that somebody waits for: what it costs is limited, not how busy the machine is."""
        return cls(seconds, seconds * _CLOCK_TIMES)


NO_LIMIT: Final = Limit()
"""For work that nobody waits for."""


@dataclass(slots=True)
class _Opened:
    connection: sqlite3.Connection
    stamp: Stamp | None
    """Of the file that it reads; None once it is closed."""

    def close(self) -> None:
        self.connection.close()
        self.stamp = None


def unprepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """For a read that needs its connection and no more."""
    return connection


class Readers:
    """A pool of `threads`, until `close`, which stops what they are doing."""

    def __init__(self, keeper: Keeper, threads: int, limit: Limit, name: str) -> None:
        self._keeper = keeper
        self._limit = limit
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._idle: SimpleQueue[_Opened] = SimpleQueue()
        # All at once: where another file takes the catalog's place that is none, these go on.
        for _ in range(threads):
            self._idle.put(_Opened(file.open_for_reading(keeper.path), keeper.stamp()))
        self._closed = False

    def close(self) -> None:
        """Wait for the reads under way, then close their connections."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)
        while not self._idle.empty():
            self._idle.get().close()

    async def run(
        self,
        function: Callable[[P, Check], T],
        prepare: Callable[[sqlite3.Connection], P],
    ) -> T:
        """`function` in one of the threads, within the limit, of what `prepare`, which has none, makes first.

        SQLite is stopped by itself; other work of `function` stops where it calls the check that it is given.
        Raises SearchTooSlow at the limit, CatalogClosed where the readers are closed meanwhile.
        """
        # The thread's lines of the log have the ids of whoever asks.
        run = partial(copy_context().run, self._run, function, prepare)
        return await asyncio.get_running_loop().run_in_executor(self._pool, run)

    def submit(self, function: Callable[[sqlite3.Connection], object]) -> None:
        """Run `function` some time soon; nobody waits for it."""
        work = self._pool.submit(self._run, lambda connection, _: function(connection), unprepared)
        work.add_done_callback(_log_failure)

    def _run(
        self,
        function: Callable[[P, Check], T],
        prepare: Callable[[sqlite3.Connection], P],
    ) -> T:
        opened = self._idle.get()
        try:
            try:
                return self._once(self._current(opened), function, prepare)
            except sqlite3.Error as error:
                if self._closed or not self._keeper.mends(error):
                    raise
                opened.close()
                return self._once(self._current(opened), function, prepare)
        finally:
            self._idle.put(opened)

    def _current(self, opened: _Opened) -> sqlite3.Connection:
        """To the file that is the catalog now."""
        stamp = self._keeper.stamp()
        if opened.stamp != stamp:
            opened.close()
            opened.connection, opened.stamp = file.open_for_reading(self._keeper.path), stamp
        return opened.connection

    def _once(
        self,
        connection: sqlite3.Connection,
        function: Callable[[P, Check], T],
        prepare: Callable[[sqlite3.Connection], P],
    ) -> T:
        prepared = prepare(connection)
        # perf_counter: a simulated Discord moves the loop's and monotonic's time, this limit is of real time.
        processor_end = time.thread_time() + self._limit.processor
        clock_end = time.perf_counter() + self._limit.clock

        def stops() -> bool:
            return self._closed or time.thread_time() > processor_end or time.perf_counter() > clock_end

        def check() -> None:
            if stops():
                raise self._stopped()

        connection.set_progress_handler(stops, _STEPS)
        try:
            return function(prepared, check)
        except sqlite3.OperationalError as error:
            if "interrupt" in str(error):
                raise self._stopped() from error
            raise
        finally:
            connection.set_progress_handler(None, 0)

    def _stopped(self) -> Exception:
        return CatalogClosed() if self._closed else SearchTooSlow()


def _log_failure(work: Future[object]) -> None:
    """Of work that nobody waits for."""
    error = None if work.cancelled() else work.exception()
    if error is not None and not isinstance(error, CatalogClosed):
        log.error("Work in the background of the catalog failed: %s", error, exc_info=error)
