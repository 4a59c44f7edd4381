"""How often papers are cited: beside what is merged, so that no import brings a count or takes one away."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from bot.paper.model import Citations


def keep(connection: sqlite3.Connection, counts: Mapping[str, Citations]) -> None:
    """Keep the counts of papers by their ids, instead of what was known; inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO citations (paper, source, count, influential, day)"
        " SELECT number, ?, ?, ?, ? FROM papers WHERE id = ?"
        " ON CONFLICT (paper) DO UPDATE SET source = excluded.source, count = excluded.count,"
        " influential = excluded.influential, day = excluded.day",
        [
            (each.source, each.count, each.influential, each.day.isoformat(), paper_id)
            for paper_id, each in counts.items()
        ],
    )
