"""Papers that are news: published, or on a Daily Papers list, lately."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NewPaper:
    id: str
    title: str
    day: date
    """When it was published or last featured, whichever came later."""


def since(connection: sqlite3.Connection, first: date) -> list[NewPaper]:
    """Those of `first` and later, the newest first."""
    rows = connection.execute(
        "SELECT id, title, max(coalesce(published, ''), coalesce(day, '')) AS newest FROM papers"
        " LEFT JOIN (SELECT paper, max(day) AS day FROM featured WHERE day >= ? GROUP BY paper)"
        " ON paper = number"
        " WHERE published >= ? OR day IS NOT NULL ORDER BY newest DESC, id DESC",
        (first.isoformat(), first.isoformat()),
    )
    return [NewPaper(paper_id, title, date.fromisoformat(day[:10])) for paper_id, title, day in rows]
