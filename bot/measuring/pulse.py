"""Whether the event loop lives: a task that asks to be woken, and by how much later it is."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from bot.measuring.figures import Figures

MOST_SILENT: Final = 5.0
"""Seconds without a tick after which the loop counts as stuck."""


class Pulse:
    """Ticks `every` so many seconds while `beat` runs."""

    def __init__(self, figures: Figures, every: float = 1.0) -> None:
        self._figures = figures
        self._every = every
        self._ticked = time.perf_counter()
        self.lag = 0.0
        """Seconds, of the last tick."""

    async def beat(self) -> None:
        """Until cancelled."""
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(self._every)
            self._ticked = time.perf_counter()
            self.lag = max(0.0, self._ticked - asked - self._every)
            self._figures.loop_lag.add(self.lag)

    @property
    def silent(self) -> float:
        """Seconds since the last tick."""
        return time.perf_counter() - self._ticked

    @property
    def lives(self) -> bool:
        """Whether it ticked when it should have."""
        return self.silent < self._every + MOST_SILENT
