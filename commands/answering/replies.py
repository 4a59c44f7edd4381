"""How an interaction is answered: at once where the work is quick, deferred where it is not.

Discord waits three seconds for the first word. A button's answer turns the page in place for the person whose
answer it is, and opens a private copy for anybody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from enum import Enum
from typing import Any

import discord

from bot.views.layout import Layout, Notice
from commands.answering.context import Interaction
from commands.answering.origin import is_own

PATIENCE = 1.8
"""Seconds after which an answer is deferred; leaves Discord's three a margin for the way there."""


class Manner(Enum):
    PUBLIC = "a new message for everybody"
    PRIVATE = "a new message that only the person sees"
    TURN = "the message with the button changes"


async def answer(interaction: Interaction, work: Coroutine[Any, Any, Layout], how: Manner) -> None:
    """Answer with the layout that `work` makes."""
    task = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    if not done:
        try:
            await _defer(interaction, how)
        except BaseException:
            task.cancel()
            raise
    await show(interaction, await task, how)


def manner(private: bool) -> Manner:
    """For a command with the option `private`."""
    return Manner.PRIVATE if private else Manner.PUBLIC


def manner_of_turn(interaction: Interaction) -> Manner:
    """TURN for the person whose answer the button stands on, PRIVATE for everybody else."""
    return Manner.TURN if is_own(interaction) else Manner.PRIVATE


async def show(interaction: Interaction, layout: Layout, how: Manner) -> None:
    """Send `layout` now, as the first word or after a deferral."""
    files: Sequence[discord.File] = getattr(layout, "files", ())
    response = interaction.response
    if layout.private and how is Manner.PUBLIC:
        if response.is_done():
            # Who sees the first word was settled when it was deferred.
            await interaction.edit_original_response(view=Notice("Only you can see my answer."))
            await interaction.followup.send(view=layout, ephemeral=True)
            return
        how = Manner.PRIVATE
    if how is Manner.TURN:
        if response.is_done():
            await interaction.edit_original_response(view=layout, attachments=list(files))
        else:
            await response.edit_message(view=layout, attachments=list(files))
    elif response.is_done():
        await interaction.edit_original_response(view=layout, attachments=list(files))
    else:
        private = how is Manner.PRIVATE
        await response.send_message(view=layout, files=list(files), ephemeral=private)


async def _defer(interaction: Interaction, how: Manner) -> None:
    if how is Manner.TURN:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=how is Manner.PRIVATE, thinking=True)
