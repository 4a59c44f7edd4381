"""Direct messages, opened within the budget that all processes share."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from cachetools import TTLCache

from bot.clock import Clock
from bot.delivery.sending import LetterSender, TryLater
from bot.reasons import Code, reason
from bot.state.openings import WITHIN, Openings

log = logging.getLogger(__name__)

_REMEMBERED: Final = 10_000


class DirectChannels:
    def __init__(self, *, openings: Openings, sender: LetterSender, clock: Clock) -> None:
        self._openings = openings
        self._sender = sender
        self._clock = clock
        # Whoever has all deleted and follows again takes nothing of what is left for others.
        self._opened: TTLCache[int, int] = TTLCache(_REMEMBERED, WITHIN.total_seconds())

    async def open(self, person: int) -> int:
        """The channel's id. Raises SendFailed: TryLater with DIRECT_MESSAGES_FULL without budget left."""
        known = self._opened.get(person)
        if known is not None:
            return known
        free = await self._openings.take()
        if free is not None:
            wait: timedelta = free - self._clock()
            raise TryLater(reason(Code.DIRECT_MESSAGES_FULL), max(wait.total_seconds(), 0.0))
        try:
            channel_id = await self._sender.open_direct(person)
        except TryLater as failure:
            if failure.reason.code == Code.QUARANTINED:
                log.error("Discord has quarantined the bot: it opens no direct messages for now.")
            raise
        self._opened[person] = channel_id
        return channel_id
