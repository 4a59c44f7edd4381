"""`/daily setup` and `/daily edit`: what would happen is shown, and saved on Confirm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from bot.clock import system_clock
from bot.daily.service import DailyService
from bot.daily.when.due import next_due
from bot.daily.when.offsets import is_offset
from bot.daily.when.typed_times import EVERY_DAY, FRIDAY, parse_time, parse_weekdays
from bot.daily.when.zones import Reading, UnknownZone, of_zone, read
from bot.errors import StaleButton, UserError
from bot.search.query import parse_query
from bot.state.feeds import ChannelKind, Plan
from bot.state.parked import Parked
from bot.state.plans import Edition
from bot.views.feed_buttons import CancelFeed, ConfirmFeed, ProposeFeed
from bot.views.feed_cards import FeedDraft, FeedSaved
from bot.views.filters import unreadable
from bot.views.layout import Layout, Notice
from bot.views.markdown import clip_escaped, escape
from bot.views.zone_choices import Clock, ZoneChoice, understood
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, show
from commands.answering.satisfiable import check_satisfiable
from commands.daily.daily_group import daily, feed_of, server_of, service_of
from commands.daily.drafts import Draft, keep, kept
from commands.daily.facts import facts_of, facts_of_plan, outlook_of
from commands.daily.options import NO_TOPIC, Kind, Papers, Topic, Typed, feeds, tag_id, tags, weekdays, zones
from commands.daily.places import ChannelOption, kind_of, needs, place_in, require_of_person
from commands.daily.posts import preview_of

Channel = app_commands.Transform[int, ChannelOption]

_OPTIONS = {
    "channel": "Where it goes: a text, announcement or forum channel, or a thread",
    "time": "When, as 09:00 or 9:30 pm",
    "timezone": "Whose time that is: type a city, a country or an offset like UTC+2",
    "topic": "Only papers on this, in the words of /paper find; -word leaves out",
    "weekdays": "Every day unless you choose otherwise; for a digest one day, such as Friday",
    "papers": "How many in one post, 1 to 5",
    "kind": "A paper a day, or once a week what this server liked and the best of Hugging Face",
    "learn": "Let 👍 in the channel tilt what is picked, within the topic",
    "thread": "Open a thread on each post for its discussion",
    "ping": "A role to ping with each post",
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
    kind: Kind = "daily",
    learn: bool = False,
    thread: bool = False,
    ping: discord.Role | None = None,
    publish: bool = False,
    tag: Typed | None = None,
) -> None:
    """`/daily setup`: shows what would be saved, to be confirmed."""
    guild = server_of(interaction)

    async def work() -> Layout:
        clock = await clock_of(timezone)
        plan = Plan(
            guild_id=guild.id,
            channel_id=channel,
            kind=ChannelKind.TEXT,
            at=parse_time(time),
            zone=clock.spot.zone,
            weekdays=weekdays_of(weekdays, Edition(kind)) or EVERY_DAY,
            topic=topic_of(topic, ""),
            papers=papers,
            edition=Edition(kind),
            learn=learn,
            thread=thread,
            publish=publish,
            ping_role_id=ping.id if ping else None,
        )
        return await proposed(interaction, plan, None, tag, clock)

    await answer(interaction, work(), Manner.PRIVATE)


@daily.command(name="edit", description="Change a daily paper; what you leave out stays as it is.")
@app_commands.describe(
    feed="Which one, where there are several",
    no_ping="Stop pinging a role",
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
    kind: Kind | None = None,
    learn: bool | None = None,
    thread: bool | None = None,
    ping: discord.Role | None = None,
    no_ping: bool = False,
    publish: bool | None = None,
    tag: Typed | None = None,
) -> None:
    """`/daily edit`: changes what is given and leaves the rest."""

    async def work() -> Layout:
        old = await feed_of(interaction, feed)
        clock = await clock_of(timezone, old.plan.zone) if timezone else None
        edition = Edition(kind) if kind else old.plan.edition
        changes: dict[str, Any] = {
            "channel_id": channel,
            "at": parse_time(time) if time else None,
            "zone": clock.spot.zone if clock else None,
            "topic": topic_of(topic, old.plan.topic),
            "weekdays": weekdays_of(weekdays, edition, old.plan),
            "papers": papers,
            "edition": edition,
            "learn": learn,
            "thread": thread,
            "publish": publish,
            "ping_role_id": ping.id if ping else None,
        }
        plan = replace(old.plan, **{name: value for name, value in changes.items() if value is not None})
        if no_ping:
            plan = replace(plan, ping_role_id=None)
        if channel is not None and channel != old.plan.channel_id:
            plan = replace(plan, tag_id=None)
        if plan == old.plan and tag is None and (clock is None or clock.is_clear):
            raise UserError("Nothing would change. Choose what to change, such as `time` or `topic`.")
        return await proposed(interaction, plan, old.id, tag, clock)

    await answer(interaction, work(), Manner.PRIVATE)


def weekdays_of(typed: str | None, edition: Edition, old: Plan | None = None) -> frozenset[int] | None:
    """The weekdays that were typed, or else those of another kind of post; None where they stay."""
    if typed:
        return parse_weekdays(typed)
    if old is not None and old.edition is edition:
        return None
    return FRIDAY if edition is Edition.WEEKLY else EVERY_DAY


async def clock_of(typed: str, now: str = "") -> Reading:
    """Whose time was typed; a zone that it is `now` stays it, whatever else its name could mean."""
    if now and typed.strip().casefold() == now.casefold():
        return Reading(typed, (of_zone(now),), exact=True)
    try:
        return await asyncio.to_thread(read, typed)
    except UnknownZone:
        raise UnknownZone(clip_escaped(typed, 60)) from None


def topic_of(typed: str | None, otherwise: str) -> str:
    """The topic that was typed; UserError where it holds nothing to search for, or what can't be read."""
    if typed is None:
        return otherwise
    topic = " ".join(typed.split())
    if not topic or topic.lower() == NO_TOPIC:
        return ""
    query = parse_query(topic)
    if query.unread:
        raise UserError(unreadable(query.unread[0]))
    if query.is_empty or query.references:
        raise UserError(
            f"“{escape(topic)}” has no word that I can search for. Try a topic such as `web agents`."
        )
    check_satisfiable(query, system_clock().date())
    return topic


