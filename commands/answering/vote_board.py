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
from discord.ext import tasks

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
        self._looking = tasks.loop(seconds=_EVERY)(self._look)

    def pressed(self, interaction: Interaction, count: Count) -> None:
        """The message of this press is kept right for a while."""
        message = interaction.message
        if message is None or interaction.guild_id is None:
            return
        shown = self._shown.setdefault(message.id, _Shown(message, interaction, count))
        shown.message, shown.interaction = message, interaction
        shown.until = asyncio.get_running_loop().time() + _KEPT
        if not self._looking.is_running():
            self._looking.start()

    def shows_else(self, message_id: int) -> None:
        """That message is about to show something else: it is drawn no more until its next press."""
        shown = self._shown.pop(message_id, None)
        if shown is not None:
            shown.until = 0.0

    async def close(self) -> None:
        """Draw nothing more."""
        self._shown.clear()
        self._looking.cancel()

    async def _look(self) -> None:
        """Draw what has changed; rest where nothing was pressed lately."""
        await asyncio.gather(*(self._draw(*each) for each in [*self._shown.items()]))
        now = asyncio.get_running_loop().time()
        for message_id in [each for each, shown in self._shown.items() if now >= shown.until]:
            del self._shown[message_id]
        if not self._shown:
            self._looking.stop()

    async def _draw(self, message_id: int, shown: _Shown) -> None:
        try:
            await shown.draw()
        except (discord.NotFound, discord.Forbidden) as error:
            log.info("The votes on a message can't be drawn: %s", error)
            self.shows_else(message_id)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("The votes on a message could not be drawn: %s", error)
        except Exception as error:
            if is_passing(error):
                log.info("The votes on a message could not be counted: %s", error)
            else:
                log.exception("The votes on a message can't be counted, for a bug of ours.")
                self.shows_else(message_id)


class _Shown:
    """A message with the counts that stand on it."""

    def __init__(self, message: discord.Message, interaction: Interaction, count: Count) -> None:
        self.message = message
        """As it was at its last press, or its last edit."""
        self.interaction = interaction
        self._count = count
        self.until = 0.0

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
