"""Sentence vectors in the catalog: one byte a number, made from title and abstract."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sqlite_utils import Database

from bot.search.meaning.sentence_model import SentenceModel

BATCH = 32
"""Papers whose vectors are written at a time: what an interruption can lose."""

_SCALE = 127


Since = tuple[int, int]
"""A row number and a change of a text: papers that came or changed after these."""

EVER: Since = (-1, -1)


def latest(connection: sqlite3.Connection) -> Since:
    """How far the catalog has come."""
    number, change = connection.execute(
        "SELECT (SELECT max(number) FROM papers), (SELECT max(sequence) FROM text_changes)"
    ).fetchone()
    return number or 0, change or 0


def waiting(connection: sqlite3.Connection, model: str, since: Since = EVER) -> int:
    """How many papers have no vector of this model yet."""
    papers, values = _without(model, since)
    (count,) = connection.execute(f"SELECT count(*) {papers}", values).fetchone()
    return int(count)


def next_texts(connection: sqlite3.Connection, model: str, since: Since = EVER) -> list[tuple[int, str]]:
    """(row number, text) of the newest papers that have no vector of this model yet."""
    papers, values = _without(model, since)
    rows = connection.execute(
        f"SELECT number, title, abstract {papers} ORDER BY number DESC LIMIT ?", [*values, BATCH]
    )
    return [(row[0], f"{row[1]}. {row[2]}") for row in rows]


def _without(model: str, since: Since) -> tuple[str, list[object]]:
    """The papers without a vector as SQL, and its values."""
    lacking = "FROM papers WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE paper = number AND model = ?)"
    if since == EVER:
        return lacking, [model]
    new = "SELECT number FROM papers WHERE number > ? UNION SELECT paper FROM text_changes WHERE sequence > ?"
    return f"{lacking} AND number IN ({new})", [model, *since]


def made(model: SentenceModel, texts: Sequence[tuple[int, str]], workers: int = 1) -> list[tuple[int, bytes]]:
    vectors = np.rint(model.embed([text for _, text in texts], workers) * _SCALE).astype(np.int8)
    return [(number, vector.tobytes()) for (number, _), vector in zip(texts, vectors, strict=True)]


def store(db: Database, model: str, vectors: Sequence[tuple[int, bytes]]) -> None:
    """Keep them, but for papers that have left meanwhile."""
    with db.atomic():
        for number, vector in vectors:
            db.execute(
                "INSERT OR REPLACE INTO vectors (paper, model, vector)"
                " SELECT number, ?, ? FROM papers WHERE number = ?",
                [model, vector, number],
            )


def nearness(
    connection: sqlite3.Connection, model: str, numbers: Sequence[int], query: npt.NDArray[np.float32]
) -> dict[int, float]:
    """Cosine of each of these papers that has a vector to the query's."""
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(
        f"SELECT paper, vector FROM vectors WHERE paper IN ({marks}) AND model = ?", [*numbers, model]
    ).fetchall()
    if not rows:
        return {}
    matrix = np.frombuffer(b"".join(row[1] for row in rows), np.int8).reshape(len(rows), -1)
    cosines = matrix.astype(np.float32) @ query / _SCALE
    return {int(row[0]): float(cosine) for row, cosine in zip(rows, cosines, strict=True)}
