"""How many answers are made at once, when more people ask than can be served at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

_AT_ONCE = 8
"""Answers; a few more than there are readers of the catalog, since each waits for Discord, too."""
_LONGEST = 2.0
"""Seconds for which work keeps its place."""


class Queue:
    """Work in the order in which it came, so much at once.

    While the queue is full, whoever comes is told first that their answer takes a moment: an acknowledgement
    costs a tenth of an answer, and Discord takes none after three seconds.
    """

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)

    @property
    def full(self) -> bool:
        return self._places.locked()

    async def run(self, work: Awaitable[T]) -> T:
        """What `work` gives. Work that waits long, as for arXiv, makes room for others meanwhile."""
        await self._places.acquire()
        making_room = asyncio.get_running_loop().call_later(_LONGEST, self._places.release)
        try:
            return await work
        finally:
            if not making_room.cancelled() and making_room.when() > asyncio.get_running_loop().time():
                making_room.cancel()
                self._places.release()
