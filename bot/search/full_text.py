"""Search with SQLite's own full-text index: what answers while the derived index is not there yet.

Slower on a large catalog and less well ranked than `bot.search.index`, but always as current as the papers.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalog import papers
from bot.paper.ids import written
from bot.paper.model import Paper
from bot.search.query import Query, Words
from bot.search.results import Sort

_WEIGHTS = "3.0, 1.0, 1.0, 1.0"
"""Of title, authors, abstract, keywords."""

_ID_BEGINNING = re.compile(
    r"(?:arxiv:\s*)?(?P<id>\d{3,4}(?:\.\d{0,5})?|[a-z-]+/\d{0,7})(?:v\d*)?", re.IGNORECASE
)

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
    holding: int
    """How many of them hold every word."""


def find(connection: sqlite3.Connection, query: Query, sort: Sort, limit: int, offset: int) -> Found:
    """The papers that satisfy the query's conditions and hold at least one of its words."""
    source, values = _matching(query)
    (total,) = connection.execute(f"{source} SELECT count(*) FROM matching", values).fetchone()
    order = _ORDER[sort if query.words or sort != Sort.BEST else Sort.NEWEST]
    rows = connection.execute(
        f"{source} SELECT number, score FROM matching ORDER BY {order}, number DESC LIMIT ? OFFSET ?",
        [*values, limit, offset],
    ).fetchall()
    every, values = _matching(query, every=True)
    (holding,) = connection.execute(f"{every} SELECT count(*) FROM matching", values).fetchone()
    return Found([row["number"] for row in rows], [row["score"] for row in rows], total, holding)


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


def with_id_beginning(connection: sqlite3.Connection, typed: str, limit: int) -> list[tuple[str, str]]:
    """Ids and titles of the newest papers whose arXiv id begins so; none where no id does."""
    match = _ID_BEGINNING.fullmatch(typed)
    if match is None:
        return []
    beginning = match["id"].lower()
    rows = connection.execute(
        f"SELECT id, title FROM papers WHERE id >= ? AND id < ? ORDER BY {_DAY} DESC, id DESC LIMIT ?",
        [beginning, beginning + "\uffff", limit],
    )
    return [(row["id"], row["title"]) for row in rows]


def _matching(query: Query, *, every: bool = False) -> tuple[str, list[object]]:
    """A WITH clause that makes `matching(number, id, published, year, upvotes, score)`, and its values.

    It holds the papers with at least one of the query's words, or those with `every` one.
    """
    values: list[object] = []
    match = _match_text(query, " AND " if every else " OR ")
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
    if query.references:
        conditions.append(f"id IN ({','.join('?' * len(query.references))})")
        values += map(written, query.references)
    for column, unwanted in (
        *(("", words) for words in query.excluded),
        *(("authors : ", words) for words in query.excluded_authors),
        *(("title : ", words) for words in query.excluded_titles),
    ):
        conditions.append("number NOT IN (SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?)")
        values.append(column + _quoted(unwanted))
    if query.without:
        conditions.append("id NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(query.without))
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


def _match_text(query: Query, joint: str) -> str:
    """The query in FTS5's syntax; every token quoted, so that nothing typed is syntax."""
    required = [_quoted(phrase) for phrase in query.phrases]
    required += [f"authors : {_quoted((word,))}" for author in query.authors for word in author]
    required += [f"title : {_quoted(title)}" for title in query.titles]
    loose = list(dict.fromkeys(_quoted((word,)) for word in query.telling.values()))
    if loose and not query.phrases:
        required.append(f"({joint.join(loose)})")
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
