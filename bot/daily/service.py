"""Everything about daily papers, put together once for a connection."""

from __future__ import annotations

from datetime import date, datetime

from bot.clock import Clock
from bot.daily.channel_posts import ChannelPosts
from bot.daily.choosing.pick import Picker
from bot.daily.choosing.upcoming import Upcoming
from bot.daily.feed_work import FeedWork
from bot.daily.upkeep import Upkeep
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.lifecycle import Lifecycle, Patience
from bot.delivery.outage import Outage
from bot.delivery.sending import FeedSender
from bot.measuring.figures import Figures
from bot.search.library import Library
from bot.state.claims import Claims
from bot.state.database_clock import DatabaseClock
from bot.state.deliveries import Deliveries, FeedDelivery
from bot.state.ended import Ended
from bot.state.feeds import Feed, Feeds
from bot.state.history import History
from bot.state.openings import Openings
from bot.state.server_votes import Votes
from bot.state.store import Store


class DailyService:
    """`owner` names this process: the same after a restart, another for each that runs beside it.

    `address_ended` is told of the hash of each secret address that ends with its channel's last daily paper.
    """

    def __init__(
        self,
        *,
        library: Library,
        store: Store,
        clock: Clock,
        sender: FeedSender,
        owner: str,
        patience: Patience | None = None,
        figures: Figures | None = None,
        address_ended: Ended | None = None,
    ) -> None:
        patience = patience or Patience()
        self.clock = now = DatabaseClock(store, clock)
        self.feeds = Feeds(store, now, address_ended)
        self.deliveries = Deliveries(store, now, figures)
        self.history = History(store)
        catalog = library.background
        self.picker = Picker(catalog, now)
        self.upcoming = Upcoming(catalog=catalog, deliveries=self.deliveries, picker=self.picker, clock=now)
        self.posts = ChannelPosts(
            catalog=catalog,
            feeds=self.feeds,
            deliveries=self.deliveries,
            picker=self.picker,
            votes=Votes(store, now),
            threads=sender,
            clock=now,
        )
        self.outage = outage = Outage()
        self.upkeep = Upkeep(
            feeds=self.feeds,
            openings=Openings(store, now),
            sender=sender,
            outage=outage,
            clock=now,
        )
        self.lifecycle = Lifecycle(
            recipient=self.posts,
            deliveries=self.deliveries,
            sender=sender,
            clock=now,
            outage=outage,
            patience=patience,
        )
        self._claims = Claims(store, now, owner=owner, lease=patience.lease, figures=figures)
        work = FeedWork(
            claims=self._claims,
            feeds=self.feeds,
            deliveries=self.deliveries,
            lifecycle=self.lifecycle,
            upkeep=self.upkeep,
            outage=outage,
            clock=now,
        )
        self.dispatcher = Dispatcher(work, outage=outage, clock=now)

    async def post_now(self, feed: Feed, day: date, *, next_due_at: datetime) -> FeedDelivery | None:
        """The feed's delivery of its local `day`, at once: how far it came; None where it is out already."""
        await self.clock.measure()
        delivery = await self._claims.claim_now(feed, day, next_due_at=next_due_at)
        if delivery is None:
            return None
        await self.dispatcher.serve_now((delivery, feed))
        return await self.deliveries.of_day(feed.id, day)
