"""Answers made from the catalog, on the library's threads, and kept until the catalog changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cachetools import LRUCache, TTLCache

from bot.clock import Clock
from bot.search.engine import Search
from bot.search.library import Library
from bot.web.content import Answer, Content, Dated, Refused

KEPT: Final = 1_000
"""Answers."""
_LASTS: Final = 300.0
"""Seconds: an index that is built anew ranks otherwise, and the catalog's file doesn't tell."""
_AT_ONCE: Final = 2
"""Of the library's threads: the others are for whoever asks in Discord."""
_WAITING: Final = 200
"""Requests that may wait for one of these threads."""

Make = Callable[[Search], Content]
"""Called on one of the library's threads; raises Refused."""

_BUSY = "I'm answering many people at the moment. Try again in a few seconds."


class Answers:
    """From `library` alone: what a server or a person wrote is not in there."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self._library = library
        self._clock = clock
        self._kept: TTLCache[Hashable, Answer] = TTLCache(KEPT, _LASTS)
        self._since: LRUCache[Hashable, tuple[str, datetime]] = LRUCache(KEPT)
        self._under_way: dict[Hashable, asyncio.Task[Answer]] = {}
        self._threads = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._stamp: object = None

    async def of(self, key: Hashable, make: Make) -> Dated:
        """The answer that is kept under `key`, or made now; several who wait for the same one share it."""
        self._forget_if_changed()
        answer = self._kept.get(key)
        if answer is None:
            task = self._under_way.get(key)
            if task is None:
                task = self._under_way[key] = asyncio.create_task(self._made(key, make))
                task.add_done_callback(_looked_at)
            answer = await asyncio.shield(task)
        return self._dated(key, answer)

    async def fresh(self, key: Hashable, make: Make) -> Dated:
        """The same, made anew each time: for what depends on more than the catalog."""
        return self._dated(key, await self._asked(make))

    async def _made(self, key: Hashable, make: Make) -> Answer:
        try:
            stamp = self._stamp
            answer = await self._asked(make)
            if stamp == self._stamp:
                self._kept[key] = answer
            return answer
        finally:
            if self._under_way.get(key) is asyncio.current_task():
                del self._under_way[key]

    async def _asked(self, make: Make) -> Answer:
        async with self.turn():
            return await self._library.ask(lambda search: Answer.of(make(search)))

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Whoever asks the library for a page asks within; Refused where too many wait already."""
        if self._waiting >= _WAITING:
            raise Refused(503, _BUSY)
        self._waiting += 1
        try:
            async with self._threads:
                yield
        finally:
            self._waiting -= 1

    def _dated(self, key: Hashable, answer: Answer) -> Dated:
        """Since when it is so: an answer that was made anew and came out the same has not changed."""
        known = self._since.get(key)
        if known is not None and known[0] == answer.etag:
            return Dated(answer, known[1])
        since = self._clock().replace(microsecond=0)
        if known is not None:
            # HTTP's dates have whole seconds: what changes twice in one is of the next.
            since = max(since, known[1] + timedelta(seconds=1))
        self._since[key] = (answer.etag, since)
        return Dated(answer, since)

    def _forget_if_changed(self) -> None:
        stamp = _stamp(self._library.path)
        if stamp != self._stamp:
            self._stamp = stamp
            self._kept.clear()
            self._under_way.clear()


def _stamp(catalog: Path) -> object:
    """Another one after each change of the catalog, whichever process made it."""
    found = []
    for path in (catalog, catalog.with_name(f"{catalog.name}-wal")):
        with suppress(OSError):
            known = path.stat()
            found.append((known.st_ino, known.st_size, known.st_mtime_ns))
    return tuple(found)


def _looked_at(task: asyncio.Task[Answer]) -> None:
    """Whoever waited may be gone: then an error is nobody's."""
    if not task.cancelled():
        task.exception()
