"""When something was kept, as programs write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.paper.cleaning import collapse

_OFFSET = re.compile(r"\s+([+-]\d\d):?(\d\d)$")
_TIME = (
    r"(?:,? (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?: ?(?P<half>[AP]M))?)?(?: \(?UTC\)?)?"
)
_SPOKEN = (
    re.compile(rf"(?P<name>[A-Z]{{3,9}})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_TIME}", re.IGNORECASE),
    re.compile(rf"(?P<year>\d{{4}})/(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}}){_TIME}", re.IGNORECASE),
)
"""Notion's: `November 3, 2024 9:00 AM`, `2024/11/03 9:00 AM`."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNIX = re.compile(r"\d{9,10}")
_FIRST_YEAR = 1990


def instant_of(text: object) -> datetime | None:
    """As programs write it: ISO 8601 with a `T` or a space, BibDesk's `… +0000`, Notion's, a day; else UTC.

    A number is seconds since 1970 (Pocket, Instapaper). Aware, in whole seconds; None for anything else.
    """
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text) if 0 < text < 10**10 else ""
    if not isinstance(text, str):
        return None
    try:
        found = _read(collapse(text[:60]))
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found.replace(microsecond=0) if found.year >= _FIRST_YEAR else None


def written_instant(instant: datetime) -> str:
    """`2026-01-31T09:00:00Z`"""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _read(text: str) -> datetime:
    """ValueError where it is no instant."""
    if _UNIX.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    for pattern in _SPOKEN:
        if found := pattern.fullmatch(text):
            return _of_parts(found.groupdict())
    return datetime.fromisoformat(_OFFSET.sub(r"\1:\2", text))


def _of_parts(parts: dict[str, str | None]) -> datetime:
    name = (parts.get("name") or "")[:3].lower()
    month = _MONTHS.index(name) + 1 if name else int(parts.get("month") or 0)
    hour = int(parts["hour"] or 0)
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half.upper() == "PM" else 0)
    clock = hour, int(parts["minute"] or 0), int(parts["second"] or 0)
    return datetime(int(parts["year"] or 0), month, int(parts["day"] or 0), *clock, tzinfo=UTC)
