"""Sentence vectors as the catalog keeps them, one byte a number, and how near they are to a question."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.catalog import vectors
from bot.search.meaning.sentence_model import SentenceModel

_SCALE = 127


def vectors_of(
    model: SentenceModel, texts: Sequence[tuple[int, str]], workers: int = 1
) -> list[tuple[int, bytes]]:
    """Of each (row number, text) the vector as it is kept, made by so many threads."""
    made = np.rint(model.embed([text for _, text in texts], workers) * _SCALE).astype(np.int8)
    return [(number, vector.tobytes()) for (number, _), vector in zip(texts, made, strict=True)]


def nearness(
    connection: sqlite3.Connection, model: str, numbers: Sequence[int], query: npt.NDArray[np.float32]
) -> dict[int, float]:
    """Cosine of each of these papers that has a vector to the query's."""
    kept = vectors.kept(connection, model, numbers)
    if not kept:
        return {}
    matrix = np.frombuffer(b"".join(vector for _, vector in kept), np.int8).reshape(len(kept), -1)
    cosines = matrix.astype(np.float32) @ query / _SCALE
    return {number: float(cosine) for (number, _), cosine in zip(kept, cosines, strict=True)}
