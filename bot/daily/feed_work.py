"""Daily papers as the dispatcher hands them out: feeds due, deliveries that wait, admins to be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from bot.daily.upkeep import Upkeep
from bot.daily.when.due import turn_of
from bot.delivery.leased_work import LeasedWork
from bot.delivery.lifecycle import GRACE, Lifecycle
from bot.delivery.outage import Outage
from bot.delivery.post import Post
from bot.reasons import Code, reason
from bot.state.claims import Claims
from bot.state.database_clock import DatabaseClock
from bot.state.deliveries import Deliveries, FeedDelivery, State
from bot.state.feeds import Feed, Feeds

_WHILE_TELLING = timedelta(seconds=10)
"""Until the next look at the servers that wait to be told, for their turn or for their last feed to stop."""

Claimed = tuple[FeedDelivery, Feed | None]
"""A delivery that is this process's, with its feed where that was read just now."""


class FeedWork(LeasedWork[FeedDelivery, Feed]):
    """The `Work` of daily papers."""

    _what = "posts"

    def __init__(
        self,
        *,
        claims: Claims,
        feeds: Feeds,
        deliveries: Deliveries,
        lifecycle: Lifecycle[Feed, FeedDelivery, Post],
        upkeep: Upkeep,
        outage: Outage,
        clock: DatabaseClock,
    ) -> None:
        super().__init__(claims, outage)
        self._claims = claims
        self._feeds = feeds
        self._deliveries = deliveries
        self._lifecycle = lifecycle
        self._upkeep = upkeep
        self._clock = clock

    async def _claim_due(self, room: int, crowded: Collection[int]) -> list[tuple[FeedDelivery, Feed]]:
        turn = partial(turn_of, now=self._clock())
        return await self._claims.claim_due(room, turn, but_of=crowded) if room > 0 else []

    async def serve(self, item: Claimed) -> None:
        """See `Work`."""
        delivery, feed = item
        await self._lifecycle.deliver(delivery, feed)

    async def after_bug(self, item: Claimed) -> None:
        """Try again when its lease would have ended, until its day is over."""
        delivery, _ = item
        why, now = reason(Code.BUG), self._clock()
        if now - delivery.due_at > GRACE:
            await self._deliveries.fail(delivery, why, pause=False, certain=delivery.unsure_since is None)
        elif delivery.state is State.CLAIMED:
            unsure = delivery.unsure_since is not None
            await self._deliveries.wait(delivery, now + self._claims.lease, unsure=unsure, note=why)

    async def beside(self) -> None:
        """See `Work`: admins are told, and what has been gone for long is deleted."""
        await self._upkeep.work()

    async def next_due(self) -> list[datetime | None]:
        """See `Work`: the nearest post, wait and notice."""
        telling = await self._feeds.nearest_telling()
        if telling is not None:
            telling = max(telling, self._clock() + _WHILE_TELLING)
        return [await self._feeds.nearest_due(), await self._claims.nearest_waking(), telling]

    async def close(self) -> None:
        """See `Work`."""
        await self._upkeep.close()

    def group(self, item: Claimed) -> int:
        """See `Work`."""
        return item[0].guild_id
