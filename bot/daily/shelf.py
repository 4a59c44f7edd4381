"""The papers that the daily pick chooses from, read from the catalog.

Hugging Face's Daily Papers of a day close in the night after it; until then entries and upvotes come and go.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Candidate:
    id: str
    own_id: str
    """The id that the paper had while only its title was known: the channel may have had it under that."""
    title: str
    day: date | None
    """The last closed day that featured it; None for a paper that was never featured."""
    rank: int | None
    """Its place by upvotes within that day, from 1; None where its upvotes are unknown."""
    of: int
    """How many papers that day has."""
    published: date | None

    @property
    def standing(self) -> float:
        """How well it did within its day: 1 for the first, towards 0 for the last."""
        if self.day is None:
            return 0.1
        return 0.3 if self.rank is None else 1 - (self.rank - 1) / self.of


_FEATURED = """
    SELECT papers.id, own_id, title, published, upvotes, featured.day AS day
    FROM featured JOIN papers ON papers.number = featured.paper
    WHERE featured.day <= ? AND NOT withdrawn
"""

_NEVER_FEATURED = """
    SELECT id, own_id, title, published FROM papers
    WHERE NOT withdrawn AND NOT EXISTS (SELECT 1 FROM featured WHERE featured.paper = papers.number)
    ORDER BY published DESC, id DESC LIMIT ? OFFSET ?
"""


def featured(connection: sqlite3.Connection, closed: date) -> list[Candidate]:
    """Every paper featured up to the day `closed`, each under the last such day."""
    days: dict[date, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(_FEATURED, (closed.isoformat(),)):
        days[date.fromisoformat(row["day"])].append(row)
    last: dict[str, Candidate] = {}
    for day in sorted(days):
        last |= {candidate.id: candidate for candidate in _ranked(day, days[day])}
    return list(last.values())


def never_featured(connection: sqlite3.Connection, limit: int, offset: int) -> list[Candidate]:
    """Papers that came by another way, the newest first."""
    return [
        Candidate(row["id"], row["own_id"], row["title"], None, None, 0, _date(row["published"]))
        for row in connection.execute(_NEVER_FEATURED, (limit, offset))
    ]


def open_days(connection: sqlite3.Connection, closed: date) -> set[str]:
    """The papers that a day after `closed` features: their turn comes when that day has closed."""
    rows = connection.execute(
        "SELECT papers.id FROM featured JOIN papers ON papers.number = featured.paper WHERE featured.day > ?",
        (closed.isoformat(),),
    )
    return {row["id"] for row in rows}


def _ranked(day: date, rows: list[sqlite3.Row]) -> Iterable[Candidate]:
    rows.sort(key=lambda row: (row["upvotes"] is None, -(row["upvotes"] or 0), row["id"]))
    for place, row in enumerate(rows, 1):
        rank = None if row["upvotes"] is None else place
        yield Candidate(row["id"], row["own_id"], row["title"], day, rank, len(rows), _date(row["published"]))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
