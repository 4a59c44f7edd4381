"""Sentence vectors of papers, made of title and abstract: which lack one, and those that are there."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from bot.catalog.changes import Position
from bot.catalog.merging import writing

BATCH = 32
"""Papers whose vectors are written at a time: what an interruption can lose."""

EVER = Position(-1, -1)
"""Before the first paper came."""


def waiting(connection: sqlite3.Connection, model: str, since: Position = EVER) -> int:
    """How many papers have no vector of this model yet."""
    papers, values = _without(model, since)
    (count,) = connection.execute(f"SELECT count(*) {papers}", values).fetchone()
    return int(count)


def next_texts(connection: sqlite3.Connection, model: str, since: Position = EVER) -> list[tuple[int, str]]:
    """(row number, text) of the newest papers that have no vector of this model yet."""
    papers, values = _without(model, since)
    rows = connection.execute(
        f"SELECT number, title, abstract {papers} ORDER BY number DESC LIMIT ?", [*values, BATCH]
    )
    return [(row[0], f"{row[1]}. {row[2]}") for row in rows]


def _without(model: str, since: Position) -> tuple[str, list[object]]:
    """The papers without a vector as SQL, and its values."""
    lacking = "FROM papers WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE paper = number AND model = ?)"
    if since == EVER:
        return lacking, [model]
    new = "SELECT number FROM papers WHERE number > ? UNION SELECT paper FROM text_changes WHERE sequence > ?"
    return f"{lacking} AND number IN ({new})", [model, since.number, since.change]


def store(connection: sqlite3.Connection, model: str, vectors: Sequence[tuple[int, bytes]]) -> None:
    """Keep them, but for papers that have left meanwhile."""
    with writing(connection):
        for number, vector in vectors:
            connection.execute(
                "INSERT OR REPLACE INTO vectors (paper, model, vector)"
                " SELECT number, ?, ? FROM papers WHERE number = ?",
                [model, vector, number],
            )


def kept(connection: sqlite3.Connection, model: str, numbers: Sequence[int]) -> list[tuple[int, bytes]]:
    """(row number, vector) of those of these papers that have one of this model, in no order."""
    marks = ",".join("?" * len(numbers))
    return connection.execute(
        f"SELECT paper, vector FROM vectors WHERE paper IN ({marks}) AND model = ?", [*numbers, model]
    ).fetchall()
