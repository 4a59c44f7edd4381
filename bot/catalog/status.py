"""How each source did when it was last asked."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from bot.storable_text import storable


@dataclass(frozen=True, slots=True)
class SourceStatus:
    name: str
    updated_at: datetime | None
    """The last success."""
    failing_since: datetime | None
    """The first failure since then; None while all is well."""
    failure: str | None
    """Why, as a sentence."""


_COUNTS = {
    "papers": "1",
    "with an abstract": "abstract <> ''",
    "with upvotes": "upvotes IS NOT NULL",
    "with categories": "categories <> '[]'",
    "with code": "code_url IS NOT NULL",
    "without an arXiv id": "id LIKE 'pb-%'",
    "withdrawn": "withdrawn",
}


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """How many papers there are, and how many of them are so; by what they are."""
    sums = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in _COUNTS.values())
    row = connection.execute(f"SELECT {sums} FROM papers").fetchone()
    return dict(zip(_COUNTS, row, strict=True))


def statuses(connection: sqlite3.Connection) -> list[SourceStatus]:
    """Every source that was asked so far, by name."""
    rows = connection.execute("SELECT name, updated_at, failing_since, failure FROM sources ORDER BY name")
    return [SourceStatus(name, _at(updated), _at(since), failure) for name, updated, since, failure in rows]


def succeeded(connection: sqlite3.Connection, name: str, now: datetime) -> None:
    """It gave all that it was asked for; what failed before is over."""
    connection.execute(
        "INSERT INTO sources (name, updated_at) VALUES (:name, :now) ON CONFLICT (name) DO UPDATE"
        " SET updated_at = :now, failing_since = NULL, failure = NULL",
        {"name": name, "now": _text(now)},
    )


def recovered(connection: sqlite3.Connection, name: str) -> None:
    """It answers again, though it was not asked for all that an update needs."""
    connection.execute("UPDATE sources SET failing_since = NULL, failure = NULL WHERE name = ?", [name])


def failed(connection: sqlite3.Connection, name: str, now: datetime, reason: str) -> None:
    """It failed, for a `reason` that is a sentence; the first failure in a row is remembered."""
    connection.execute(
        "INSERT INTO sources (name, failing_since, failure) VALUES (:name, :now, :reason)"
        " ON CONFLICT (name) DO UPDATE"
        " SET failing_since = coalesce(failing_since, :now), failure = :reason",
        {"name": name, "now": _text(now), "reason": storable(reason)},
    )


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
