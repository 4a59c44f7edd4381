"""Papers as rows that picks are chosen from: what counts for them, and no texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

_AT_ONCE = 500
"""SQLite's older versions take 999 values a statement."""

_FEATURED = """
    SELECT number, papers.id, own_id, title, keywords, upvotes, featured.day AS day,
        (SELECT group_concat(id, ' ') FROM former_ids WHERE paper = number) AS former
    FROM featured JOIN papers ON papers.number = featured.paper
    WHERE NOT withdrawn
"""

_NEVER_FEATURED = """
    SELECT number, id, own_id, title, keywords, published,
        (SELECT group_concat(id, ' ') FROM former_ids WHERE paper = number) AS former
    FROM papers
    WHERE NOT withdrawn AND coalesce(published, CAST(year AS TEXT), '') <= ?
    AND NOT EXISTS (SELECT 1 FROM featured WHERE featured.paper = papers.number)
    ORDER BY published DESC, id DESC LIMIT ? OFFSET ?
"""

_OF_NUMBERS = """
    SELECT number, id, own_id, title, keywords, published,
        (SELECT group_concat(id, ' ') FROM former_ids WHERE paper = number) AS former
    FROM papers
    WHERE NOT withdrawn AND coalesce(published, CAST(year AS TEXT), '') <= ? AND number IN ({})
"""


def featured(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """Every paper of every day of Daily Papers, with its upvotes, that day and its former ids."""
    yield from connection.execute(_FEATURED)


def never_featured(
    connection: sqlite3.Connection, until: date, limit: int, offset: int
) -> Iterator[sqlite3.Row]:
    """Those that no day featured, published up to `until`, the newest first; `published` instead of day."""
    yield from connection.execute(_NEVER_FEATURED, (until.isoformat(), limit, offset))


def of_numbers(connection: sqlite3.Connection, until: date, numbers: Sequence[int]) -> Iterator[sqlite3.Row]:
    """Of these row numbers those published up to `until`, with the same columns."""
    for first in range(0, len(numbers), _AT_ONCE):
        some = numbers[first : first + _AT_ONCE]
        marks = ",".join("?" * len(some))
        yield from connection.execute(_OF_NUMBERS.format(marks), (until.isoformat(), *some))


def upvotes_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Id and upvotes, 0 where unknown, by row number: of any number of papers, without withdrawn ones."""
    rows = connection.execute(
        "SELECT number, id, coalesce(upvotes, 0) FROM papers WHERE NOT withdrawn"
        " AND number IN (SELECT value FROM json_each(?)) ORDER BY number",
        [json.dumps([*numbers])],
    )
    return {number: (paper_id, upvotes) for number, paper_id, upvotes in rows}
