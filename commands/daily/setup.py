"""`/daily setup` and `/daily edit`: what would happen is shown, and saved on Confirm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.daily.service import DailyService
from bot.daily.wording import EVERY_DAY, parse_time, parse_weekdays
from bot.daily.zones import resolve
from bot.errors import UserError
from bot.state.feeds import ChannelKind, Plan
from bot.views.buttons import CancelFeed, ConfirmFeed
from bot.views.feeds import FeedDraft, FeedSaved
from bot.views.layout import Notice
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, add_privately, show
from commands.daily.drafts import Draft, keep, kept
from commands.daily.facts import facts_of, facts_of_plan, outlook_of
from commands.daily.group import daily, feed_of, server_of, service_of
from commands.daily.options import NO_TOPIC, Papers, Topic, Typed, feeds, tag_id, tags, weekdays, zones
from commands.daily.places import ChannelOption, kind_of, needs, place_in, require_of_person
from commands.daily.posts import preview_of

Channel = app_commands.Transform[int, ChannelOption]

_OPTIONS = {
    "channel": "Where it goes: a text, announcement or forum channel, or a thread",
    "time": "When, as 09:00 or 9:30 pm",
    "timezone": "Whose time that is: type a city",
    "topic": "Only papers on this, in the words of /paper find; -word leaves out",
    "weekdays": "Every day unless you choose otherwise",
    "papers": "How many in one post, 1 to 5",
    "thread": "Open a thread on each post for its discussion",
    "ping": "A role to notify with each post",
    "publish": "In an announcement channel: publish each post to the channels that follow",
    "tag": "In a forum: the tag of each post",
}


@daily.command(name="setup", description="Give a channel its daily paper.")
@app_commands.describe(**_OPTIONS)
@app_commands.autocomplete(timezone=zones, weekdays=weekdays, tag=tags)
async def setup(
    interaction: Interaction,
    channel: Channel,
    time: Typed,
    timezone: Typed,
    topic: Topic | None = None,
    weekdays: Typed | None = None,
    papers: Papers = 1,
    thread: bool = False,
    ping: discord.Role | None = None,
    publish: bool = False,
    tag: Typed | None = None,
) -> None:
    guild = server_of(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    plan = Plan(
        guild_id=guild.id,
        channel_id=channel,
        kind=ChannelKind.TEXT,
        at=parse_time(time),
        zone=resolve(timezone),
        weekdays=parse_weekdays(weekdays) if weekdays else EVERY_DAY,
        topic=topic_of(topic, ""),
        papers=papers,
        thread=thread,
        publish=publish,
        ping_role_id=ping.id if ping else None,
    )
    await propose(interaction, plan, None, tag)


@daily.command(name="edit", description="Change a daily paper; what you leave out stays as it is.")
@app_commands.describe(
    feed="Which one, where there are several",
    no_ping="Notify no role any more",
    **_OPTIONS | {"topic": f"{_OPTIONS['topic']}; `{NO_TOPIC}` for any"},
)
@app_commands.autocomplete(feed=feeds)
@app_commands.autocomplete(timezone=zones, weekdays=weekdays, tag=tags)
async def edit(
    interaction: Interaction,
    feed: int | None = None,
    channel: Channel | None = None,
    time: Typed | None = None,
    timezone: Typed | None = None,
    topic: Topic | None = None,
    weekdays: Typed | None = None,
    papers: Papers | None = None,
    thread: bool | None = None,
    ping: discord.Role | None = None,
    no_ping: bool = False,
    publish: bool | None = None,
    tag: Typed | None = None,
) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    old = await feed_of(interaction, feed)
    changes: dict[str, Any] = {
        "channel_id": channel,
        "at": parse_time(time) if time else None,
        "zone": resolve(timezone) if timezone else None,
        "topic": topic_of(topic, old.plan.topic),
        "weekdays": parse_weekdays(weekdays) if weekdays else None,
        "papers": papers,
        "thread": thread,
        "publish": publish,
        "ping_role_id": ping.id if ping else None,
    }
    plan = replace(old.plan, **{name: value for name, value in changes.items() if value is not None})
    if no_ping:
        plan = replace(plan, ping_role_id=None)
    if channel is not None and channel != old.plan.channel_id:
        plan = replace(plan, tag_id=None)
    if plan == old.plan and tag is None:
        raise UserError("Nothing would change: choose what to change, such as `time` or `topic`.")
    await propose(interaction, plan, old.id, tag)


def topic_of(typed: str | None, otherwise: str) -> str:
    if typed is None:
        return otherwise
    topic = " ".join(typed.split())
    return "" if topic.lower() == NO_TOPIC else topic


async def propose(interaction: Interaction, plan: Plan, feed_id: int | None, tag: str | None) -> None:
    """Check everything, then show what would be saved and what the first post would bring."""
    guild, services, service = server_of(interaction), services_of(interaction), service_of(interaction)
    place = await place_in(guild, plan.channel_id)
    plan = replace(plan, kind=kind_of(place))
    if tag is not None:
        plan = replace(plan, tag_id=None if tag.lower() == NO_TOPIC else tag_id(tag, place))
    (await needs(place, plan)).require(place)
    require_of_person(interaction.user, place, plan)
    outlook = outlook_of(plan, await service.upcoming.outlook(plan)) if plan.topic else None
    due = await service.upcoming.next_due(plan, feed_id)
    key = await keep(services.parked, Draft(plan, feed_id, interaction.id))
    facts = facts_of_plan(plan, due, feed_id=feed_id)
    preview = await preview_of(service, plan, due)
    draft = FeedDraft(
        facts,
        outlook,
        confirm=ConfirmFeed(key),
        changes=feed_id is not None,
        already=await _others_in_channel(service, plan, feed_id),
        previewed=preview is not None,
    )
    await show(interaction, draft, Manner.PRIVATE)
    if preview is not None:
        await add_privately(interaction, preview)


async def _others_in_channel(service: DailyService, plan: Plan, feed_id: int | None) -> int:
    """How many feeds go to a channel besides the one that is set up or moved there."""
    feeds_there = await service.feeds.of_guild(plan.guild_id)
    if any(feed.id == feed_id and feed.plan.channel_id == plan.channel_id for feed in feeds_there):
        return 0
    return sum(feed.plan.channel_id == plan.channel_id for feed in feeds_there)


async def _press_confirm(interaction: Interaction, wanted: ConfirmFeed) -> None:
    guild, services, service = server_of(interaction), services_of(interaction), service_of(interaction)
    await interaction.response.defer()
    draft = await kept(services.parked, wanted.draft)
    if draft.plan.guild_id != guild.id:
        raise UserError("That belongs to another server.")
    place = await place_in(guild, draft.plan.channel_id)
    (await needs(place, draft.plan)).require(place)
    require_of_person(interaction.user, place, draft.plan)
    due = await service.upcoming.next_due(draft.plan, draft.feed_id)
    if draft.feed_id is None:
        feed = await service.feeds.add(
            draft.plan, created_by=interaction.user.id, next_due_at=due, draft=wanted.draft
        )
    else:
        await feed_of(interaction, draft.feed_id)
        changed = await service.feeds.change(draft.feed_id, draft.plan, next_due_at=due)
        feed = changed or await feed_of(interaction, draft.feed_id)
    service.dispatcher.wake()
    await show(interaction, FeedSaved(facts_of(feed, None), changed=draft.feed_id is not None), Manner.TURN)


async def _press_cancel(interaction: Interaction, _: CancelFeed) -> None:
    await show(interaction, Notice("Nothing was changed."), Manner.TURN)


BUTTONS: Handlers = {ConfirmFeed: _press_confirm, CancelFeed: _press_cancel}
