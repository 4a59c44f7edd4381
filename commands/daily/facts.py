"""Feeds put into words for the views."""

from __future__ import annotations

from datetime import datetime

from bot.daily.choosing.outlook import Outlook
from bot.state.deliveries import FeedDelivery, State
from bot.state.feeds import Feed, Gone, Plan
from bot.state.parked import Parked
from bot.state.plans import Edition
from bot.views.feed_cards import FeedFacts
from bot.views.outlook_lines import TopicOutlook
from bot.views.reason_sentences import sentence
from bot.views.schedule_line import when
from commands.daily.drafts import Draft, on_topic


def facts_of_plan(plan: Plan, next_at: datetime | None, *, feed_id: int | None = None) -> FeedFacts:
    """A plan as its card shows it; `next_at` is its next post."""
    return FeedFacts(
        id=feed_id,
        channel_id=plan.channel_id,
        when=when(plan.at, plan.zone, plan.weekdays),
        extras=tuple(_extras(plan)),
        topic=plan.topic,
        what=_what(plan),
        next_at=next_at,
    )


def facts_of(feed: Feed, last: FeedDelivery | None) -> FeedFacts:
    """A feed as its card shows it, with how its last delivery went."""
    plan = feed.plan
    trouble = _trouble(feed, last)
    return FeedFacts(
        id=feed.id,
        channel_id=plan.channel_id,
        when=when(plan.at, plan.zone, plan.weekdays),
        extras=tuple(_extras(plan)),
        topic=plan.topic,
        what=_what(plan),
        next_at=feed.next_due_at,
        paused=feed.paused_at is not None or feed.gone is not None,
        trouble=trouble,
        last=message_link(last),
    )


async def outlook_of(parked: Parked, draft: Draft, found: Outlook) -> TopicOutlook:
    """What the draft's topic would have brought, as a card shows it; with what goes on with one meant."""
    new = [pick.title for pick in found.picks if not pick.archive]
    return TopicOutlook(
        topic=draft.plan.topic,
        days=found.days,
        new=new,
        archive=len(found.picks) - len(new),
        total=found.total,
        fresh=found.new,
        nearby=[(each.topic, each.new) for each in found.nearby],
        spelt=found.spelt,
        instead=await on_topic(parked, draft, found.spelt[0]) if found.spelt else None,
    )


def message_link(delivery: FeedDelivery | None) -> str:
    """The address of a delivery's message; empty where there is none."""
    if delivery is None or delivery.message_id is None:
        return ""
    return message_url(delivery.guild_id, delivery.message_channel_id or 0, delivery.message_id)


def message_url(guild_id: int, channel_id: int, message_id: int) -> str:
    """The address of a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def _trouble(feed: Feed, last: FeedDelivery | None) -> str:
    if feed.gone is Gone.CHANNEL:
        return "Its channel was deleted."
    if feed.paused_at is not None:
        return sentence(feed.paused_reason) if feed.paused_reason else ""
    if last is None or not last.note:
        return ""
    if last.state is State.SENT:
        return f"The last post is out, but: {sentence(last.note)}"
    return f"The post of {last.local_date.day} {last.local_date:%B}: {sentence(last.note)}"


def _what(plan: Plan) -> str:
    return "weekly digest" if plan.edition is Edition.WEEKLY else "daily paper"


def _extras(plan: Plan) -> list[str]:
    weekly = plan.edition is Edition.WEEKLY
    extras = ["digest of this server's week"] if weekly else []
    if plan.papers > 1:
        extras.append(f"{plan.papers} papers{' of Hugging Face' if weekly else ''}")
    if plan.learn:
        extras.append("learns from 👍")
    if plan.opens_thread:
        extras.append("with a thread")
    if plan.publishes:
        extras.append("published")
    if plan.ping_role_id is not None:
        extras.append(f"pings <@&{plan.ping_role_id}>")
    return extras
