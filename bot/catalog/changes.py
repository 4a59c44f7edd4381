"""How far a catalog has come, and what has changed since: for what follows it from outside the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A catalog's highest row number, and its last change of a text."""

    number: int
    change: int

    def since(self, earlier: Position) -> int:
        """How many papers came or changed between, at most: one may have done both."""
        return self.number - earlier.number + self.change - earlier.change


BEGINNING = Position(0, 0)
"""Of a catalog that holds nothing yet."""


def position(connection: sqlite3.Connection) -> Position:
    """How far the catalog has come; a number of microseconds, whatever its size."""
    row = connection.execute(
        "SELECT (SELECT max(number) FROM papers), (SELECT max(sequence) FROM text_changes)"
    ).fetchone()
    return Position(row[0] or 0, row[1] or 0)


def changed_since(connection: sqlite3.Connection, since: Position, limit: int) -> list[int]:
    """Row numbers of papers that came, left or got another text after `since`, ascending; at most `limit`."""
    rows = connection.execute(
        "SELECT number FROM papers WHERE number > ?"
        " UNION SELECT paper FROM text_changes WHERE sequence > ? ORDER BY 1 LIMIT ?",
        [since.number, since.change, limit],
    )
    return [row[0] for row in rows]


def count_since(connection: sqlite3.Connection, since: Position) -> int:
    """How many papers came, left or got another text after `since`."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT number FROM papers WHERE number > ?"
        " UNION SELECT paper FROM text_changes WHERE sequence > ?)",
        [since.number, since.change],
    ).fetchone()
    return int(row[0])


def identity(connection: sqlite3.Connection) -> int:
    """The number that the catalog file drew when it was made: another number is another catalog."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


@contextmanager
def standing_still(connection: sqlite3.Connection) -> Iterator[None]:
    """While it lasts the connection reads one state of the catalog, whatever is written meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
