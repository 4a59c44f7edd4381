"""Discord's answers, counted as its own limits count them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.measuring.figures import Figures

_INVALID: Final = (401, 403, 429)
_SHARED: Final = "shared"
"""The scope of a limit that others used up: such an answer is no fault of the bot's."""


def count_answer(figures: Figures, status: int, headers: Mapping[str, str]) -> None:
    """One request was answered."""
    figures.requests.add(str(status))
    scope = _scope(headers)
    if status == 429:
        figures.rate_limits.add(scope)
    if status in _INVALID and not (status == 429 and scope == _SHARED):
        figures.invalid_requests.add()


def _scope(headers: Mapping[str, str]) -> str:
    """What a limit holds for, by Discord's own word; `network` where what stands before it answers."""
    if "Via" not in headers:
        return "network"
    said = headers.get("X-RateLimit-Scope", "")
    return said if said in ("user", "global", _SHARED) else "other"
