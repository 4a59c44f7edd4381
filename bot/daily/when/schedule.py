"""When a feed is due: a local time of day, in a zone, on some weekdays, as instants.

A local time that does not exist (the clock jumps over it) moves forward by the length of the jump; one that
exists twice is taken the first time; a local day that a zone never had has no post.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
WEEKEND = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class Schedule:
    at: time
    zone: str
    """IANA name."""
    weekdays: frozenset[int] = EVERY_DAY
    """0 is Monday; never empty."""

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise ValueError("a schedule needs a weekday")

    def day_of(self, instant: datetime) -> date:
        """The local date at `instant`."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def on(self, day: date) -> datetime | None:
        """The instant (UTC) of the post of local `day`; None where the zone never had that day."""
        instant = self._at(day)
        return None if instant >= self._at(day + timedelta(days=1)) else instant

    def next_after(self, instant: datetime, *, not_on: Collection[date] = ()) -> datetime:
        """The first post strictly after `instant`, leaving out the local days in `not_on`."""
        day = self.day_of(instant) - timedelta(days=1)
        while True:
            if day.weekday() in self.weekdays and day not in not_on:
                due = self.on(day)
                if due is not None and due > instant:
                    return due
            day += timedelta(days=1)

    def local_date(self, due: datetime) -> date:
        """The local day whose post is due at `due`, an instant that `next_after` gave."""
        day = self.day_of(due)
        before = day - timedelta(days=1)
        # A jump over midnight moves a day's post into the next day; it stays the post of its own day.
        return before if self._at(before) == due and self._at(day) != due else day

    def _at(self, day: date) -> datetime:
        # fold=0 in a gap takes the offset from before the jump, which is what moves the time forward.
        return datetime.combine(day, self.at, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
