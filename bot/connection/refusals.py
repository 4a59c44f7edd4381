"""What went wrong between us and Discord, as one of the three ways in which a send can fail."""

from __future__ import annotations

import json

import aiohttp
import discord

from bot.connection.rest_budget import Attempt, NotOurs, SecondTry, TooLate, retry_after
from bot.delivery.sending import Refused, SendFailed, TakenOver, TryLater, Unclear
from bot.reasons import Code, Reason, reason

FAILURES = (
    discord.DiscordException,
    aiohttp.ClientError,
    OSError,
    json.JSONDecodeError,
    UnicodeDecodeError,
    NotOurs,
    SecondTry,
    TooLate,
)
"""What a request raises that could not be made, or was not answered as asked. TimeoutError is an OSError."""

_CODES = {
    10003: Code.CHANNEL_GONE,
    10004: Code.SERVER_GONE,
    10087: Code.TAG_GONE,
    30033: Code.TOO_MANY_THREADS,
    40067: Code.TAG_REQUIRED,
    50001: Code.CHANNEL_HIDDEN,
    50007: Code.DIRECT_MESSAGES_CLOSED,
    50013: Code.LACKS_PERMISSION,
    50024: Code.WRONG_CHANNEL_TYPE,
    50278: Code.DIRECT_MESSAGES_CLOSED,
    50083: Code.THREAD_ARCHIVED,
    160005: Code.THREAD_LOCKED,
    160006: Code.TOO_MANY_OPEN_THREADS,
}
"""Discord's error codes that an admin can do something about."""
_FORM = 50035
_BLOCKED_FOR = 60.0
_OPENED_TOO_FAST = 600.0
_MOST_TEXT = 500


def failure(error: Exception, attempt: Attempt | None) -> SendFailed:
    """`attempt` tells whether an earlier try of the same call may have arrived."""
    found = _failure(error)
    refused = isinstance(error, discord.HTTPException)
    if isinstance(found, TryLater) and attempt and attempt.may_have_arrived(last_was_refused=refused):
        return Unclear(found.reason)
    return found


def _failure(error: Exception) -> SendFailed:
    match error:
        case NotOurs():
            return TakenOver(reason(Code.TAKEN_OVER))
        case TooLate() | TimeoutError():
            return TryLater(reason(Code.NO_ANSWER), 0.0)
        case discord.RateLimited():
            return TryLater(reason(Code.ASKED_TO_WAIT), error.retry_after)
        case discord.HTTPException():
            return _answer(error)
        case aiohttp.ClientConnectorError():
            return TryLater(reason(Code.UNREACHABLE), 1.0)
        case _:
            return Unclear(reason(Code.CONNECTION_BROKE))


def _answer(error: discord.HTTPException) -> SendFailed:
    match error:
        case discord.HTTPException(status=429):
            return TryLater(reason(Code.ASKED_TO_WAIT), retry_after(error.response.headers))
        case discord.HTTPException(code=40003):
            return TryLater(reason(Code.DIRECT_MESSAGES_FULL), _OPENED_TOO_FAST)
        case discord.HTTPException(code=20026):
            return TryLater(reason(Code.QUARANTINED), _OPENED_TOO_FAST)
        case discord.HTTPException(status=401):
            return TryLater(reason(Code.TOKEN_REJECTED), _BLOCKED_FOR)
        case discord.HTTPException(code=0, status=403 | 408):
            # Without a code of Discord's own it was not Discord that refused, but something on the way.
            return TryLater(reason(Code.BLOCKED), _BLOCKED_FOR)
        case discord.HTTPException() if error.status >= 500:
            return Unclear(reason(Code.DISCORD_FAILS, status=error.status))
        case discord.HTTPException(code=0) if _is_page(error):
            return TryLater(reason(Code.BLOCKED), _BLOCKED_FOR)
        case _:
            return Refused(_refusal(error))


def _is_page(error: discord.HTTPException) -> bool:
    """A page instead of an answer is of something on the way: a proxy, a portal, a block."""
    return "html" in error.response.headers.get("Content-Type", "")


def _refusal(error: discord.HTTPException) -> Reason:
    if error.code in _CODES:
        return reason(_CODES[error.code])
    if error.code == _FORM and "applied_tags" in error.text:
        return reason(Code.TAG_GONE)
    return reason(Code.REFUSED, text=error.text[:_MOST_TEXT], status=error.status)
