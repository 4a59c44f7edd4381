"""How an interaction is answered: at once where the work is quick, deferred where it is not.

Discord waits three seconds for the first word. A button's answer turns the page in place for the person whose
answer it is, and opens a private copy for anybody else. What only the person who asked needs, such as that
nothing was found, is for their eyes alone; who sees an answer is fixed when it is deferred, so that where
that was for everybody, a plain line takes its place and the answer follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from enum import Enum
from typing import Any, Protocol, cast

import discord

from bot.views.layout import Layout, Notice
from bot.views.mentions import Commands
from commands.answering.card_places import place
from commands.answering.context import Interaction
from commands.answering.origin import is_own
from commands.answering.queue import Queue
from commands.answering.vote_board import VoteBoard

PATIENCE = 1.8
"""Seconds after which an answer is deferred; leaves Discord's three a margin for the way there."""

_ANSWERED_PRIVATELY = "-# I've answered privately."


class _Tree(Protocol):
    queue: Queue
    votes: VoteBoard
    named: Commands


class Manner(Enum):
    PUBLIC = "a new message for everybody"
    PRIVATE = "a new message that only the person sees"
    TURN = "the message with the button changes"


async def answer(interaction: Interaction, work: Coroutine[Any, Any, Layout], how: Manner) -> None:
    """Answer with the layout that `work` makes."""
    queue = _tree(interaction).queue
    if queue.full:
        try:
            async with queue.acknowledging():
                await defer(interaction, how)
        except BaseException:
            work.close()
            raise
    await _answer(interaction, asyncio.ensure_future(queue.run(work)), how)


async def _answer(interaction: Interaction, task: asyncio.Task[Layout], how: Manner) -> None:
    if not interaction.response.is_done():
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if not done:
            try:
                await defer(interaction, how)
            except BaseException:
                task.cancel()
                raise
    layout = await task
    await place(interaction, layout, alone=_for_one(interaction, how))
    await show(interaction, layout, how)
    for other in layout.beside:
        sent, files = written(interaction, other)
        await interaction.followup.send(view=sent, files=files, ephemeral=True)


def _for_one(interaction: Interaction, how: Manner) -> bool:
    """Whether nobody but the person sees the answer."""
    if how is not Manner.TURN:
        return how is Manner.PRIVATE
    return interaction.message is not None and interaction.message.flags.ephemeral


def manner(private: bool) -> Manner:
    """For a command with the option `private`."""
    return Manner.PRIVATE if private else Manner.PUBLIC


def manner_of_turn(interaction: Interaction) -> Manner:
    """TURN for the person whose answer the button stands on, PRIVATE for everybody else."""
    return Manner.TURN if is_own(interaction) else Manner.PRIVATE


async def show(interaction: Interaction, layout: Layout, how: Manner) -> None:
    """Send `layout` now, as the first word or after a deferral."""
    response = interaction.response
    if how is Manner.TURN and interaction.message is not None:
        _tree(interaction).votes.shows_else(interaction.message.id)
    if layout.private and how is not Manner.TURN:
        await tell(interaction, layout)
        return
    sent, files = written(interaction, layout)
    if response.is_done():
        await interaction.edit_original_response(view=sent, attachments=files)
    elif how is Manner.TURN:
        await response.edit_message(view=sent, attachments=files)
    else:
        await response.send_message(view=sent, files=files, ephemeral=how is Manner.PRIVATE)


async def tell(interaction: Interaction, layout: Layout) -> None:
    """Send `layout` to the person alone, whatever was said before."""
    sent, files = written(interaction, layout)
    response = interaction.response
    if not response.is_done():
        await response.send_message(view=sent, files=files, ephemeral=True)
    elif response.type is not discord.InteractionResponseType.deferred_channel_message:
        await interaction.followup.send(view=sent, files=files, ephemeral=True)
    elif interaction.extras.get(_SEEN_BY_ALL):
        await interaction.edit_original_response(view=Notice(_ANSWERED_PRIVATELY))
        await interaction.followup.send(view=sent, files=files, ephemeral=True)
    else:
        await interaction.edit_original_response(view=sent, attachments=files)


def written(interaction: Interaction, layout: Layout) -> tuple[Layout, Sequence[discord.File]]:
    """`layout` as it is sent, its commands clickable, and the files that belong to it."""
    return layout.naming(_tree(interaction).named), list(getattr(layout, "files", ()))


_SEEN_BY_ALL = "answer-seen-by-all"


async def defer(interaction: Interaction, how: Manner) -> None:
    """Say that an answer comes; from here on it is fixed who sees it."""
    if how is Manner.TURN:
        await interaction.response.defer()
        return
    interaction.extras[_SEEN_BY_ALL] = how is Manner.PUBLIC
    await interaction.response.defer(ephemeral=how is Manner.PRIVATE, thinking=True)


def _tree(interaction: Interaction) -> _Tree:
    return cast(_Tree, interaction.client.tree)
