"""Discuss opens a thread on a card, and Share posts a private card for everybody."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Protocol, cast

import discord

from bot.errors import NotAllowed, UserError
from bot.readers.owner import Kind
from bot.views.layout import Layout, Notice
from bot.views.markdown import title_label
from bot.views.paper_card import PaperCard
from bot.views.permission_names import named
from bot.views.post_layouts import name_of_several
from bot.views.server_buttons import Discuss, DiscussPost, Share
from bot.views.threads import ALREADY_THERE, KEPT
from commands.answering.context import Handlers, Interaction, owner_of, services_of
from commands.answering.opening_threads import refusals_as_sentences
from commands.answering.replies import Manner, answer
from commands.answering.sharing import check_may_post
from commands.paper.known_paper import known_paper
from commands.together.voting import server_here


class _HasShared(Protocol):
    shared: MutableMapping[tuple[int, int, str], None]


async def _press_discuss(interaction: Interaction, wanted: Discuss) -> None:
    async def work() -> Layout:
        server_here(interaction)
        paper = await known_paper(services_of(interaction), wanted.paper)
        thread = await _thread(interaction, title_label(paper.title), "the paper")
        return Notice(f"Discuss it in <#{thread}>.", private=True)

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_discuss_post(interaction: Interaction, wanted: DiscussPost) -> None:
    async def work() -> Layout:
        server_here(interaction)
        name = name_of_several(wanted.day, weekly=wanted.weekly)
        return Notice(f"Discuss them in <#{await _thread(interaction, name, 'them')}>.", private=True)

    await answer(interaction, work(), Manner.PRIVATE)


async def _thread(interaction: Interaction, name: str, what: str) -> int:
    """The thread on the message, opened by this name where there is none: its id is the message's.

    `what` is discussed there, in a sentence.
    """
    message, channel = interaction.message, interaction.channel
    if message is None or not isinstance(channel, discord.TextChannel):
        if isinstance(channel, discord.Thread):
            raise UserError(f"This is a thread already: discuss {what} right here.")
        raise UserError("Threads can be opened in text and announcement channels.")
    if channel.get_thread(message.id) is not None:
        return message.id
    needed = ["create_public_threads"]
    if not interaction.permissions.create_public_threads:
        raise NotAllowed(f"You need {named(needed)} in this channel to open a thread.")
    lacking = [each for each in needed if not getattr(interaction.app_permissions, each)]
    if lacking:
        raise NotAllowed(f"I need {named(lacking)} in this channel to open a thread.")
    with refusals_as_sentences(["view_channel", "read_message_history", *needed]):
        try:
            thread = await channel.create_thread(name=name, message=message, auto_archive_duration=KEPT)
        except discord.HTTPException as error:
            if error.code != ALREADY_THERE:
                raise
            return message.id  # two pressed at once, or it has long been archived
    return thread.id


async def _press_share(interaction: Interaction, wanted: Share) -> None:
    async def work() -> Layout:
        if owner_of(interaction).kind is not Kind.SERVER:
            raise NotAllowed("Cards can be shared in servers that I'm a member of.")
        check_may_post(interaction, "a paper")
        paper = await known_paper(services_of(interaction), wanted.paper)
        key = (interaction.user.id, interaction.channel_id or 0, paper.id)
        shared = cast(_HasShared, interaction.client.tree).shared
        if key in shared:
            raise UserError("You've just shared that here.")
        shared[key] = None
        return PaperCard(paper, note=f"Shared by <@{interaction.user.id}>")

    await answer(interaction, work(), Manner.PUBLIC)


BUTTONS: Handlers = {Discuss: _press_discuss, DiscussPost: _press_discuss_post, Share: _press_share}
