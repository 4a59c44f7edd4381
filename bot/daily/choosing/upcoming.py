"""A feed in the light of what it already posted: when it comes next, and with what."""

from __future__ import annotations

from datetime import datetime

from bot.clock import Clock
from bot.daily.choosing.outlook import Outlook, outlook
from bot.daily.choosing.pick import Picker
from bot.daily.when.due import next_due, schedule_of
from bot.search.queries import Queries
from bot.state.deliveries import Deliveries, State
from bot.state.feeds import Plan


class Upcoming:
    def __init__(self, *, catalog: Queries, deliveries: Deliveries, picker: Picker, clock: Clock) -> None:
        self._catalog = catalog
        self._deliveries = deliveries
        self._picker = picker
        self._clock = clock

    async def next_due(self, plan: Plan, feed_id: int | None = None) -> datetime:
        """The next post by this plan; not today once the feed's post of today is out or under way."""
        now = self._clock()
        today = schedule_of(plan).day_of(now)
        done = await self._deliveries.of_day(feed_id, today) if feed_id is not None else None
        nothing_came = done is None or (
            done.state in (State.SKIPPED, State.FAILED) and done.unsure_since is None
        )
        return next_due(plan, now, not_on=() if nothing_came else {today})

    async def outlook(self, plan: Plan) -> Outlook:
        """What the plan would have brought lately; it has a topic."""
        unwanted = await self._deliveries.unwanted(plan.guild_id)
        hidden = await self._catalog.current_ids(unwanted)
        return await outlook(self._picker, self._catalog, plan, self._clock(), hidden=hidden)
