"""The counts on messages whose thumbs up were pressed lately, kept as the database has them.

A press is acknowledged without an edit. For a minute after the last one the message is drawn again whenever
its counts have changed, whoever pressed, wherever and in whichever process: at most once in two seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import aiohttp
import discord
from discord import ui

from bot.errors import StaleButton
from bot.state.failures import is_passing
from bot.views.buttons import decode
from bot.views.server_buttons import Vote, vote_label
from commands.answering.context import Interaction

log = logging.getLogger(__name__)

_EVERY = 2.0
"""Seconds between two looks, and so between two edits of one message."""
_KEPT = 60.0
"""Seconds after the last press for which a message is kept right."""

Count = Callable[[int, Sequence[str]], Awaitable[Mapping[str, int]]]
"""`await count(guild_id, handles)`: how many people like each of these papers there."""


class VoteBoard:
    def __init__(self) -> None:
        self._shown: dict[int, _Shown] = {}

    def pressed(self, interaction: Interaction, count: Count) -> None:
        """The message of this press is kept right for a while."""
        message = interaction.message
        if message is None or interaction.guild_id is None:
            return
        now = asyncio.get_running_loop().time()
        shown = self._shown.get(message.id)
        if shown is None:
            shown = self._shown[message.id] = _Shown(message, interaction, count)
            shown.task = asyncio.create_task(self._keep(message.id, shown), name=f"votes-{message.id}")
        shown.message, shown.interaction, shown.until = message, interaction, now + _KEPT

    def shows_else(self, message_id: int) -> None:
        """That message is about to show something else: it is drawn no more until its next press."""
        shown = self._shown.pop(message_id, None)
        if shown is not None:
            shown.until = 0.0

    async def close(self) -> None:
        """Draw nothing more."""
        tasks = [shown.task for shown in self._shown.values() if shown.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, message_id: int, shown: _Shown) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._draw(shown)
                if loop.time() >= shown.until:
                    return
                await asyncio.sleep(_EVERY)
        except (discord.NotFound, discord.Forbidden) as error:
            log.info("The votes on a message can't be drawn: %s", error)
        finally:
            if self._shown.get(message_id) is shown:
                del self._shown[message_id]

    async def _draw(self, shown: _Shown) -> None:
        try:
            await shown.draw()
        except (discord.NotFound, discord.Forbidden):
            raise
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("The votes on a message could not be drawn: %s", error)
        except Exception as error:
            if not is_passing(error):
                raise
            log.info("The votes on a message could not be counted: %s", error)


class _Shown:
    """A message with the counts that stand on it."""

    def __init__(self, message: discord.Message, interaction: Interaction, count: Count) -> None:
        self.message = message
        """As it was at its last press, or its last edit."""
        self.interaction = interaction
        self._count = count
        self.until = 0.0
        self.task: asyncio.Task[None] | None = None

    async def draw(self) -> None:
        """As the database has them; an edit only where a count has changed."""
        view = ui.LayoutView.from_message(self.message, timeout=None)
        pressed = {vote.paper: item for item, vote in _votes_in(view)}
        counts = await self._count(self.interaction.guild_id or 0, [*pressed])
        changed = False
        for handle, item in pressed.items():
            label = vote_label(counts.get(handle, 0))
            changed |= item.label != label
            item.label = label
        view.stop()
        if changed and self.until:
            self.message = await self.interaction.edit_original_response(view=view)


def _votes_in(view: ui.LayoutView) -> Iterator[tuple[ui.Button[Any], Vote]]:
    for item in view.walk_children():
        if isinstance(item, ui.Button) and item.custom_id:
            try:
                button = decode(item.custom_id)
            except StaleButton:
                continue
            if isinstance(button, Vote):
                yield item, button
