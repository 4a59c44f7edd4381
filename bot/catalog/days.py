"""Days of Daily Papers: when they close, which have been read, and which are to be read.

The list of day D grows and its upvotes move until it closes, at about 02:30 UTC of D + 1. There are none on
weekends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

REFRESHED = timedelta(days=14)
"""Upvotes of days this young still move."""

_CLOSING = timedelta(days=1, hours=2, minutes=30)


def closes_at(day: date) -> datetime:
    """When the list of `day` closes, in UTC."""
    return datetime.combine(day, time.min, UTC) + _CLOSING


def last_closed(now: datetime) -> date:
    """The latest day that has closed."""
    return (now - _CLOSING).date()


def latest_day() -> date:
    """The last day that anything can have happened on: tomorrow, where the sun rises earlier."""
    return datetime.now(UTC).date() + timedelta(days=1)


def weekdays(first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last` that may have Daily Papers."""
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day.weekday() < 5:
            yield day


def mark_visited(connection: sqlite3.Connection, day: date, count: int, now: datetime) -> None:
    """Remember that the whole list of `day` was read at `now`."""
    connection.execute(
        "INSERT OR REPLACE INTO days (day, papers, closed, visited_at) VALUES (?, ?, ?, ?)",
        (day.isoformat(), count, int(now >= closes_at(day)), now.isoformat(timespec="seconds")),
    )


def not_closed_yet(connection: sqlite3.Connection, first: date, last: date) -> list[date]:
    """The days from `first` to `last` that have not been read since they closed."""
    done = {
        day
        for (day,) in connection.execute(
            "SELECT day FROM days WHERE closed AND day BETWEEN ? AND ?", (first.isoformat(), last.isoformat())
        )
    }
    return [day for day in weekdays(first, last) if day.isoformat() not in done]


def due(
    connection: sqlite3.Connection, now: datetime, *, today_every: timedelta, refresh_every: timedelta
) -> list[date]:
    """The days whose lists are to be read (again) at `now`, oldest first.

    These are: the days since the last visit that were missed, a day once more when it has closed, an open day
    every `today_every`, and the days whose upvotes still move every `refresh_every`.
    """
    today = now.date()
    visits = {
        date.fromisoformat(day): datetime.fromisoformat(at)
        for day, at in connection.execute("SELECT day, visited_at FROM days")
    }
    # A visit to come is of a clock that has since been set back: the day may have moved on after it.
    visits = {day: at for day, at in visits.items() if at <= now}
    first = min(today - REFRESHED, max(visits, default=today))
    found = []
    for day in weekdays(first, today):
        visited = visits.get(day)
        if visited is None or visited < closes_at(day) <= now:
            found.append(day)
        elif now < closes_at(day):
            if now - visited >= today_every:
                found.append(day)
        elif today - day <= REFRESHED and now - visited >= refresh_every:
            found.append(day)
    return found


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which days of Daily Papers the catalog holds."""

    days: int
    first: date | None
    last: date | None
    gaps: tuple[date, ...]
    """Weekdays between the first and the last day visited that were never visited, and hold nothing."""


def coverage(connection: sqlite3.Connection) -> Coverage:
    """Which days the catalog holds, and which weekdays it missed."""
    held = {
        date.fromisoformat(day)
        for (day,) in connection.execute("SELECT day FROM days UNION SELECT DISTINCT day FROM featured")
    }
    visited = [date.fromisoformat(day) for (day,) in connection.execute("SELECT day FROM days ORDER BY day")]
    gaps = (day for day in weekdays(visited[0], visited[-1]) if day not in held) if visited else ()
    return Coverage(len(held), min(held, default=None), max(held, default=None), tuple(gaps))
