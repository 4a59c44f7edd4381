"""Papers by their row numbers, a few columns of many: what a search reads beside its index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

_A_QUERY = 500
"""SQLite's older versions take 999 values a statement."""

_TEXTS = "number, id, title, abstract, keywords, authors, categories, published, year"
"""What an index outside the file holds."""


def numbers_of(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[int, str]:
    """Row number to id, of those of the papers that the catalog holds."""
    found: dict[int, str] = {}
    for some, marks in _stretches(paper_ids):
        found.update(
            connection.execute(f"SELECT number, id FROM papers WHERE id IN ({marks})", some).fetchall()
        )
    return found


def numbers_with_ids(connection: sqlite3.Connection, paper_ids: Collection[str]) -> Iterator[int]:
    """Row numbers, in no order: of any number of ids."""
    rows = connection.execute(
        "SELECT number FROM papers WHERE id IN (SELECT value FROM json_each(?))", [json.dumps([*paper_ids])]
    )
    return (row[0] for row in rows)


def authors(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Row numbers with the names of their authors, in no order: of any number of papers."""
    rows = connection.execute(
        "SELECT number, authors FROM papers WHERE number IN (SELECT value FROM json_each(?))",
        [json.dumps([*numbers])],
    )
    return ((number, json.loads(names)) for number, names in rows)


def titles(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[str, str]]:
    """(id, title) of the papers of these row numbers, in their order."""
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(f"SELECT number, id, title FROM papers WHERE number IN ({marks})", numbers)
    found = {row[0]: (row[1], row[2]) for row in rows}
    return [found[number] for number in numbers if number in found]


def readable_texts(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[int, str, Any, str]]:
    """(number, title, keywords as a list, abstract) of at most 500 papers, in no order."""
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(
        f"SELECT number, title, keywords, abstract FROM papers WHERE number IN ({marks})", numbers
    )
    return [
        (number, title, json.loads(keywords or "[]"), abstract or "")
        for number, title, keywords, abstract in rows
    ]


def upvotes(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """(number, upvotes) of every paper of which they are known, in ascending order of numbers."""
    return connection.execute(
        "SELECT number, upvotes FROM papers WHERE upvotes IS NOT NULL ORDER BY number"
    ).fetchall()


def texts(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Any]:
    """What an index holds of the papers of these ascending row numbers, in that order."""
    for some, marks in _stretches(numbers):
        yield from connection.execute(
            f"SELECT {_TEXTS} FROM papers WHERE number IN ({marks}) ORDER BY number", some
        )


def all_texts(connection: sqlite3.Connection) -> Iterable[Any]:
    """The same of all papers."""
    return connection.execute(f"SELECT {_TEXTS} FROM papers ORDER BY number")


def _stretches(values: Sequence[Any]) -> Iterator[tuple[Sequence[Any], str]]:
    """So many values as a statement takes at a time, with their marks."""
    for first in range(0, len(values), _A_QUERY):
        some = values[first : first + _A_QUERY]
        yield some, ",".join("?" * len(some))
