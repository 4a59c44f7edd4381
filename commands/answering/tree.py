"""The command tree: cooldowns before, the one error handler after every command."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import discord
from cachetools import TTLCache
from discord import app_commands

from bot.views.mentions import Commands
from bot.views.page_links import PageLinks
from commands.answering.coming import came
from commands.answering.context import Interaction
from commands.answering.cooldown import Cooldowns
from commands.answering.error_replies import report
from commands.answering.queue import Queue
from commands.answering.vote_board import VoteBoard


class Tree(app_commands.CommandTree[Any]):
    def __init__(self, client: discord.Client, pages: PageLinks | None = None) -> None:
        super().__init__(client)
        self._pages = pages
        self.cooldowns = Cooldowns()
        self.additions = Cooldowns(asked=5, seconds=600.0)
        self.imports = Cooldowns(asked=1, seconds=60.0)
        self.shared: TTLCache[tuple[int, int, str], None] = TTLCache(10_000, 30.0)
        """Who has just shared what in which channel: a button pressed twice posts once."""
        self.queue = Queue()
        self.votes = VoteBoard()
        self._ids: Mapping[str, int] = {}

    def use_ids(self, ids: Mapping[str, int]) -> None:
        """From now on commands are mentioned by these ids of Discord's, by the names that they have there."""
        self._ids = dict(ids)

    @functools.cached_property
    def _names(self) -> frozenset[str]:
        every = self.walk_commands()
        return frozenset(each.qualified_name for each in every if isinstance(each, app_commands.Command))

    @property
    def named(self) -> Commands:
        """The commands as messages name them."""
        return Commands(self._names, self._ids, self._pages)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether this person may run a command now: not too many in too short a time."""
        if interaction.type is discord.InteractionType.application_command:
            try:
                self.cooldowns.take(interaction)
            except app_commands.CommandOnCooldown as error:
                await report(interaction, error)
                return False
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """One sentence to whoever asked, and a trace in the log for what is no fault of theirs."""
        await report(interaction, error)
        await came(interaction)

    def digest(self) -> str:
        """Equal for equal definitions of all global commands."""
        definitions = sorted(
            json.dumps(command.to_dict(self), sort_keys=True) for command in self.get_commands()
        )
        return hashlib.sha256("\n".join(definitions).encode()).hexdigest()
