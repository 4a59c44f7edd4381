"""A state store that does not answer: waited for, said once in the log, and once when it is over.

What fails otherwise is a bug: logged with its trace, and kept from holding up anything else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from bot.state.failures import cause_of, is_passing

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

_LONGEST_WAIT = 5.0
"""Seconds between two tries."""
_SETTLE = 2.0
"""Seconds of answers alone until an outage is over: one work succeeds while the last still fail."""
_SAY_AGAIN = 600.0
"""Seconds until the same bug is logged again."""


class Outage:
    """Shared by all who use the store for daily papers, so that hundreds of posts under way say it once."""

    def __init__(self, settle: float = _SETTLE) -> None:
        self._settle = settle
        self._lasts = False
        self._over: asyncio.TimerHandle | None = None
        self._bugs: dict[str, float] = {}

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

    async def apart(
        self, what: str, work: Callable[P, Awaitable[T]], *args: P.args, **kw: P.kwargs
    ) -> T | None:
        """Work that shall not hold up what comes after it: None, and a line in the log, for a bug in it.

        An outage of the store is passed on.
        """
        try:
            return await work(*args, **kw)
        except Exception as error:
            if is_passing(error):
                raise
            self.bug(what, error)
            return None

    def bug(self, what: str, error: BaseException) -> None:
        """Say with its trace that our own code failed; the same again only when a while has passed."""
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        line = place.tb_lineno if place is not None else 0
        key, now = f"{what}/{type(error).__name__}/{line}", asyncio.get_running_loop().time()
        if now - self._bugs.get(key, -_SAY_AGAIN) < _SAY_AGAIN:
            return
        self._bugs[key] = now
        log.error("%s failed, for a bug of ours; all else goes on: %r", what, error, exc_info=error)

    def begins(self, error: BaseException) -> None:
        """The store does not answer: said once, until `ends` was told of answers alone for a while."""
        if self._over is not None:
            self._over.cancel()
            self._over = None
        if not self._lasts:
            log.error(
                "Daily papers wait: the state store cannot be used (%s). "
                "They go on by themselves when it answers again.",
                " ".join(str(cause_of(error)).split())[:300] or type(error).__name__,
            )
        self._lasts = True

    def ends(self) -> None:
        """It answers again."""
        if self._lasts and self._over is None:
            self._over = asyncio.get_running_loop().call_later(self._settle, self._is_over)

    def _is_over(self) -> None:
        self._lasts, self._over = False, None
        log.info("The state store answers again.")
