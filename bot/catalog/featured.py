"""What the days of Daily Papers featured."""

from __future__ import annotations

import sqlite3
from datetime import date

from bot.catalog import papers
from bot.catalog.models import Paper

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


def days_like(connection: sqlite3.Connection, text: str, limit: int = 25) -> list[date]:
    """The newest days that featured a paper; with `text`, those whose ISO form holds it."""
    rows = connection.execute(
        "SELECT DISTINCT day FROM featured WHERE instr(day, ?) ORDER BY day DESC LIMIT ?", (text, limit)
    )
    return [date.fromisoformat(day) for (day,) in rows]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
