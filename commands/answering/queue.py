"""How many answers are made at once, when more people ask than can be served at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

T = TypeVar("T")

_AT_ONCE = 8
"""Answers; a few more than there are readers of the catalog, since each waits for Discord, too."""
_LONGEST = 4.0
"""Seconds for which work keeps its place."""


_TOLD_AT_ONCE = 100
"""Acknowledgements under way. More would each open a connection, which costs more than all the rest; these
take turns on open ones, and are a thousand a second where Discord answers within a tenth of one."""
_HOLD_BACK = 1.5
"""Seconds that an answer waits at most for others to be acknowledged."""


class Queue:
    """Work in the order in which it came, so much at once.

    While the queue is full, whoever comes is told first that their answer takes a moment: an acknowledgement
    costs a part of an answer, and Discord takes none after three seconds. No work begins while somebody is
    being told so.
    """

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._telling = asyncio.Semaphore(_TOLD_AT_ONCE)
        self._acknowledging = 0
        self._quiet = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether as many answers are under way as can be made at once."""
        return self._places.locked()

    @asynccontextmanager
    async def acknowledging(self) -> AsyncIterator[None]:
        """Somebody is told that their answer takes a moment."""
        self._acknowledging += 1
        self._quiet.clear()
        try:
            async with self._telling:
                yield
        finally:
            self._acknowledging -= 1
            if not self._acknowledging:
                self._quiet.set()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives. Work that waits long, as for arXiv, makes room for others meanwhile."""
        loop = asyncio.get_running_loop()
        try:
            await self._places.acquire()
        except BaseException:
            work.close()
            raise
        making_room = loop.call_later(_LONGEST, self._places.release)
        try:
            if self._acknowledging:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_HOLD_BACK):
                        await self._quiet.wait()
            return await work
        finally:
            if making_room.when() > loop.time():
                making_room.cancel()
                self._places.release()
