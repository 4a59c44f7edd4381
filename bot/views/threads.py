"""Threads on messages, as Discord has them."""

from __future__ import annotations

from typing import Final, Literal

KEPT: Final[Literal[1440]] = 1440
"""Minutes without a message until a thread leaves the channel's list."""
ALREADY_THERE: Final = 160004
"""Discord's code where the message has one."""
