"""Threads as Discord has them, and why it opens none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from bot.views.permission_names import named

KEPT: Final[Literal[1440]] = 1440
"""Minutes without a message until a thread leaves the channel's list."""
ALREADY_THERE: Final = 160004
"""Discord's code where the message has one."""

_TOO_MANY = "This server has as many threads as Discord allows: close one, then try again."
_LOCKED = "That thread is locked: ask a moderator to unlock it."
_GONE = "That message or its channel is gone."
_WHY: Final = {
    10003: _GONE,
    10008: _GONE,
    30033: _TOO_MANY,
    50021: "Discord opens no thread on this message.",
    50024: "Discord has no such threads in this channel. Try it in a text channel.",
    50035: "Discord didn't take this thread's name. Open one by hand.",
    50083: _LOCKED,
    160005: _LOCKED,
    160006: _TOO_MANY,
}
_LACKS: Final = (50001, 50013)


def why_none(code: int, needed: Sequence[str]) -> str | None:
    """The sentence for Discord's code; None for one that tells a person nothing. `needed` are permissions."""
    if code in _LACKS:
        return f"I need {named(list(needed))} in this channel to open a thread."
    return _WHY.get(code)
