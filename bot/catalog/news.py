"""Papers that are news: published, or on a Daily Papers list, lately."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.catalog import papers
from bot.catalog.asked_again import CODE
from bot.readers.follows import Standing

_MOST_CHANGED = 2_000
"""Beyond so many all papers are looked at: that costs less than to name them."""


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


@dataclass(frozen=True, slots=True)
class Until:
    """How far a catalog's papers have come, as `standing_since` last saw them."""

    number: int
    change: int


def standing_since(connection: sqlite3.Connection, since: Until | None) -> tuple[Until, set[str] | None]:
    """How far the catalog has come, and the ids by which papers are known that came or changed since.

    Of what changes only versions and code count. None for all papers: `since` is None, or they are many.
    """
    row = connection.execute(
        "SELECT (SELECT max(number) FROM papers), (SELECT max(sequence) FROM standing_changes)"
    ).fetchone()
    until = Until(row[0] or 0, row[1] or 0)
    if since is None or until.number - since.number + until.change - since.change > _MOST_CHANGED:
        return until, None
    if until == since:
        return until, set()
    rows = connection.execute(
        "WITH changed AS (SELECT number FROM papers WHERE number > ?"
        " UNION SELECT paper FROM standing_changes WHERE sequence > ?)"
        " SELECT id FROM papers WHERE number IN changed"
        " UNION SELECT own_id FROM papers WHERE number IN changed"
        " UNION SELECT id FROM former_ids WHERE paper IN changed",
        (since.number, since.change),
    )
    return until, {paper_id for (paper_id,) in rows}


def standings(connection: sqlite3.Connection, paper_ids: Collection[str]) -> dict[str, Standing]:
    """Of these papers those that the catalog has, by the ids that were asked for."""
    ids = sorted(set(paper_ids))
    rows = connection.execute(f"{_STANDING} WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(ids)])
    found = {row[0]: _standing(row) for row in rows}
    for paper_id in ids:
        # By its title alone, or by an id that it had: the catalog knows it by another today.
        if paper_id not in found and (paper := papers.get(connection, paper_id)) is not None:
            row = connection.execute(f"{_STANDING} WHERE id = ?", (paper.id,)).fetchone()
            found[paper_id] = _standing(row)
    return found


_STANDING = (
    "SELECT id, title, code_url IS NOT NULL, arxiv_version, upvotes IS NOT NULL OR EXISTS"
    f" (SELECT 1 FROM revisited WHERE paper = number AND source = '{CODE}') FROM papers"
)
"""Whether a paper has code is known where it has some, or where whoever knows of code has spoken of it."""


def _standing(row: Sequence[Any]) -> Standing:
    paper_id, title, has_code, version, is_known = row
    return Standing(paper_id, title, bool(has_code) if has_code or is_known else None, version)
