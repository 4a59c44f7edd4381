"""Which papers a query allows at all: its phrases, exclusions, titles, authors, categories and days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.catalog import full_text, paper_rows
from bot.paper.ids import written
from bot.paper.text import stem
from bot.search.index.segment import Segment
from bot.search.query import Query, Words

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


class Conditions:
    """The conditions of one query, asked of one segment after the other.

    While it is `typing`, a name, a category or a title at its end may be half typed. Where only papers
    `between` two row numbers are asked for, nothing is known of others.
    """

    def __init__(
        self,
        query: Query,
        connection: sqlite3.Connection,
        *,
        typing: bool = False,
        between: tuple[int, int] | None = None,
    ) -> None:
        self._query = query
        self._unfinished = query.unfinished if typing else None
        self._named = _with_ids(connection, [*map(written, query.references)]) if query.references else None
        # Only SQLite's full-text index knows where in a text each word stands.
        with_phrase = partial(_with_phrase, connection, between)
        self._phrases = [with_phrase(phrase) for phrase in query.phrases]
        self._phrases += [with_phrase(title, "title") for title in query.titles[:-1]]
        self._phrases += [
            with_phrase(title, "title", begun=self._unfinished == "title") for title in query.titles[-1:]
        ]
        self._excluded = [with_phrase(phrase) for phrase in query.excluded if len(phrase) > 1]
        self._excluded += [with_phrase(title, "title") for title in query.excluded_titles]
        self._among = None if query.among is None else _with_ids(connection, query.among)
        if query.without:
            self._excluded.append(_with_ids(connection, query.without))

    def allowed(self, segment: Segment, dead: npt.NDArray[np.uint32]) -> Mask | None:
        """None where every paper is allowed; `dead` are places that a newer segment replaces."""
        if self._is_open and not len(dead):
            return None
        mask: Mask = np.ones(segment.size, bool)
        if self._among is not None:
            mask &= _marked(segment, [segment.places_of(self._among)])
        if self._named is not None:
            mask &= _marked(segment, [segment.places_of(self._named)])
        for numbers in self._phrases:
            mask &= _marked(segment, [segment.places_of(numbers)])
        names = [name for author in self._query.authors for name in author]
        for place, name in enumerate(names, 1):
            begun = self._unfinished == "author" and place == len(names)
            mask &= _marked(segment, [_named(segment, name, begun=begun)])
        if self._query.categories:
            mask &= _in_any(segment, self._query.categories, begun=self._unfinished == "cat")
        if self._query.after:
            mask &= segment.days >= self._query.after.toordinal()
        if self._query.before:
            mask &= (segment.days < self._query.before.toordinal()) & (segment.days > 0)
        for places in self._unwanted(segment):
            mask[places] = False
        mask[dead] = False
        return mask

    @property
    def _is_open(self) -> bool:
        """Whether nothing narrows which papers are found."""
        return not self._query.has_conditions and not self._excluded and self._among is None

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


def _with_ids(connection: sqlite3.Connection, ids: Sequence[str]) -> Numbers:
    return np.fromiter(paper_rows.numbers_with_ids(connection, ids), np.int64)


def _named(segment: Segment, name: str, *, begun: bool) -> npt.NDArray[Any]:
    names = segment.names
    return names.between(*names.words.starting_with(name)) if begun else names.of(name)


def _with_phrase(
    connection: sqlite3.Connection,
    between: tuple[int, int] | None,
    phrase: Words,
    column: str = "",
    *,
    begun: bool = False,
) -> Numbers:
    match = full_text.phrase(phrase, column, begun=begun)
    return np.fromiter(full_text.numbers_with(connection, match, between), np.int64)


def _in_any(segment: Segment, categories: Words, *, begun: bool = False) -> Mask:
    places = []
    for category in categories:
        places.append(segment.categories.of(category))
        if begun and category == categories[-1]:
            places.append(segment.categories.between(*segment.categories.words.starting_with(category)))
        elif "." not in category:
            places.append(segment.categories.between(*segment.categories.words.starting_with(category + ".")))
    return _marked(segment, places)


def _marked(segment: Segment, lists: Sequence[npt.NDArray[Any]]) -> Mask:
    mask: Mask = np.zeros(segment.size, bool)
    for places in lists:
        mask[places] = True
    return mask
