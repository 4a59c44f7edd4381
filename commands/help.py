"""`/help` and `/about`."""

from __future__ import annotations

import math
from typing import Any, cast

import discord
from discord import app_commands

from bot import __version__
from bot.catalog.status import SourceStatus
from bot.views.help import About, AboutFacts, Help
from bot.views.layout import Layout
from bot.views.text import day, escape, joined
from commands.answering.context import Interaction, services_of
from commands.answering.replies import Manner, answer, show

_FIRST = ("paper find", "paper show", "daily setup")
"""What a newcomer needs stands first in its group."""


@app_commands.command(name="help", description="What Paperboy can do, and how to search.")
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.allowed_installs(guilds=True, users=True)
async def help_command(interaction: Interaction) -> None:
    groups: dict[str, dict[str, str]] = {}
    commands = cast(Any, interaction.client).tree.walk_commands()
    for command in sorted(commands, key=lambda command: command.qualified_name not in _FIRST):
        if not isinstance(command, app_commands.Group):
            heading = command.parent.description if command.parent else "About Paperboy"
            groups.setdefault(heading.rstrip("."), {})[command.qualified_name] = command.description
    await show(interaction, Help(groups), Manner.PRIVATE)


@app_commands.command(name="about", description="Version, catalog, latency and licence.")
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.allowed_installs(guilds=True, users=True)
async def about(interaction: Interaction) -> None:
    await answer(interaction, _about(interaction), Manner.PRIVATE)


async def _about(interaction: Interaction) -> Layout:
    services = services_of(interaction)
    library = services.library
    newest = await library.last_featured()
    updated = await library.last_update()
    return About(
        AboutFacts(
            version=__version__,
            papers=await library.count(),
            updated=joined(
                f"last update {discord.utils.format_dt(updated, 'R')}" if updated else "",
                f"Daily Papers up to {day(newest)}" if newest else "",
            ),
            latency_ms=_latency(interaction.client),
            notes=tuple(_failure(source) for source in await library.failing_sources()),
            homepage=services.settings.homepage,
        )
    )


def _failure(source: SourceStatus) -> str:
    """Since when and why no new papers come from there."""
    since = discord.utils.format_dt(source.failing_since, "R") if source.failing_since else ""
    return f"⚠ {escape(source.failure or '')} It began {since}."


def _latency(client: discord.Client) -> float | None:
    return client.latency * 1000 if math.isfinite(client.latency) else None
