"""The `/daily` group, to which the files beside this one add their commands."""

from __future__ import annotations

from typing import Protocol, cast

import discord
from discord import app_commands

from bot.daily.service import DailyService
from bot.errors import UserError
from bot.state.feeds import Feed
from bot.state.table_base import NOBODY
from bot.views.feed_cards import NO_FEEDS
from commands.answering.context import Interaction

daily = app_commands.Group(
    name="daily",
    description="Post a paper a day in a channel.",
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


class _HasDaily(Protocol):
    daily: DailyService


def service_of(interaction: Interaction) -> DailyService:
    """What knows of daily papers."""
    return cast(_HasDaily, interaction.client).daily


def server_of(interaction: Interaction) -> discord.Guild:
    """The server where the bot is installed; UserError anywhere else."""
    if interaction.guild is None or interaction.guild.unavailable:
        raise UserError("Daily papers work in servers that I'm a member of.")
    return interaction.guild


async def all_feeds(interaction: Interaction) -> list[Feed]:
    """The server's feeds; whoever sees to them is told of them from now on, where nobody is left who is."""
    guild_id, table = server_of(interaction).id, service_of(interaction).feeds
    feeds = await table.of_guild(guild_id)
    if any(feed.created_by == NOBODY for feed in feeds) and _manages(interaction):
        await table.adopt(guild_id, interaction.user.id)
    return list(feeds)


async def feeds_of(interaction: Interaction) -> list[Feed]:
    """The server's feeds, at least one; UserError where there is none."""
    feeds = await all_feeds(interaction)
    if not feeds:
        raise UserError(NO_FEEDS)
    return feeds


def _manages(interaction: Interaction) -> bool:
    """Whether they ran a command of `/daily`, or may."""
    return interaction.command is not None or interaction.permissions.manage_guild


async def feed_of(interaction: Interaction, feed_id: int | None) -> Feed:
    """The server's feed with this id, or its only one; a sentence where that names none."""
    feeds = await feeds_of(interaction)
    if feed_id is None:
        if len(feeds) > 1:
            raise UserError("This server has several daily papers. Pick one with the option `feed`.")
        return feeds[0]
    for feed in feeds:
        if feed.id == feed_id:
            return feed
    raise UserError("I don't have that daily paper. See them all with `/daily list`.")
