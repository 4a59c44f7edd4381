"""A state store that does not answer: waited for, said once in the log, and once when it is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.state.failures import cause_of, is_passing

T = TypeVar("T")

log = logging.getLogger(__name__)

_LONGEST_WAIT = 5.0
"""Seconds between two tries."""


class Outage:
    """Shared by all who use the store for daily papers, so that hundreds of posts under way say it once."""

    def __init__(self) -> None:
        self._lasts = False

    async def insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Repeat what must not be lost until the store takes it."""
        wait = 0.5
        while True:
            try:
                done = await work()
            except Exception as error:
                if not is_passing(error):
                    raise
                self.begins(error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                self.ends()
                return done

    def begins(self, error: BaseException) -> None:
        if not self._lasts:
            log.error(
                "Daily papers wait: the state store cannot be used (%s). "
                "They go on by themselves when it answers again.",
                " ".join(str(cause_of(error)).split())[:300] or type(error).__name__,
            )
        self._lasts = True

    def ends(self) -> None:
        if self._lasts:
            log.info("The state store answers again.")
        self._lasts = False
