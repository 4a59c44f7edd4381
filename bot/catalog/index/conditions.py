"""Which papers a query allows at all: its phrases, exclusions, authors, categories and days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.catalog.index.segment import Segment
from bot.catalog.query import Query, Words
from bot.catalog.text import stem

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Conditions:
    """The conditions of one query, asked of one segment after the other."""

    def __init__(self, query: Query, connection: sqlite3.Connection) -> None:
        self._query = query
        # Only SQLite's full-text index knows where in a text each word stands.
        self._phrases = [_with_phrase(connection, phrase) for phrase in query.phrases]
        self._excluded = [_with_phrase(connection, phrase) for phrase in query.excluded if len(phrase) > 1]

    def allowed(self, segment: Segment, dead: npt.NDArray[np.uint32]) -> Mask | None:
        """None where every paper is allowed; `dead` are places that a newer segment replaces."""
        if not self._query.has_conditions and not len(dead):
            return None
        mask: Mask = np.ones(segment.size, bool)
        for numbers in self._phrases:
            mask &= _marked(segment, [segment.places_of(numbers)])
        for author in self._query.authors:
            for name in author:
                mask &= _marked(segment, [segment.names.of(name)])
        if self._query.categories:
            mask &= _in_any(segment, self._query.categories)
        if self._query.after:
            mask &= segment.days >= self._query.after.toordinal()
        if self._query.before:
            mask &= (segment.days < self._query.before.toordinal()) & (segment.days > 0)
        for places in self._unwanted(segment):
            mask[places] = False
        mask[dead] = False
        return mask

    def _unwanted(self, segment: Segment) -> Iterable[npt.NDArray[Any]]:
        for numbers in self._excluded:
            yield segment.places_of(numbers)
        for word in self._query.excluded:
            if len(word) == 1:
                yield segment.text.of(stem(word[0]))
                yield segment.names.of(word[0])
        for author in self._query.excluded_authors:
            together = np.ones(segment.size, bool)
            for name in author:
                together &= _marked(segment, [segment.names.of(name)])
            yield np.flatnonzero(together)
        if self._query.excluded_categories:
            yield np.flatnonzero(_in_any(segment, self._query.excluded_categories))


def _with_phrase(connection: sqlite3.Connection, phrase: Words) -> Numbers:
    rows = connection.execute(
        "SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?", ['"' + " ".join(phrase) + '"']
    )
    return np.fromiter((row[0] for row in rows), np.int64)


def _in_any(segment: Segment, categories: Words) -> Mask:
    places = []
    for category in categories:
        places.append(segment.categories.of(category))
        if "." not in category:
            places.append(segment.categories.between(*segment.categories.words.starting_with(category + ".")))
    return _marked(segment, places)


def _marked(segment: Segment, lists: Sequence[npt.NDArray[Any]]) -> Mask:
    mask: Mask = np.zeros(segment.size, bool)
    for places in lists:
        mask[places] = True
    return mask
