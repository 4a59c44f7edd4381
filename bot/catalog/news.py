"""Papers that are news: published, or on a Daily Papers list, lately."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from bot.catalog import papers

_AT_ONCE = 900
"""SQLite's older versions take 999 values a statement."""


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
class Standing:
    """What may change of a paper that people follow."""

    id: str
    title: str
    has_code: bool
    version: int | None


def standings(connection: sqlite3.Connection, paper_ids: Collection[str]) -> dict[str, Standing]:
    """Of these papers those that the catalog has, by the ids that were asked for."""
    ids = sorted(set(paper_ids))
    found: dict[str, Standing] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = connection.execute(
            "SELECT id, title, code_url IS NOT NULL, arxiv_version FROM papers"
            f" WHERE id IN ({','.join('?' * len(some))})",
            some,
        )
        found |= {row[0]: Standing(row[0], row[1], bool(row[2]), row[3]) for row in rows}
    for paper_id in ids:
        if paper_id not in found and (paper := papers.get(connection, paper_id)) is not None:
            found[paper_id] = Standing(paper.id, paper.title, bool(paper.code_url), paper.arxiv_version)
    return found
