"""The one place where an error becomes an answer.

In this order: an answer that Discord does not take any more is only logged; an error with a sentence of its
own says it; a cooldown says how long; a database that is away is said to be away; anything else is logged
with its trace under an id, which the person sees.
"""

from __future__ import annotations

import logging
import secrets

import aiohttp
import discord
from discord import app_commands

from bot.errors import PaperboyError, UserError
from bot.state.failures import cause_of, is_passing
from bot.views.layout import Notice
from commands.answering.context import Interaction
from commands.answering.replies import tell

log = logging.getLogger(__name__)

_LATE = "came too late for Discord"
_DROPPED = {10062: _LATE, 10015: _LATE, 50027: _LATE, 40060: "had been given already"}
"""Codes of Discord's: unknown interaction, unknown webhook, invalid webhook token, already acknowledged (by
another process, or by this one over a connection that broke)."""


async def report(interaction: Interaction, error: BaseException) -> None:
    """Tell the person what went wrong, and the log what it needs."""
    error = unwrapped(error)
    if isinstance(error, discord.HTTPException) and error.code in _DROPPED:
        log.warning("An answer %s and was dropped (%s).", _DROPPED[error.code], _place(interaction))
        return
    sentence = explain(error)
    try:
        await tell(interaction, Notice(sentence, private=True))
    except (discord.DiscordException, aiohttp.ClientError, OSError) as refused:
        # Not the sentence: it may hold what somebody typed.
        log.warning("An answer could not be delivered (%s): %s", _place(interaction), refused)


def explain(error: BaseException) -> str:
    """The sentence for the person."""
    match error:
        case UserError():
            return str(error)
        case PaperboyError():
            log.error("%s", error, exc_info=error)
            return "I have a problem that my operator has to solve; it's in my log. Try again later."
        case discord.RateLimited():
            return f"Discord asked me to slow down. Try again in {max(1, round(error.retry_after))} s."
        case discord.DiscordServerError() | aiohttp.ClientError():
            log.warning("Discord has trouble: %s", error)
            return "Discord has trouble right now. Try again in a minute."
        case app_commands.CommandOnCooldown():
            return f"You're going a bit fast. Try again in {max(1, round(error.retry_after))} s."
        case app_commands.CheckFailure():
            return "You can't use that here."
        case _ if is_passing(error) and not isinstance(error, aiohttp.ClientError):
            log.warning("A command needs the state store, which cannot be used (%s).", cause_of(error))
            return "I can't reach my database right now. Try again in a minute."
        case _:
            error_id = secrets.token_hex(4)
            log.error("Unexpected error %s", error_id, exc_info=error)
            return (
                "Something went wrong on my side. If it keeps happening, send the bot's operator this code: "
                f"`{error_id}`."
            )


def unwrapped(error: BaseException) -> BaseException:
    """What the command raised, out of discord.py's wrapper."""
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


def _place(interaction: Interaction) -> str:
    command = interaction.command
    return f"/{command.qualified_name}" if command else f"interaction {interaction.id}"
