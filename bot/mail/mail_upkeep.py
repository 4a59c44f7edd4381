"""What is deleted by itself: addresses that nobody confirmed, and mails of long ago."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.delivery.clock_watch import ClockWatch
from bot.delivery.outage import Outage
from bot.state.mails import Mails
from bot.state.subscriptions import Subscriptions

_EVERY = timedelta(hours=1)


class MailUpkeep:
    """Whether mails go out or not: what was kept is deleted in time also where they were switched off."""

    def __init__(self, subscriptions: Subscriptions, mails: Mails, outage: Outage, clock: Clock) -> None:
        self._subscriptions = subscriptions
        self._mails = mails
        self._outage = outage
        self._clock = clock
        self._done_at: datetime | None = None
        self._watch = ClockWatch("subscriptions to mails", subscriptions.set_right, clock)

    async def look(self) -> None:
        """Set right what a clock put off, and delete what is over; hourly, however often it is called."""
        await self._outage.apart("Setting mails right", self._watch.look)
        now = self._clock()
        if self._done_at is None or abs(now - self._done_at) >= _EVERY:
            await self._outage.apart("Deleting unconfirmed addresses", self._subscriptions.clean_up)
            await self._outage.apart("Cleaning up mails", self._mails.clean_up)
            self._done_at = now

    async def run(self) -> None:
        """Until cancelled, for where no mails are delivered beside which that could be done."""
        while True:
            await self._outage.insist(self.look)
            await asyncio.sleep(_EVERY.total_seconds())
