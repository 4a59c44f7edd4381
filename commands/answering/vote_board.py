"""The counts on messages whose thumbs up were pressed lately, kept as the database has them.

A press is acknowledged without an edit. For a minute after the last one the message is drawn again whenever
its counts have changed, whoever pressed, wherever and in whichever process: at most once in two seconds.
While one process takes over from another both have presses of one message: each looks at it before an edit,
and the database says which of them makes it.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import aiohttp
import discord
from discord import ui
from discord.ext import tasks

from bot.errors import StaleButton
from bot.state.failures import is_passing
from bot.views.buttons import decode
from bot.views.server_buttons import Vote, vote_label
from commands.answering.context import Interaction
from commands.answering.menus import shown_on

log = logging.getLogger(__name__)

_EVERY = 1.0, 1.5
"""Seconds between two looks, at least and at most: of two processes neither is always the later one."""
_SOON = 0.5
"""Seconds to the next look where the counts may not be drawn yet."""
_KEPT = 60.0
"""Seconds after the last press for which a message is kept right, and after a failure."""
_LONGEST_KEPT = 600.0
"""Seconds after the last press in which what failed is tried again: a press is good for fifteen minutes."""


class Counts(Protocol):
    """What the database has of votes."""

    async def of(self, guild_id: int, handles: Sequence[str]) -> Mapping[str, int]:
        """How many people like each of these papers there."""

    async def take_edit(self, message_id: int) -> bool:
        """Whether no process drew that message in the last two seconds; if so, it is this one's now."""


class VoteBoard:
    def __init__(self) -> None:
        self._shown: dict[int, _Shown] = {}
        self._looking: set[tasks.Loop[Any]] = set()

    def pressed(self, interaction: Interaction, counts: Counts) -> None:
        """The message of this press is kept right for a while."""
        message = interaction.message
        if message is None or interaction.guild_id is None:
            return
        shown = self._shown.get(message.id)
        if shown is None:
            shown = self._shown[message.id] = _Shown(counts)
            self._look_at(message.id, shown)
        shown.pressed(message, interaction)

    def shows_else(self, message_id: int) -> None:
        """That message is about to show something else: it is drawn no more until its next press."""
        shown = self._shown.pop(message_id, None)
        if shown is not None:
            shown.until = 0.0

    async def close(self) -> None:
        """Draw nothing more."""
        self._shown.clear()
        for look in self._looking:
            look.cancel()

    def _look_at(self, message_id: int, shown: _Shown) -> None:
        """Draw the message whenever a count has changed, until it was not pressed for a while."""

        @tasks.loop(seconds=random.uniform(*_EVERY))
        async def look() -> None:
            if asyncio.get_running_loop().time() >= shown.until:
                look.stop()
                self._looking.discard(look)
                if self._shown.get(message_id) is shown:
                    del self._shown[message_id]
            else:
                await self._draw(message_id, shown)
                look.change_interval(seconds=_SOON if shown.waits else random.uniform(*_EVERY))

        self._looking.add(look)
        look.start()

    async def _draw(self, message_id: int, shown: _Shown) -> None:
        try:
            await shown.draw()
        except (discord.NotFound, discord.Forbidden) as error:
            log.info("The votes on a message can't be drawn: %s", error)
            self.shows_else(message_id)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            log.info("The votes on a message could not be drawn: %s", error)
            shown.failed()
        except Exception as error:
            if is_passing(error):
                log.info("The votes on a message could not be counted: %s", error)
                shown.failed()
            else:
                log.exception("The votes on a message can't be counted, for a bug of ours.")
                self.shows_else(message_id)


class _Shown:
    """A message with the counts that stand on it."""

    message: discord.Message
    """As it was at its last press, or as it was last seen or edited."""
    interaction: Interaction

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self.until = 0.0
        self.waits = False
        """Whether it is to be drawn, and was a moment ago."""
        self._given_up_at = 0.0

    def pressed(self, message: discord.Message, interaction: Interaction) -> None:
        self.message, self.interaction = message, interaction
        now = asyncio.get_running_loop().time()
        self.until, self._given_up_at = now + _KEPT, now + _LONGEST_KEPT

    def failed(self) -> None:
        """It could not be drawn now, and is owed to whoever pressed."""
        now = asyncio.get_running_loop().time()
        self.until = self.until and max(self.until, min(now + _KEPT, self._given_up_at))

    async def draw(self) -> None:
        """As the database has them; an edit only where a count has changed."""
        self.waits = False
        if await self._put_right() is None:
            return
        if not await self._counts.take_edit(self.message.id):
            self.waits = True
            return
        # Another process may have drawn or turned it, and discord.py keeps the original that it saw first.
        self.message = await self.interaction.followup.fetch_message(self.message.id)
        view = await self._put_right()
        if view is not None and self.until:
            self.message = await self.interaction.edit_original_response(view=view)

    async def _put_right(self) -> ui.LayoutView | None:
        """The message with the right counts; None where it has them."""
        view = shown_on(self.message)
        pressed = {vote.paper: item for item, vote in _votes_in(view)}
        counts = await self._counts.of(self.interaction.guild_id or 0, [*pressed])
        changed = False
        for handle, item in pressed.items():
            label = vote_label(counts.get(handle, 0))
            changed |= item.label != label
            item.label = label
        return view if changed else None


def _votes_in(view: ui.LayoutView) -> Iterator[tuple[ui.Button[Any], Vote]]:
    for item in view.walk_children():
        if isinstance(item, ui.Button) and item.custom_id:
            try:
                button = decode(item.custom_id)
            except StaleButton:
                continue
            if isinstance(button, Vote):
                yield item, button
