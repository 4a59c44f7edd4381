"""`/help` and `/about`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Set
from typing import Any, cast

import discord
from discord import app_commands

from bot import __version__
from bot.catalog.status import SourceStatus
from bot.readers.owner import Kind
from bot.views.help_page import About, AboutFacts, Help, HelpGroup, SearchTips
from bot.views.layout import Layout
from bot.views.markdown import day, escape, joined
from bot.views.paper_buttons import ShowHelp, ShowTips
from commands.answering.context import Handlers, Interaction, owner_of, services_of
from commands.answering.replies import Manner, answer, manner_of_turn, show
from commands.paper.add import refusal

_GROUPS: Mapping[str, Mapping[str, str]] = {
    "Papers": {
        "paper find": "by any words",
        "paper trending": "most upvoted",
        "paper top": "liked here",
        "paper day": "a day's papers",
        "paper recent": "newest",
        "paper show": "what it's about",
        "paper similar": "more like it",
        "paper cite": "BibTeX, APA",
    },
    "For you": {
        "paper for-me": "five a day",
        "follow topic": "hear of new papers",
        "inbox show": "what came",
        "list show": "what you saved",
    },
    "Daily paper": {"daily setup": "for a channel", "daily list": "see and change"},
    "More": {"about": "version and status"},
}
"""What is told in a word or two, in this order; a group's other commands are named alone."""
_OF_SERVERS = {"paper top"}
"""What says nothing anywhere else."""
_ROOTS = {"daily": "Daily paper", "follow": "For you", "inbox": "For you", "list": "For you"}


@app_commands.command(name="help", description="What I can do, and how to search.")
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.allowed_installs(guilds=True, users=True)
async def help_command(interaction: Interaction) -> None:
    """`/help`."""
    await answer(interaction, _help(interaction), Manner.PRIVATE)


async def _help(interaction: Interaction) -> Layout:
    usable = {each.qualified_name for each in _usable(interaction)} - {"help"}
    if owner_of(interaction).kind is not Kind.SERVER:
        usable -= _OF_SERVERS
    if "paper add" in usable and await refusal(interaction):
        usable.remove("paper add")
    return Help(_grouped(usable))


def _grouped(usable: Set[str]) -> list[HelpGroup]:
    described = {name for group in _GROUPS.values() for name in group}
    groups = []
    for heading, words in _GROUPS.items():
        told = [(name, what) for name, what in words.items() if name in usable]
        others = [
            name for name in sorted(usable - described) if _ROOTS.get(name.split()[0], "More") == heading
        ]
        if told or others:
            groups.append(HelpGroup(heading, told, others))
    return groups


def _usable(interaction: Interaction) -> Iterator[app_commands.Command[Any, ..., Any]]:
    """The commands that Discord offers this person here, as far as the bot knows."""
    for command in cast(Any, interaction.client).tree.walk_commands():
        root = getattr(command, "root_parent", None) or command
        if isinstance(command, app_commands.Command) and _offered(root, interaction):
            yield command


def _offered(
    root: app_commands.Group | app_commands.Command[Any, ..., Any], interaction: Interaction
) -> bool:
    needed = root.default_permissions
    if needed is not None and not needed.is_subset(interaction.permissions):
        return False
    installs = root.allowed_installs
    if installs is None or installs.user:
        return True
    return interaction.guild_id is not None and interaction.client.get_guild(interaction.guild_id) is not None


async def _press_help(interaction: Interaction, _: ShowHelp) -> None:
    await answer(interaction, _help(interaction), manner_of_turn(interaction))


async def _press_tips(interaction: Interaction, _: ShowTips) -> None:
    await show(interaction, SearchTips(), manner_of_turn(interaction))


@app_commands.command(name="about", description="Version, papers, speed and license.")
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.allowed_installs(guilds=True, users=True)
async def about(interaction: Interaction) -> None:
    """`/about`."""
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
            terms=services.settings.terms_url,
            privacy=services.settings.privacy_url,
        )
    )


def _failure(source: SourceStatus) -> str:
    """Since when and why no new papers come from there."""
    since = discord.utils.format_dt(source.failing_since, "R") if source.failing_since else ""
    return f"⚠ {escape(source.failure or '')} It began {since}."


def _latency(client: discord.Client) -> float | None:
    return client.latency * 1000 if math.isfinite(client.latency) else None


BUTTONS: Handlers = {ShowHelp: _press_help, ShowTips: _press_tips}
