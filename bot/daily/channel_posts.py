"""What a channel gets on a day: chosen and composed here alone, for its preview and for sending."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.daily.choosing.pick import Picker
from bot.daily.choosing.variety import latest_of
from bot.daily.choosing.week import WeekPicker
from bot.delivery.lifecycle import GRACE
from bot.delivery.post import Discussion, Entry, Post
from bot.delivery.sending import Refused, SendFailed, Threads
from bot.reasons import Code, Reason, reason
from bot.search.queries import Queries
from bot.state.deliveries import Deliveries, FeedDelivery
from bot.state.feeds import Feed, Feeds
from bot.state.plans import ChannelKind, Edition, Pick, Plan
from bot.state.server_votes import Votes

_WEEK: Final = timedelta(days=7)
_MOST_LIKED: Final = 100


class ChannelPosts:
    """The `Recipient` of daily papers and weekly digests: a channel."""

    def __init__(
        self,
        *,
        catalog: Queries,
        feeds: Feeds,
        deliveries: Deliveries,
        picker: Picker,
        votes: Votes,
        threads: Threads,
        clock: Clock,
    ) -> None:
        self._catalog = catalog
        self._feeds = feeds
        self._deliveries = deliveries
        self._picker = picker
        self._week = WeekPicker(catalog=catalog, votes=votes, picker=picker)
        self._votes = votes
        self._threads = threads
        self._clock = clock

    async def of(self, delivery: FeedDelivery) -> Feed | None:
        """See `Recipient`."""
        return await self._feeds.get(delivery.feed_id)

    def hindrance(self, whom: Feed | None, delivery: FeedDelivery) -> Reason | None:
        """See `Recipient`: the feed was removed or paused, its channel or server is gone, the day over."""
        if whom is None:
            return reason(Code.FEED_REMOVED)
        if whom.paused_at or whom.gone:
            return reason(Code.FEED_STOPPED)
        return (delivery.note or reason(Code.TOO_LATE)) if self._clock() - delivery.due_at > GRACE else None

    def nonce_protects(self, delivery: FeedDelivery) -> bool:
        """See `Recipient`: a forum's posts have none."""
        return delivery.channel_kind is not ChannelKind.FORUM

    def copies_fold(self, delivery: FeedDelivery) -> bool:
        """See `Recipient`: everybody would see both."""
        return False

    async def judged(self, delivery: FeedDelivery, refusal: Refused) -> Refused:
        """See `Recipient`: what Discord says is of this one."""
        return refusal

    def again_after(self, delivery: FeedDelivery, refusal: Refused) -> datetime | None:
        """See `Recipient`: an admin has to see to it."""
        return None

    async def given_up(self, delivery: FeedDelivery, failure: SendFailed) -> Reason | None:
        """See `Recipient`: its day ends."""
        return None

    async def refused(self, delivery: FeedDelivery, refusal: Refused) -> None:
        """See `Recipient`: all feeds of a channel that is gone stop."""
        if refusal.channel_gone:
            await self._feeds.channel_deleted(delivery.channel_id)

    async def choose(self, whom: Feed, delivery: FeedDelivery) -> list[Pick] | None:
        """See `Recipient`: None where the channel was told already that it had everything."""
        picks = await self._picks(whom.plan, delivery.local_date, delivery.channel_id, delivery.guild_id)
        return None if not picks and whom.told_exhausted else picks

    async def compose(
        self, whom: Feed | None, delivery: FeedDelivery, picks: Sequence[Pick], *, anew: bool = False
    ) -> Post:
        """See `Recipient`."""
        plan = whom.plan if whom else None
        besides = await self._deliveries.unwanted(delivery.guild_id) if anew else ()
        return Post(
            guild_id=delivery.guild_id,
            channel_id=delivery.channel_id,
            kind=delivery.channel_kind,
            day=delivery.local_date,
            entries=await self._entries(picks, besides),
            topic=plan.topic if plan else "",
            edition=plan.edition if plan else Edition.DAILY,
            discussed=await self._discussed(plan) if plan and picks else None,
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
            edition=plan.edition,
            discussed=await self._discussed(plan),
            ping_role_id=plan.ping_role_id,
            tag_id=plan.tag_id,
            nonce="",
        )

    async def _picks(self, plan: Plan, day: date, channel_id: int, guild_id: int) -> list[Pick]:
        had = await self._deliveries.had(channel_id, guild_id)
        latest = await latest_of(self._deliveries, plan)
        liked = await self.liked_in(channel_id, guild_id) if plan.learn else []
        if plan.edition is Edition.WEEKLY:
            hidden = await self._deliveries.unwanted(guild_id)
            return await self._week.pick(plan, day, had, hidden=hidden, latest=latest, liked=liked)
        return await self._picker.pick(plan, day, had, latest=latest, liked=liked)

    async def liked_in(self, channel_id: int, guild_id: int) -> list[str]:
        """Today's ids of the papers that this channel had and the server likes, the latest liked first."""
        there, liked = await self._deliveries.had(channel_id), await self._votes.latest(guild_id)
        today = await self._catalog.todays_ids({*there, *liked})
        had = {today.get(each, each) for each in there}
        ids = dict.fromkeys(today.get(each, each) for each in liked)
        return [each for each in ids if each in had][:_MOST_LIKED]

    async def _discussed(self, plan: Plan) -> Discussion | None:
        """The week's most discussed thread; None in a daily paper, and where Discord does not say."""
        if plan.edition is not Edition.WEEKLY:
            return None
        since = self._clock() - _WEEK
        try:
            return await self._threads.most_discussed(plan.guild_id, plan.channel_id, since=since)
        except SendFailed:
            return None

    async def _entries(self, picks: Sequence[Pick], besides: Collection[str] = ()) -> tuple[Entry, ...]:
        """Each paper as the catalog has it now; those that have left it are left out."""
        found = [(await self._catalog.paper(pick.paper_id), pick) for pick in picks]
        return tuple(Entry(paper, pick) for paper, pick in found if paper and paper.id not in besides)
