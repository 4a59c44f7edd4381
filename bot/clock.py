"""Time, passed in: whoever needs the instant gets a `Clock`, never the system's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present instant, aware, in UTC."""


def system_clock() -> datetime:
    """The host's time, in UTC."""
    return datetime.now(UTC)
