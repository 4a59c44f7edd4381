"""A clock that was far ahead and is set right: what it put off until its time goes on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import Clock

log = logging.getLogger(__name__)

_EVERY = timedelta(hours=1)


class ClockWatch:
    """`set_right` brings back what waits for a day that no schedule reaches, and says how many that were.

    `what` they are, in the log.
    """

    def __init__(self, what: str, set_right: Callable[[], Awaitable[int]], clock: Clock) -> None:
        self._what = what
        self._set_right = set_right
        self._clock = clock
        self._looked_at: datetime | None = None

    async def look(self) -> None:
        """Once an hour, and whenever the clock has gone back, however often it is called."""
        now = self._clock()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < _EVERY:
            return
        brought_back = await self._set_right()
        self._looked_at = now
        if brought_back:
            log.warning(
                "The clock was set back: %d %s that waited for its time go on.", brought_back, self._what
            )
