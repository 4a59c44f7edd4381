"""The one place where an error becomes an answer.

In this order: an error with a sentence of its own says it; a cooldown says how long; an answer that Discord
no longer takes is only logged; anything else is logged with its trace under an id, which the person sees.
"""

from __future__ import annotations

import logging
import secrets

import aiohttp
import discord
from discord import app_commands

from bot.errors import PaperboyError, UserError
from bot.views.layout import Notice
from commands.answering.context import Interaction

log = logging.getLogger(__name__)

_GONE = frozenset({10062, 10015, 50027})
"""Unknown interaction, unknown webhook, invalid webhook token: the answer came after Discord's time limit."""


async def report(interaction: Interaction, error: BaseException) -> None:
    """Tell the person what went wrong, and the log what it needs."""
    sentence = explain(unwrapped(error))
    if sentence is None:
        log.warning("An answer came too late for Discord and was dropped (%s).", _place(interaction))
        return
    try:
        await _say(interaction, sentence)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as refused:
        # Not the sentence: it may hold what somebody typed.
        log.warning("An answer could not be delivered (%s): %s", _place(interaction), refused)


def explain(error: BaseException) -> str | None:
    """The sentence for the person; None where nobody can be told any more."""
    match error:
        case UserError():
            return str(error)
        case PaperboyError():
            log.error("%s", error, exc_info=error)
            return "The bot has a problem that its operator must solve; it is in the log. Try again later."
        case app_commands.CommandOnCooldown():
            return f"That is a lot at once. Try again in {max(1, round(error.retry_after))} s."
        case app_commands.CheckFailure():
            return "You may not use that here."
        case discord.HTTPException(code=code) if code in _GONE:
            return None
        case _:
            error_id = secrets.token_hex(4)
            log.error("Unexpected error %s", error_id, exc_info=error)
            return (
                "Something went wrong on the bot's side. If it stays, give its operator the error id "
                f"`{error_id}`."
            )


def unwrapped(error: BaseException) -> BaseException:
    """What the command raised, out of discord.py's wrapper."""
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


async def _say(interaction: Interaction, sentence: str) -> None:
    notice = Notice(sentence)
    if not interaction.response.is_done():
        await interaction.response.send_message(view=notice, ephemeral=True)
    elif interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(view=notice)
    else:
        await interaction.followup.send(view=notice, ephemeral=True)


def _place(interaction: Interaction) -> str:
    command = interaction.command
    return f"/{command.qualified_name}" if command else f"interaction {interaction.id}"
