"""Which papers a query allows at all: its phrases, exclusions, titles, authors, categories and days."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.catalog import full_text, paper_rows
from bot.paper.ids import written
from bot.paper.text import stem
from bot.search.author_names import is_by, needs_names, telling
from bot.search.index.few_papers import FewPapers
from bot.search.index.segment import Segment
from bot.search.query import Query, Words

Mask = npt.NDArray[np.bool_]
_NAMES_READ = 20_000
"""Papers whose authors' names are read for one question, the newest: a name of a few letters has more."""

Numbers = npt.NDArray[np.int64]


class Conditions:
    """The conditions of one query, asked of one segment after the other.

    While it is `typing`, a name, a category or a title at its end may be half typed. Where only `few` papers
    are asked for, nothing is known of others.
    """

    def __init__(
        self,
        query: Query,
        connection: sqlite3.Connection,
        *,
        typing: bool = False,
        few: FewPapers | None = None,
    ) -> None:
        self._query = query
        self._connection = connection
        self._few = few
        self._unfinished = query.unfinished if typing else None

    @cached_property
    def _required(self) -> list[Numbers]:
        """Papers of which only those are allowed that are in each of these."""
        query = self._query
        required = [self._with_phrase(phrase) for phrase in query.phrases]
        required += [self._with_phrase(title, "title") for title in query.titles[:-1]]
        required += [
            self._with_phrase(title, "title", begun=self._unfinished == "title")
            for title in query.titles[-1:]
        ]
        if query.references:
            required.append(_with_ids(self._connection, [*map(written, query.references)]))
        if query.among is not None:
            required.append(_with_ids(self._connection, query.among))
        return required

    @cached_property
    def _excluded(self) -> list[Numbers]:
        query = self._query
        excluded = [self._with_phrase(phrase) for phrase in query.excluded if len(phrase) > 1]
        excluded += [self._with_phrase(title, "title") for title in query.excluded_titles]
        if query.without:
            excluded.append(_with_ids(self._connection, query.without))
        return excluded

    def _with_phrase(self, phrase: Words, column: str = "", *, begun: bool = False) -> Numbers:
        """Only SQLite's full-text index knows where in a text each word stands."""
        match = full_text.phrase(phrase, column, begun=begun)
        found = self._few.with_phrase(match) if self._few else full_text.numbers_with(self._connection, match)
        return np.fromiter(found, np.int64)

    def _authors_of(self, numbers: list[int]) -> Iterator[tuple[int, list[str]]]:
        return self._few.authors(numbers) if self._few else paper_rows.authors(self._connection, numbers)

    def allowed(self, segment: Segment, dead: npt.NDArray[np.uint32]) -> Mask | None:
        """None where every paper is allowed; `dead` are places that a newer segment replaces."""
        if self._is_open and not len(dead):
            return None
        mask: Mask = np.ones(segment.size, bool)
        for numbers in self._required:
            mask &= _marked(segment, [segment.places_of(numbers)])
        for author, begun in self._authors:
            mask &= _with_words(segment, author, begun=begun)
        if self._query.categories:
            mask &= _in_any(segment, self._query.categories, begun=self._unfinished == "cat")
        if self._query.after:
            mask &= segment.days >= self._query.after.toordinal()
        if self._query.before:
            mask &= (segment.days < self._query.before.toordinal()) & (segment.days > 0)
        for places in self._unwanted(segment):
            mask[places] = False
        mask[dead] = False
        for author, begun in self._authors:
            self._keep_those_by(author, segment, mask, begun=begun)
        return mask

    @property
    def _authors(self) -> Iterable[tuple[Words, bool]]:
        """Each with whether somebody may still be typing the name."""
        last = len(self._query.authors) if self._unfinished == "author" else 0
        return ((author, place == last) for place, author in enumerate(self._query.authors, 1))

    def _keep_those_by(self, author: Words, segment: Segment, mask: Mask, *, begun: bool = False) -> None:
        """Of the papers that hold an author's words those where one name has them all."""
        if not needs_names(author):
            return
        places = np.flatnonzero(mask)[-_NAMES_READ:]
        numbers = segment.numbers[places]
        by = {
            number
            for number, names in self._authors_of(numbers.tolist())
            if is_by(author, names, begun=begun)
        }
        mask[places[~np.isin(numbers, [*by])]] = False

    @property
    def _is_open(self) -> bool:
        """Whether nothing narrows which papers are found."""
        return not (self._query.has_conditions or self._excluded or self._required)

    def _unwanted(self, segment: Segment) -> Iterable[npt.NDArray[Any]]:
        for numbers in self._excluded:
            yield segment.places_of(numbers)
        for word in self._query.excluded:
            if len(word) == 1:
                yield segment.text.of(stem(word[0]))
                yield segment.names.of(word[0])
        for author in self._query.excluded_authors:
            together = _with_words(segment, author)
            self._keep_those_by(author, segment, together)
            yield np.flatnonzero(together)
        if self._query.excluded_categories:
            yield np.flatnonzero(_in_any(segment, self._query.excluded_categories))


def _with_ids(connection: sqlite3.Connection, ids: Sequence[str]) -> Numbers:
    return np.fromiter(paper_rows.numbers_with_ids(connection, ids), np.int64)


def _with_words(segment: Segment, author: Words, *, begun: bool = False) -> Mask:
    """The papers that hold the words of an author's name, whoever's they are."""
    mask: Mask = np.ones(segment.size, bool)
    for word in telling(author):
        mask &= _marked(segment, [_named(segment, word, begun=begun and word == author[-1])])
    return mask


def _named(segment: Segment, name: str, *, begun: bool) -> npt.NDArray[Any]:
    names = segment.names
    return names.between(*names.words.starting_with(name)) if begun else names.of(name)


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
