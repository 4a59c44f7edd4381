"""Who may post something for everybody through the bot: whoever may write there."""

from __future__ import annotations

import discord

from bot.errors import NotAllowed
from bot.views.permission_names import named
from commands.answering.context import Interaction


def check_may_post(interaction: Interaction, what: str) -> None:
    """NotAllowed, with the permission that is missing, where the person may not write in this channel."""
    if interaction.guild_id is None:
        return
    in_thread = isinstance(interaction.channel, discord.Thread)
    needed = "send_messages_in_threads" if in_thread else "send_messages"
    if not getattr(interaction.permissions, needed):
        raise NotAllowed(f"You need {named([needed])} in this channel to share {what} here.")
