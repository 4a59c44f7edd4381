"""When sources were last asked again about single papers: for new versions, for code, for citations."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.paper.ids import is_arxiv_id

VERSIONS = "arXiv"
"""The source that knows of versions."""
CODE = "Hugging Face"
"""The source that knows of code."""
CITATIONS = "Semantic Scholar"
"""The source that counts citations."""
A_DAY = timedelta(days=1)

_ASKED_FOR = {VERSIONS: "1", CODE: "code_url IS NULL", CITATIONS: "1"}
"""By source the papers about which there is something to ask."""


def room(connection: sqlite3.Connection, source: str, now: datetime, most: int) -> int:
    """How many of `most` papers a day have not been asked about in the last one."""
    query = "SELECT count(*) FROM revisited WHERE source = ? AND at > ? AND at <= ?"
    (asked,) = connection.execute(query, (source, _text(now - A_DAY), _text(now))).fetchone()
    return max(0, most - int(asked))


def due(
    connection: sqlite3.Connection,
    source: str,
    groups: Sequence[Collection[str]],
    *,
    now: datetime,
    every: timedelta,
    most: int,
) -> list[str]:
    """Of these papers of the catalog at most `most` that `source` was not asked about for `every`.

    Those of a group come before those of later ones. Within it, those that the source was never asked about
    come first, the newest before the others; then the longest unasked.
    """
    found: dict[str, None] = {}
    for paper_ids in groups:
        if len(found) < most:
            found |= dict.fromkeys(_unasked(connection, source, paper_ids, now=now, every=every))
    return [*found][:most]


def _unasked(
    connection: sqlite3.Connection,
    source: str,
    paper_ids: Collection[str],
    *,
    now: datetime,
    every: timedelta,
) -> list[str]:
    rows = connection.execute(
        "SELECT id FROM papers LEFT JOIN revisited ON paper = number AND source = ?"
        " WHERE id IN (SELECT value FROM json_each(?))"
        # A time to come is of a clock that has since been set back.
        f" AND (at IS NULL OR at <= ? OR at > ?) AND {_ASKED_FOR[source]} ORDER BY at, number DESC",
        (source, json.dumps([*paper_ids]), _text(now - every), _text(now)),
    )
    return [paper_id for (paper_id,) in rows if is_arxiv_id(paper_id)]


def mark(connection: sqlite3.Connection, source: str, paper_ids: Sequence[str], now: datetime) -> None:
    """`source` was asked about these papers, whether it knew them or not."""
    connection.executemany(
        "INSERT INTO revisited (source, paper, at) SELECT ?, number, ? FROM papers WHERE id = ?"
        " ON CONFLICT (source, paper) DO UPDATE SET at = excluded.at",
        [(source, _text(now), paper_id) for paper_id in paper_ids],
    )


def let_rest(connection: sqlite3.Connection, source: str, until: datetime) -> None:
    """Nobody asks `source` before `until`, also after a restart."""
    connection.execute(
        "INSERT INTO resting (source, until) VALUES (?, ?)"
        " ON CONFLICT (source) DO UPDATE SET until = excluded.until",
        (source, _text(until)),
    )


def rests(connection: sqlite3.Connection, source: str, now: datetime, longest: timedelta) -> bool:
    """Whether `source` is to be left alone; more than `longest` to go is of a clock that was set back."""
    row = connection.execute("SELECT until FROM resting WHERE source = ?", (source,)).fetchone()
    return row is not None and _text(now) < row[0] <= _text(now + longest)


def _text(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
