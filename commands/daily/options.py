"""The options that the commands of `/daily` share: how they are typed, and what is offered meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Literal

import discord
from discord import app_commands

from bot.daily.when.likely_zones import likely
from bot.daily.when.typed_times import COMMON_WEEKDAYS
from bot.daily.when.zones import label, of_zone, suggest, value
from bot.errors import UserError
from bot.paper.text import fold
from bot.state.feeds import Feed
from bot.state.plans import Edition
from bot.views.markdown import escape
from bot.views.schedule_line import weekdays_text
from commands.answering.context import Interaction, services_of
from commands.daily.daily_group import service_of

Choices = list[app_commands.Choice[str]]
Topic = app_commands.Range[str, 1, 200]
Papers = app_commands.Range[int, 1, 5]
Kind = Literal["daily", "weekly"]
Typed = app_commands.Range[str, 1, 100]

WHICH = "Which one, if this server has several"

NO_TOPIC = "none"
"""What takes a topic, a role or a tag away again."""


async def zones(interaction: Interaction, current: str) -> Choices:
    """What is typed, or else the zones of the server's feeds and of its and the person's language."""
    now = services_of(interaction).clock()
    if current.strip():
        found = await asyncio.to_thread(suggest, current)
    else:
        found = [of_zone(zone) for zone in await _likely_zones(interaction)]
    return [app_commands.Choice(name=label(spot, now)[:100], value=value(spot)) for spot in found[:25]]


async def _likely_zones(interaction: Interaction) -> list[str]:
    guild_id, locales = interaction.guild_id, (interaction.locale, interaction.guild_locale)
    present = await service_of(interaction).feeds.of_guild(guild_id) if guild_id else []
    used = Counter(feed.plan.zone for feed in present)
    return likely([zone for zone, _ in used.most_common()], [locale.value for locale in locales if locale])


async def weekdays(_: Interaction, current: str) -> Choices:
    """Weekdays that start so, while they are typed."""
    typed = fold(current)
    return [app_commands.Choice(name=days, value=days) for days in COMMON_WEEKDAYS if typed in fold(days)]


async def feeds(interaction: Interaction, current: str) -> list[app_commands.Choice[int]]:
    """The server's feeds, by channel, time and topic."""
    if interaction.guild is None:
        return []
    found = await service_of(interaction).feeds.of_guild(interaction.guild.id)
    named = [(feed_name(interaction.guild, feed), feed.id) for feed in found]
    typed = fold(str(current))
    return [
        app_commands.Choice(name=name[:100], value=feed_id) for name, feed_id in named if typed in fold(name)
    ][:25]


async def tags(interaction: Interaction, current: str) -> Choices:
    """The tags of the forum that is chosen in the same command, else of every forum."""
    if interaction.guild is None:
        return []
    chosen = getattr(interaction.namespace, "channel", None)
    forums = [forum for forum in interaction.guild.forums if chosen is None or forum.id == int(chosen.id)]
    typed = fold(current)
    return [
        app_commands.Choice(name=f"{tag.name} (#{forum.name})"[:100], value=str(tag.id))
        for forum in forums
        for tag in forum.available_tags
        if typed in fold(tag.name)
    ][:25]


def tag_id(typed: str, place: object) -> int:
    """The tag that was chosen, or typed by its name."""
    if typed.isdecimal():
        return int(typed)
    if not isinstance(place, discord.ForumChannel):
        raise UserError("Only forums have tags. Leave `tag` out.")
    for tag in place.available_tags:
        if fold(tag.name) == fold(typed):
            return tag.id
    raise UserError(f"That forum has no tag “{escape(typed)}”. Choose one from the menu of `tag`.")


def feed_name(guild: discord.Guild, feed: Feed) -> str:
    """The feed as a choice in a menu: channel, time, topic."""
    plan = feed.plan
    channel = guild.get_channel_or_thread(plan.channel_id)
    name = f"#{channel.name}" if channel else "a deleted channel"
    topic = f" · {plan.topic}" if plan.topic else ""
    weekly = " · weekly digest" if plan.edition is Edition.WEEKLY else ""
    return f"{name} · {weekdays_text(plan.weekdays)} at {plan.at:%H:%M}{weekly}{topic}"
