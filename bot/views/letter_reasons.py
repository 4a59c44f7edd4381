"""Why a letter did not come, for the person that it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.reasons import Code, Reason
from bot.views.reason_sentences import sentence

_ELSEWHERE = "choose another place with `/inbox settings`."
_SENTENCES: Final[Mapping[str, str]] = {
    Code.BUG: "Something went wrong on my side, and I've told the bot's operator.",
    Code.CHANNEL_GONE: f"Your thread doesn't exist anymore: {_ELSEWHERE}",
    Code.CHANNEL_HIDDEN: f"I can't see where I'm to write: {_ELSEWHERE}",
    Code.LACKS_PERMISSION: f"I may not write where I'm to: {_ELSEWHERE}",
    Code.SERVER_GONE: f"I'm not in your thread's server anymore: {_ELSEWHERE}",
    Code.THREAD_ARCHIVED: f"Your thread is locked: {_ELSEWHERE}",
    Code.THREAD_LOCKED: f"Your thread is locked: {_ELSEWHERE}",
    Code.WRONG_CHANNEL_TYPE: f"I can't write there anymore: {_ELSEWHERE}",
}


def letter_sentence(reason: Reason | None) -> str:
    """One or two sentences, escaped for Discord; empty for no reason."""
    if reason is None:
        return ""
    return _SENTENCES.get(reason.code) or sentence(reason)
