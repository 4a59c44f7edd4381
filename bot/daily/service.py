"""Everything about daily papers, put together once for a connection."""

from __future__ import annotations

from bot.clock import Clock
from bot.daily.choosing.pick import Picker
from bot.daily.choosing.upcoming import Upcoming
from bot.daily.upkeep import Upkeep
from bot.delivery.courier import Courier, Patience
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.outage import Outage
from bot.delivery.post import Sender
from bot.search.library import Library
from bot.state.claims import Claims
from bot.state.database_clock import DatabaseClock
from bot.state.deliveries import Deliveries
from bot.state.feeds import Feeds
from bot.state.history import History
from bot.state.openings import Openings
from bot.state.store import Store


class DailyService:
    """`owner` names this process: the same after a restart, another for each that runs beside it."""

    def __init__(
        self,
        *,
        library: Library,
        store: Store,
        clock: Clock,
        sender: Sender,
        owner: str,
        patience: Patience | None = None,
    ) -> None:
        patience = patience or Patience()
        self.clock = now = DatabaseClock(store, clock)
        self.feeds = Feeds(store, now)
        self.deliveries = Deliveries(store, now)
        self.history = History(store)
        catalog = library.background
        self.picker = Picker(catalog, now)
        self.upcoming = Upcoming(catalog=catalog, deliveries=self.deliveries, picker=self.picker, clock=now)
        outage = Outage()
        self.upkeep = Upkeep(
            feeds=self.feeds,
            openings=Openings(store, now),
            sender=sender,
            outage=outage,
            clock=now,
        )
        self.courier = Courier(
            library=catalog,
            feeds=self.feeds,
            deliveries=self.deliveries,
            picker=self.picker,
            sender=sender,
            clock=now,
            outage=outage,
            patience=patience,
        )
        self.dispatcher = Dispatcher(
            claims=Claims(store, now, owner=owner, lease=patience.lease),
            feeds=self.feeds,
            deliveries=self.deliveries,
            courier=self.courier,
            upkeep=self.upkeep,
            outage=outage,
            clock=now,
        )
