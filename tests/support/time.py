"""A clock that stands still until it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SettableClock:
    """Starts on Thursday, 1 January 2026, 08:00 UTC."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, 8, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> datetime:
        """`move(hours=1)`; a negative figure sets it back."""
        self.now += timedelta(**by)
        return self.now
