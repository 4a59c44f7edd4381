"""The private thread of a reader: one for each channel and person, used again."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.errors import NotAllowed
from bot.readers.follows import Inbox
from bot.views.permission_names import named
from commands.answering.context import Interaction
from commands.answering.opening_threads import refusals_as_sentences

_NEEDED = ["view_channel", "create_private_threads", "send_messages_in_threads"]
_THEIRS = ["create_private_threads", "send_messages_in_threads"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where letters go: a direct message, or a thread of a server."""

    channel_id: int | None
    guild_id: int | None = None


async def thread_of(interaction: Interaction, mine: Inbox) -> Place:
    """The person's thread in this channel: the one that they had, else a new one.

    NotAllowed where there can be none, or they may not have one.
    """
    channel, guild = interaction.channel, interaction.guild
    if guild is not None and isinstance(channel, discord.Thread) and channel.id == mine.thread_id:
        return Place(channel.id, guild.id)
    if guild is None or not isinstance(channel, discord.TextChannel) or channel.is_news():
        raise NotAllowed(
            "I can only make a private thread in a text channel of a server that I'm in: run this there."
        )
    lacking = [each for each in _NEEDED if not getattr(channel.permissions_for(guild.me), each)]
    if lacking:
        raise NotAllowed(f"I need {named(lacking)} in this channel to make a private thread for you.")
    theirs = [each for each in _THEIRS if not getattr(interaction.permissions, each)]
    if theirs:
        raise NotAllowed(f"You need {named(theirs)} in this channel.")
    with refusals_as_sentences(_NEEDED):
        thread = await _had(guild, channel, mine) or await channel.create_thread(
            name=f"New papers for {interaction.user.display_name}"[:100],
            type=discord.ChannelType.private_thread,
            invitable=False,
        )
        try:
            await thread.add_user(interaction.user)
        except discord.HTTPException:
            if thread.id != mine.thread_id:
                # Nobody would ever see it.
                await thread.delete()
            raise
    return Place(thread.id, guild.id)


async def _had(guild: discord.Guild, channel: discord.TextChannel, mine: Inbox) -> discord.Thread | None:
    """The thread that they had last, where it is in this channel and still there."""
    if mine.thread_id is None:
        return None
    thread = guild.get_thread(mine.thread_id)
    if thread is None:
        try:
            found = await guild.fetch_channel(mine.thread_id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return None
        thread = found if isinstance(found, discord.Thread) else None
    return thread if thread is not None and thread.parent_id == channel.id and not thread.locked else None
