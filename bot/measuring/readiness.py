"""Whether a process can do its work: named checks, looked at in the background, so that asking costs nothing.

A check that does not come back is not cancelled, since what it waits for may not bear that: after its limit
it counts as failed, and is begun again when it has ended.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""None where all is well, else why not, as one sentence for the operator."""

_WHILE_LOST: Final = 2.0
"""Seconds until the next look at what is not well, so that its return shows soon."""
_SLACK: Final = 5.0
"""Seconds by which a look may be late."""


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds."""

    every: float = 4.0
    """Between the end of a look and the next."""
    limit: float = 6.0
    """How long one may take."""
    beginning: float = 60.0
    """From the first look on, in which what was never well is not said to be lost: it may be on its way."""


class Readiness:
    """Ready when each of `checks` is well; each may have a pace of its own."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        pace: Pace | None = None,
        paces: Mapping[str, Pace] | None = None,
    ) -> None:
        usual = pace or Pace()
        self._looks = [_Look(name, check, (paces or {}).get(name, usual)) for name, check in checks.items()]

    async def watch(self) -> None:
        """Look again and again, until cancelled. No failure of a check ends it."""
        async with asyncio.TaskGroup() as looks:
            for look in self._looks:
                looks.create_task(look.watch(), name=f"check-{look.name}")

    @property
    def reasons(self) -> dict[str, str]:
        """Why not, by the check's name; empty where it is ready."""
        found = {look.name: look.reason for look in self._looks}
        return {name: reason for name, reason in found.items() if reason is not None}

    @property
    def states(self) -> dict[str, bool]:
        """Of each check whether it is well."""
        return {look.name: look.reason is None for look in self._looks}

    @property
    def is_ready(self) -> bool:
        """Whether all is well."""
        return not self.reasons


class _Look:
    def __init__(self, name: str, check: Check, pace: Pace) -> None:
        self.name = name
        self._check = check
        self._pace = pace
        self._found: str | None = "It hasn't been looked at yet."
        self._looked = time.perf_counter()
        self._since = self._looked
        self._was_well = False
        self._said: str | None = None

    @property
    def reason(self) -> str | None:
        """As found last; what was found too long ago says nothing of now."""
        since = time.perf_counter() - self._looked
        if self._found is None and since > self._pace.every + self._pace.limit + _SLACK:
            return f"It hasn't been looked at for {since:.0f} s."
        return self._found

    async def watch(self) -> None:
        self._since = time.perf_counter()
        while True:
            await self._once()
            every = self._pace.every
            await asyncio.sleep(every if self._found is None else min(every, _WHILE_LOST))

    async def _once(self) -> None:
        look = asyncio.ensure_future(self._check())
        try:
            await asyncio.wait({look}, timeout=self._pace.limit)
            if not look.done():
                self._finds(f"No answer for {self._pace.limit:.0f} s.")
                await asyncio.wait({look})
        except asyncio.CancelledError:
            look.cancel()
            await asyncio.gather(look, return_exceptions=True)
            raise
        try:
            self._finds(look.result())
        except Exception as error:
            self._finds(f"{' '.join(str(error).split())[:300] or type(error).__name__}")

    def _finds(self, reason: str | None) -> None:
        self._looked, self._found = time.perf_counter(), reason
        if reason is None:
            if self._said is not None:
                log.info("Ready again: %s.", self.name)
            self._was_well, self._said = True, None
        elif self._said is None and (self._was_well or self._looked - self._since >= self._pace.beginning):
            log.warning("Not ready: %s. %s", self.name, reason)
            self._said = reason
