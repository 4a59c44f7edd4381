"""When papers came into the catalog, and the days that featured them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

ITSELF: Final = None
"""In the place of a day: the paper, whoever brought it."""

Arrivals = Mapping[tuple[str, date | None], datetime]
"""By a paper's id and a day that featured it, or `ITSELF`: in UTC, to the second."""


def arrivals(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> Arrivals:
    """Of these papers what was new when it came; what a rebuild or an old file brought isn't in there."""
    rows = connection.execute(
        "SELECT id, day, at FROM arrivals JOIN papers ON papers.number = arrivals.paper"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([*paper_ids])],
    )
    return {
        (paper_id, date.fromisoformat(day) if day else ITSELF): datetime.fromisoformat(at).astimezone(UTC)
        for paper_id, day, at in rows
    }


def carry_over(connection: sqlite3.Connection, number: int, other: int) -> None:
    """What is joined into `number` has arrived when its first part did; inside the caller's transaction."""
    connection.execute(
        "INSERT INTO arrivals (paper, day, at) SELECT ?, day, at FROM arrivals WHERE paper = ?"
        " ON CONFLICT (paper, day) DO UPDATE SET at = min(at, excluded.at)",
        (number, other),
    )
