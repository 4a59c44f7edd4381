"""What a channel gets on a day: chosen and composed here alone, for its preview and for sending."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from bot.daily.choosing.pick import Picker
from bot.daily.choosing.variety import latest_of
from bot.delivery.post import Entry, Post
from bot.reasons import Code, Reason, reason
from bot.search.queries import Queries
from bot.state.deliveries import Deliveries, Delivery
from bot.state.feeds import Feed
from bot.state.plans import Pick, Plan


class ChannelPosts:
    """The `Recipient` of daily papers: a channel."""

    def __init__(self, *, catalog: Queries, deliveries: Deliveries, picker: Picker) -> None:
        self._catalog = catalog
        self._deliveries = deliveries
        self._picker = picker

    def hindrance(self, feed: Feed | None) -> Reason | None:
        """See `Recipient`: a feed that was removed, paused, or whose channel or server is gone."""
        if feed is None:
            return reason(Code.FEED_REMOVED)
        return reason(Code.FEED_STOPPED) if feed.paused_at or feed.gone else None

    async def choose(self, feed: Feed, delivery: Delivery) -> list[Pick] | None:
        """See `Recipient`: None where the channel was told already that it had everything."""
        picks = await self._picks(feed.plan, delivery.local_date, delivery.channel_id, delivery.guild_id)
        return None if not picks and feed.told_exhausted else picks

    async def compose(
        self, feed: Feed | None, delivery: Delivery, picks: Sequence[Pick], *, besides: Collection[str] = ()
    ) -> Post:
        """See `Recipient`."""
        plan = feed.plan if feed else None
        return Post(
            guild_id=delivery.guild_id,
            channel_id=delivery.channel_id,
            kind=delivery.channel_kind,
            day=delivery.local_date,
            entries=await self._entries(picks, besides),
            topic=plan.topic if plan else "",
            ping_role_id=plan.ping_role_id if plan else None,
            tag_id=plan.tag_id if plan else None,
            nonce=delivery.nonce,
        )

    async def preview(self, plan: Plan, day: date) -> Post:
        """The post of that local day as it would be now; nobody sends it."""
        picks = await self._picks(plan, day, plan.channel_id, plan.guild_id)
        return Post(
            guild_id=plan.guild_id,
            channel_id=plan.channel_id,
            kind=plan.kind,
            day=day,
            entries=await self._entries(picks),
            topic=plan.topic,
            ping_role_id=plan.ping_role_id,
            tag_id=plan.tag_id,
            nonce="",
        )

    async def _picks(self, plan: Plan, day: date, channel_id: int, guild_id: int) -> list[Pick]:
        had = await self._deliveries.had(channel_id, guild_id)
        latest = await latest_of(self._deliveries, plan)
        return await self._picker.pick(plan, day, had, latest=latest)

    async def _entries(self, picks: Sequence[Pick], besides: Collection[str] = ()) -> tuple[Entry, ...]:
        """Each paper as the catalog has it now; those that have left it are left out."""
        found = [(await self._catalog.paper(pick.paper_id), pick) for pick in picks]
        return tuple(Entry(paper, pick) for paper, pick in found if paper and paper.id not in besides)
