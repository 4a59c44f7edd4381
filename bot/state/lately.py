"""What was read lately: so that finding needs the database once a minute, and goes on while it is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from cachetools import LRUCache

from bot.clock import Clock
from bot.state.failures import is_passing

K = TypeVar("K", bound=Hashable)

_LASTS = timedelta(minutes=1)
"""Another process may have changed it meanwhile."""
_MOST = 2_000
"""Keys that are kept in mind at once."""
_LONGEST_WAIT = 1.0
"""Seconds: Discord waits three for an answer."""


class Lately(Generic[K]):
    """Sets of ids by key; `read` is asked for those that are not known, or not any more."""

    def __init__(self, clock: Clock, read: Callable[[K], Awaitable[frozenset[str]]]) -> None:
        self._clock = clock
        self._read = read
        self._known: LRUCache[K, tuple[datetime, frozenset[str]]] = LRUCache(_MOST)

    async def of(self, key: K) -> frozenset[str]:
        """The ids of `key`; those last known, or none, where the database is away."""
        now = self._clock()
        known = self._known.get(key)
        if known is not None and timedelta() <= now - known[0] < _LASTS:
            return known[1]
        ids = await self._asked(key)
        if ids is None:
            ids = known[1] if known is not None else frozenset()
        self._known[key] = (now, ids)
        return ids

    def forget(self, key: K) -> None:
        """Read it anew when it is next asked for."""
        self._known.pop(key, None)

    async def _asked(self, key: K) -> frozenset[str] | None:
        asking = asyncio.ensure_future(self._read(key))
        done, _ = await asyncio.wait({asking}, timeout=_LONGEST_WAIT)
        if not done:
            asking.cancel()
            return None
        try:
            return asking.result()
        except Exception as error:
            if not is_passing(error):
                raise
            return None
