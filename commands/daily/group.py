"""The `/daily` group, to which the files beside this one add their commands."""

from __future__ import annotations

from typing import Protocol, cast

import discord
from discord import app_commands

from bot.daily.service import DailyService
from bot.errors import UserError
from bot.state.feeds import Feed
from commands.answering.context import Interaction

daily = app_commands.Group(
    name="daily",
    description="A daily paper for a channel: set it up, see it, stop it.",
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


class _HasDaily(Protocol):
    daily: DailyService


def service_of(interaction: Interaction) -> DailyService:
    return cast(_HasDaily, interaction.client).daily


def server_of(interaction: Interaction) -> discord.Guild:
    """The server where the bot is installed; UserError anywhere else."""
    if interaction.guild is None or interaction.guild.unavailable:
        raise UserError("A daily paper is for servers in which the bot is a member.")
    return interaction.guild


async def feed_of(interaction: Interaction, feed_id: int | None) -> Feed:
    """The server's feed with this id, or its only one; a sentence where that names none."""
    guild = server_of(interaction)
    feeds = await service_of(interaction).feeds.of_guild(guild.id)
    if not feeds:
        raise UserError("There is no daily paper in this server yet. `/daily setup` makes one.")
    if feed_id is None:
        if len(feeds) > 1:
            raise UserError("This server has several daily papers: choose one with the option `feed`.")
        return feeds[0]
    for feed in feeds:
        if feed.id == feed_id:
            return feed
    raise UserError("There is no such daily paper (any more). `/daily list` shows those that there are.")
