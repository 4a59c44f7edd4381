"""Putting what the words have found in a better order by meaning, where that helps."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.search.meaning.nearness import nearness
from bot.search.meaning.sentence_model import SentenceModel
from bot.search.query import Query

FROM_WORDS: Final = 8
"""Shorter queries are ranked by their words alone: meaning helps whole questions and hurts a few keywords."""

LOOKED_AT: Final = 100

SHARE: Final = 0.6
"""Of the cosine in the final score; the rest is the score by words, with the best paper's as 1."""

_REMEMBERED: Final = 100
"""Queries whose vectors are kept."""


class Meaning:
    """A model that is loaded when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._model: SentenceModel | None = None
        # Whoever turns the page, or asks what somebody has just asked, does not wait for it again.
        self._vector = lru_cache(_REMEMBERED)(lambda text: self.model().embed_question(text))

    @property
    def name(self) -> str:
        """By which vectors of this model are told from another's."""
        return self.model().name

    def model(self) -> SentenceModel:
        """The model, loaded by whoever asks first. Raises ModelUnusable."""
        with self._lock:
            if self._model is None:
                self._model = SentenceModel(self._folder)
            return self._model

    def helps(self, query: Query) -> bool:
        """Whether the query is a whole question; a few keywords are ranked better by their words."""
        return len(query.words) >= FROM_WORDS

    def reordered(
        self, connection: sqlite3.Connection, query: Query, numbers: Sequence[int], scores: Sequence[float]
    ) -> tuple[list[int], list[float]]:
        """The same papers, best first; a paper without a vector is taken to be as near as the mean."""
        cosines = nearness(connection, self.name, numbers, self._vector(query.text))
        if not cosines:
            return list(numbers), list(scores)
        mean = sum(cosines.values()) / len(cosines)
        best = max(scores) or 1.0
        mixed = [
            ((1 - SHARE) * score / best + SHARE * cosines.get(number, mean), number)
            for number, score in zip(numbers, scores, strict=True)
        ]
        mixed.sort(key=lambda each: -each[0])
        return [number for _, number in mixed], [score for score, _ in mixed]