async def proposed(
    interaction: Interaction, plan: Plan, feed_id: int | None, tag: str | None, clock: Reading | None = None
) -> Layout:
    """What would be saved, once everything was checked, and beside it what the first post would bring.

    `clock` is whose time was typed, where one was: it asks where that is not clear.
    """
    guild, services, service = server_of(interaction), services_of(interaction), service_of(interaction)
    if plan.edition is Edition.WEEKLY and len(plan.weekdays) > 1:
        raise UserError("A weekly digest comes on one day. Choose it in `weekdays`, such as `Friday`.")
    place = await place_in(guild, plan.channel_id)
    plan = replace(plan, kind=kind_of(place))
    if tag is not None:
        plan = replace(plan, tag_id=None if tag.lower() == NO_TOPIC else tag_id(tag, place))
    (await needs(place, plan)).require(place)
    require_of_person(interaction.user, place, plan)
    spot = clock.spot if clock is not None else None
    draft = Draft(plan, feed_id, interaction.id, spot)
    if clock is not None and not clock.is_clear:
        clocks = [each async for each in _clocks(services.parked, draft, clock, service.clock())]
        return ZoneChoice(_question(clock), clocks, plan.at)
    outlook = None
    if plan.topic:
        outlook = await outlook_of(services.parked, draft, await service.upcoming.outlook(plan))
    due = await service.upcoming.next_due(plan, feed_id)
    facts = facts_of_plan(plan, due, feed_id=feed_id)
    preview = await preview_of(service, plan, due)
    shown = FeedDraft(
        facts,
        outlook,
        confirm=ConfirmFeed(await keep(services.parked, draft)),
        changes=feed_id is not None,
        clock=_understood(plan, clock, due) if clock else "",
        already=await _others_in_channel(service, plan, feed_id),
        previewed=preview is not None,
    )
    shown.beside = [preview] if preview is not None else []
    return shown


async def _clocks(
    parked: Parked, draft: Draft, clock: Reading, now: datetime
) -> AsyncIterator[tuple[Clock, str]]:
    """Each place that may be meant, with the key of the draft for its clock."""
    for spot in clock.spots:
        plan = replace(draft.plan, zone=spot.zone)
        yield Clock(spot.name, next_due(plan, now)), await keep(parked, replace(draft, plan=plan, spot=spot))


def _question(clock: Reading) -> str:
    typed = f"“{escape(clock.typed[:60])}”"
    if not clock.asks:
        return f"{typed} could be several places with different clocks."
    if is_offset(clock.typed):
        return f"No clock is at {typed} all year. This comes nearest:"
    return f"I don't know {typed}. Did you mean one of these?"


def _understood(plan: Plan, clock: Reading, due: datetime) -> str:
    """Whose time it is; with what was typed, unless that is part of the place's name."""
    spot = clock.spot
    typed = clock.typed if clock.is_guess else ""
    return understood(Clock(spot.name, due), plan.at, typed)


async def _others_in_channel(service: DailyService, plan: Plan, feed_id: int | None) -> int:
    """How many feeds go to a channel besides the one that is set up or moved there."""
    feeds_there = await service.feeds.of_guild(plan.guild_id)
    if any(feed.id == feed_id and feed.plan.channel_id == plan.channel_id for feed in feeds_there):
        return 0
    return sum(feed.plan.channel_id == plan.channel_id for feed in feeds_there)


async def _press_propose(interaction: Interaction, wanted: ProposeFeed) -> None:
    guild, services = server_of(interaction), services_of(interaction)

    async def work() -> Layout:
        draft = await kept(services.parked, wanted.draft)
        if draft.plan.guild_id != guild.id:
            raise StaleButton
        if draft.feed_id is not None:
            await feed_of(interaction, draft.feed_id)
        clock = Reading(draft.spot.name, (draft.spot,), exact=True) if draft.spot else None
        return await proposed(interaction, draft.plan, draft.feed_id, None, clock)

    await answer(interaction, work(), Manner.TURN)


async def _press_confirm(interaction: Interaction, wanted: ConfirmFeed) -> None:
    await answer(interaction, _saved(interaction, wanted), Manner.TURN)


async def _saved(interaction: Interaction, wanted: ConfirmFeed) -> Layout:
    guild, services, service = server_of(interaction), services_of(interaction), service_of(interaction)
    draft = await kept(services.parked, wanted.draft)
    if draft.plan.guild_id != guild.id:
        raise UserError("That belongs to another server. Run `/daily setup` here.")
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
        changed = await service.feeds.change(
            draft.feed_id, draft.plan, next_due_at=due, by=interaction.user.id
        )
        feed = changed or await feed_of(interaction, draft.feed_id)
    service.dispatcher.wake()
    return FeedSaved(facts_of(feed, None), changed=draft.feed_id is not None)


async def _press_cancel(interaction: Interaction, _: CancelFeed) -> None:
    await show(interaction, Notice("Nothing was changed."), Manner.TURN)


BUTTONS: Handlers = {ProposeFeed: _press_propose, ConfirmFeed: _press_confirm, CancelFeed: _press_cancel}
