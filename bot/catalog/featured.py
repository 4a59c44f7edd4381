"""What the days of Daily Papers featured."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from itertools import islice

from bot.catalog import papers
from bot.paper.model import Paper
from bot.paper.text import words

_BY_UPVOTES = "upvotes IS NULL, upvotes DESC, id"


def papers_of(connection: sqlite3.Connection, day: date) -> list[Paper]:
    """The day's papers, the most upvoted first."""
    return papers.where(
        connection,
        f"number IN (SELECT paper FROM featured WHERE day = ?) ORDER BY {_BY_UPVOTES}",
        day.isoformat(),
    )


def neighbours(connection: sqlite3.Connection, day: date) -> tuple[date | None, date | None]:
    """The nearest days before and after that featured a paper."""
    before, after = connection.execute(
        "SELECT (SELECT max(day) FROM featured WHERE day < ?), (SELECT min(day) FROM featured WHERE day > ?)",
        (day.isoformat(), day.isoformat()),
    ).fetchone()
    return _date(before), _date(after)


def trending(connection: sqlite3.Connection, first: date) -> list[Paper]:
    """The papers featured from `first` on whose upvotes are known, the most upvoted first."""
    return papers.where(
        connection,
        "upvotes IS NOT NULL AND number IN (SELECT paper FROM featured WHERE day >= ?)"
        f" ORDER BY {_BY_UPVOTES}",
        first.isoformat(),
    )


def new_of_days(connection: sqlite3.Connection, days: int, most: int) -> list[Paper]:
    """The papers that the newest so many days featured for the first time: the newest day first, then by id.

    A paper that is featured once more is not among them again.
    """
    newest = connection.execute("SELECT DISTINCT day FROM featured ORDER BY day DESC LIMIT ?", (days,))
    first = min((day for (day,) in newest), default=None)
    if first is None:
        return []
    found = papers.where(
        connection,
        "number IN (SELECT paper FROM featured WHERE day >= ?) AND NOT EXISTS"
        " (SELECT 1 FROM featured AS earlier WHERE earlier.paper = papers.number AND earlier.day < ?)"
        " ORDER BY id",
        first,
        first,
    )
    return sorted(found, key=lambda paper: paper.featured[0], reverse=True)[:most]


def days_like(connection: sqlite3.Connection, text: str, limit: int = 25) -> list[date]:
    """The newest days that featured a paper; with `text`, those of which it may be the beginning.

    Each of its words begins the weekday, the day, the month or the year, or it stands in the ISO form.
    """
    rows = connection.execute("SELECT DISTINCT day FROM featured ORDER BY day DESC")
    typed = words(text)
    iso = text.strip()
    known = (date.fromisoformat(day) for (day,) in rows)
    return list(islice((day for day in known if iso in day.isoformat() or _begins(typed, day)), limit))


def _begins(typed: Sequence[str], day: date) -> bool:
    if not typed:
        return False
    parts = [f"{day:%A}".lower(), str(day.day), f"{day:%d}", f"{day:%B}".lower(), str(day.year)]
    *whole, last = typed
    finished = all(word in parts or (word.isalpha() and _any_begins(parts, word)) for word in whole)
    return finished and _any_begins(parts, last)


def _any_begins(parts: Sequence[str], word: str) -> bool:
    return any(part.startswith(word) for part in parts)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
