"""SQLite's own full-text index of the papers: phrases for other indexes, and a search by itself.

Slower on a large catalog and less well ranked than `bot.search.index`, but always as current as the papers.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.catalog.schema import FULL_TEXT, TOKENIZE

_WEIGHTS = "3.0, 1.0, 1.0, 1.0"
"""Of FULL_TEXT."""

_DAY = "coalesce(published, year || '-01-01')"


class Order(StrEnum):
    """Of what is found, as SQL: of papers that are equal in it, the last that came first."""

    SCORE = f"score DESC, {_DAY} DESC"
    DAY = f"{_DAY} DESC NULLS LAST, id DESC"
    UPVOTES = "upvotes DESC NULLS LAST, score DESC"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What papers have to hold. Matches are in FTS5's syntax: see `phrase`."""

    match: str = ""
    """What ranks; where it is empty, all papers match and none ranks before another."""
    unwanted: tuple[str, ...] = ()
    """Matches of papers that are left out."""
    ids: tuple[str, ...] = ()
    """Where there are any, no other papers."""
    among: tuple[str, ...] | None = None
    """Where it is given, no other papers."""
    without: tuple[str, ...] = ()
    """Ids that are left out."""
    first: date | None = None
    before: date | None = None
    """The first day that no longer counts."""
    categories: tuple[str, ...] = ()
    """Any of these, in lower case; `cs` stands for all of `cs.*`."""
    unwanted_categories: tuple[str, ...] = ()


def phrase(words: Sequence[str], column: str = "", *, begun: bool = False) -> str:
    """A match for folded words side by side, perhaps in one column; quoted, so that nothing typed is syntax.

    Where the phrase is `begun`, its last word may go on.
    """
    return f'{column and f"{column} : "}"{" ".join(words)}"{"*" if begun else ""}'


def near(words: Sequence[str], column: str) -> str:
    """A match for folded words close to each other in one column, in any order."""
    return f"{column} : NEAR({' '.join(phrase((word,)) for word in words)}, 2)"


def numbers_with(connection: sqlite3.Connection, match: str) -> Iterator[int]:
    """Row numbers of the papers that hold it."""
    rows = connection.execute("SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?", [match])
    return (row[0] for row in rows)


def copied(connection: sqlite3.Connection, numbers: Sequence[int]) -> sqlite3.Connection:
    """A database in memory, to be closed, whose index holds these papers alone, for `numbers_with`: in it,
    the phrases of frequent words are found in a few papers many times quicker.
    """
    columns = ", ".join(FULL_TEXT)
    rows = connection.execute(
        f"SELECT number, {columns} FROM papers WHERE number IN (SELECT value FROM json_each(?))",
        [json.dumps([*numbers])],
    )
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    copy.execute(f"CREATE VIRTUAL TABLE papers_fts USING fts5 ({columns}, tokenize='{TOKENIZE}')")
    marks = ", ".join("?" * (1 + len(FULL_TEXT)))
    copy.executemany(f"INSERT INTO papers_fts (rowid, {columns}) VALUES ({marks})", map(tuple, rows))
    return copy


def page(
    connection: sqlite3.Connection, wanted: Wanted, order: Order, limit: int, offset: int
) -> list[tuple[int, float]]:
    """(row number, score) of so many papers from the place `offset` on."""
    source, values = _matching(wanted)
    rows = connection.execute(
        f"{source} SELECT number, score FROM matching ORDER BY {order}, number DESC LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return [(row[0], row[1]) for row in rows]


def count(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """How many papers there are of these."""
    source, values = _matching(wanted)
    (total,) = connection.execute(f"{source} SELECT count(*) FROM matching", values).fetchone()
    return int(total)


def random_number(connection: sqlite3.Connection, wanted: Wanted) -> int | None:
    """The row number of any of them; None where there is none."""
    source, values = _matching(wanted)
    rows = connection.execute(f"{source} SELECT number FROM matching ORDER BY random() LIMIT 1", values)
    row = rows.fetchone()
    return row[0] if row else None


def titles_with(connection: sqlite3.Connection, match: str, limit: int) -> list[tuple[str, str]]:
    """(id, title) of so many papers that hold it, in no order."""
    rows = connection.execute(
        "WITH hits AS (SELECT rowid FROM papers_fts WHERE papers_fts MATCH ? LIMIT ?) "
        "SELECT id, title FROM papers JOIN hits ON number = hits.rowid",
        [match, limit],
    )
    return [(row[0], row[1]) for row in rows]


def newest_titles(
    connection: sqlite3.Connection, limit: int, id_beginning: str = ""
) -> list[tuple[str, str]]:
    """(id, title) of the newest papers whose ids begin so."""
    begun, values = "", list[object]()
    if id_beginning:
        begun, values = "WHERE id >= ? AND id < ?", [id_beginning, id_beginning + "\uffff"]
    rows = connection.execute(
        f"SELECT id, title FROM papers {begun} ORDER BY {_DAY} DESC, id DESC LIMIT ?", [*values, limit]
    )
    return [(row[0], row[1]) for row in rows]


def _matching(wanted: Wanted) -> tuple[str, list[object]]:
    """A WITH clause that makes `matching(number, id, published, year, upvotes, score)`, and its values."""
    values: list[object] = []
    if wanted.match:
        hits = (
            f"hits AS (SELECT rowid AS number, -bm25(papers_fts, {_WEIGHTS}) AS score"
            " FROM papers_fts WHERE papers_fts MATCH ?)"
        )
        source = "hits JOIN papers USING (number)"
        values.append(wanted.match)
    else:
        hits = "hits AS (SELECT 1)"
        source = "(SELECT *, 0.0 AS score FROM papers)"
    conditions = " AND ".join(["1", *_conditions(wanted, values)])
    columns = "number, id, published, year, upvotes, score"
    return f"WITH {hits}, matching AS (SELECT {columns} FROM {source} WHERE {conditions})", values


def _conditions(wanted: Wanted, values: list[object]) -> Iterator[str]:
    """Each as SQL; what it compares with is added to `values`."""
    for ids, negated in ((wanted.ids, ""), (wanted.without, "NOT ")):
        if ids:
            yield f"id {negated}IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(ids))
    if wanted.among is not None:
        yield "id IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(wanted.among))
    for match in wanted.unwanted:
        yield "number NOT IN (SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?)"
        values.append(match)
    for day, compared in ((wanted.first, ">="), (wanted.before, "<")):
        if day:
            yield f"{_DAY} {compared} ?"
            values.append(day.isoformat())
    for categories, negated in ((wanted.categories, ""), (wanted.unwanted_categories, "NOT ")):
        if categories:
            yield f"{negated}({_any_category(categories, values)})"


def _any_category(categories: Sequence[str], values: list[object]) -> str:
    tests = []
    for category in categories:
        tests.append("lower(categories) LIKE ?")
        values.append(f'%"{category}"%' if "." in category else f'%"{category}.%')
        if "." not in category:
            tests.append("lower(categories) LIKE ?")
            values.append(f'%"{category}"%')
    return " OR ".join(tests)
