"""Search with SQLite's own full-text index: what answers while the derived index is not there yet.

Slower on a large catalog and less well ranked than `bot.catalog.index`, but always as current as the papers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalog import papers
from bot.catalog.models import Paper
from bot.catalog.query import Query, Words
from bot.catalog.results import Sort

_WEIGHTS = "3.0, 1.0, 1.0, 1.0"
"""Of title, authors, abstract, keywords."""

_DAY = "coalesce(published, year || '-01-01')"
_ORDER = {
    Sort.BEST: f"score DESC, {_DAY} DESC",
    Sort.NEWEST: f"{_DAY} DESC NULLS LAST, id DESC",
    Sort.UPVOTED: "upvotes DESC NULLS LAST, score DESC",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Row numbers of one page with their scores, and how many there are over all pages."""

    numbers: list[int]
    scores: list[float]
    total: int


def find(connection: sqlite3.Connection, query: Query, sort: Sort, limit: int, offset: int) -> Found:
    """The papers that satisfy the query's conditions and hold at least one of its words."""
    source, values = _matching(query)
    (total,) = connection.execute(f"{source} SELECT count(*) FROM matching", values).fetchone()
    order = _ORDER[sort if query.words or sort != Sort.BEST else Sort.NEWEST]
    rows = connection.execute(
        f"{source} SELECT number, score FROM matching ORDER BY {order}, number DESC LIMIT ? OFFSET ?",
        [*values, limit, offset],
    ).fetchall()
    return Found([row["number"] for row in rows], [row["score"] for row in rows], total)


def score(connection: sqlite3.Connection, query: Query, paper_ids: Sequence[str]) -> dict[str, float]:
    """The score of each of these papers that matches."""
    source, values = _matching(query)
    marks = ",".join("?" * len(paper_ids))
    rows = connection.execute(
        f"{source} SELECT id, score FROM matching WHERE id IN ({marks})", [*values, *paper_ids]
    )
    return {row["id"]: row["score"] for row in rows}


def random(connection: sqlite3.Connection, query: Query) -> Paper | None:
    source, values = _matching(query)
    row = connection.execute(f"{source} SELECT number FROM matching ORDER BY random() LIMIT 1", values)
    number = row.fetchone()
    return papers.get_many(connection, [number[0]])[0] if number else None


def suggest(connection: sqlite3.Connection, found: Sequence[str], limit: int) -> list[tuple[str, str]]:
    """Ids and titles that hold all these words, the last as far as it is typed; without words the newest."""
    if not found:
        rows = connection.execute(
            f"SELECT id, title FROM papers ORDER BY {_DAY} DESC, id DESC LIMIT ?", [limit]
        )
    else:
        match = "title : (" + " AND ".join(
            [*(_quoted((word,)) for word in found[:-1]), _quoted(found[-1:]) + "*"]
        )
        rows = connection.execute(
            "WITH hits AS (SELECT rowid FROM papers_fts WHERE papers_fts MATCH ? LIMIT ?) "
            "SELECT id, title FROM papers JOIN hits ON number = hits.rowid",
            [match + ")", limit],
        )
    return [(row["id"], row["title"]) for row in rows]


def _matching(query: Query) -> tuple[str, list[object]]:
    """A WITH clause that makes `matching(number, id, published, year, upvotes, score)`, and its values."""
    values: list[object] = []
    match = _match_text(query)
    if match:
        hits = (
            f"hits AS (SELECT rowid AS number, -bm25(papers_fts, {_WEIGHTS}) AS score"
            " FROM papers_fts WHERE papers_fts MATCH ?)"
        )
        source = "hits JOIN papers USING (number)"
        values.append(match)
    else:
        hits = "hits AS (SELECT 1)"
        source = "(SELECT *, 0.0 AS score FROM papers)"
    conditions = ["1"]
    for unwanted in (*query.excluded, *query.excluded_authors):
        column = "authors : " if unwanted in query.excluded_authors else ""
        conditions.append("number NOT IN (SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?)")
        values.append(column + _quoted(unwanted))
    if query.after:
        conditions.append(f"{_DAY} >= ?")
        values.append(query.after.isoformat())
    if query.before:
        conditions.append(f"{_DAY} < ?")
        values.append(query.before.isoformat())
    if query.categories:
        conditions.append(f"({_any_category(query.categories, values)})")
    if query.excluded_categories:
        conditions.append(f"NOT ({_any_category(query.excluded_categories, values)})")
    columns = "number, id, published, year, upvotes, score"
    return (
        f"WITH {hits}, matching AS (SELECT {columns} FROM {source} WHERE {' AND '.join(conditions)})",
        values,
    )


def _match_text(query: Query) -> str:
    """The query in FTS5's syntax; every token quoted, so that nothing typed is syntax."""
    required = [_quoted(phrase) for phrase in query.phrases]
    required += [f"authors : {_quoted((word,))}" for author in query.authors for word in author]
    loose = list(dict.fromkeys(_quoted((word,)) for _, piece in query.loose for word in piece))
    if loose and not query.phrases:
        required.append(f"({' OR '.join(loose)})")
    return " AND ".join(required)


def _quoted(found: Words | Sequence[str]) -> str:
    return '"' + " ".join(found) + '"'


def _any_category(categories: Words, values: list[object]) -> str:
    tests = []
    for category in categories:
        tests.append("lower(categories) LIKE ?")
        values.append(f'%"{category}"%' if "." in category else f'%"{category}.%')
        if "." not in category:
            tests.append("lower(categories) LIKE ?")
            values.append(f'%"{category}"%')
    return " OR ".join(tests)
