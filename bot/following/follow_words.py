"""What a paper must hold for each topic to be about it: kept small, and asked of a few papers at once.

A condition stands for words of a term: one word, or two that follow each other. The two must stand close
together, as every way to write the term that keeps them has them. Another way may replace either: a short
form, a long one, two words written as one, a word written as two. Of these only their own words are asked.
So a topic that a paper fails here is not about it, and one that it passes has yet to be judged.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.following.word_rows import Ints, Rows, WordRows
from bot.paper.text import stem
from bot.search.author_names import telling
from bot.search.index.terms import SILENT, halves_of, words_of_terms
from bot.search.index.texts import NEAR, Stems
from bot.search.new_papers import Batch
from bot.search.query import Query, Words

_SILENT_STEMS: Final = frozenset(map(stem, SILENT))
"""Words of these stems may be missing where the others stand close together."""


Passed = npt.NDArray[np.bool_]


class _Must(IntEnum):
    """What a condition asks of its words."""

    HOLD = 0
    OFTEN = 1
    """In the title or a keyword, or twice."""
    BOTH = 2
    CLOSE = 3
    EITHER_WAY_ROUND = 4
    BE_NAMED = 5
    """As an author."""


class _Numbers(dict[str, int]):
    """Words by number, in the order of first sight."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class FollowWords:
    """The conditions of topics, which are numbered from 0 on as they are added."""

    def __init__(self) -> None:
        self._stems, self._words, self._names = _Numbers(), _Numbers(), _Numbers()
        self._stem_of = array("i")
        """Of each word."""
        self._halves = array("i")
        """Of each word: (word, stem, stem) for every two parts of it."""
        self._pairs = array("i")
        """Words side by side in a term: (term, word, word, stem of the two written as one)."""
        self._conditions = array("i")
        """(topic, term, what it must, word, word): of an author the word is a name."""
        self._terms = 0
        self._topics = 0

    def add(self, query: Query) -> None:
        """The next topic. Of one that names papers nothing is asked: it means these, whatever else it has."""
        if query.references:
            self._topics += 1
            return
        for words in words_of_terms(query):
            numbers = [self._word(word) for word in words]
            for (left, first), (right, second) in pairwise(zip(words, numbers, strict=True)):
                self._pairs.extend((self._terms, first, second, self._stems[stem(left + right)]))
            for must, first, second in _conditions(words):
                self._conditions.extend((self._topics, self._terms, must, numbers[first], numbers[second]))
            self._terms += 1
        for name in dict.fromkeys(name for author in query.authors for name in telling(author)):
            self._conditions.extend((self._topics, -1, _Must.BE_NAMED, self._names[name], -1))
        self._topics += 1

    def _word(self, word: str) -> int:
        if word not in self._words:
            number = self._words[word]
            self._stem_of.append(self._stems[stem(word)])
            for first, second in halves_of(word):
                self._halves.extend((number, self._stems[first], self._stems[second]))
        return self._words[word]

    def asked_with(self, forms: Mapping[Stems, str]) -> Conditions:
        """The conditions as they stand now, with these short forms of longer ones."""
        known = [(self._stems[short], [self._stems[each] for each in long]) for long, short in forms.items()]
        return Conditions(
            stems=dict(self._stems),
            names=dict(self._names),
            silent=np.fromiter((root in _SILENT_STEMS for root in self._stems), bool, len(self._stems)),
            stem_of=np.array(self._stem_of, np.int64),
            halves=np.array(self._halves, np.int64).reshape(-1, 3),
            pairs=np.array(self._pairs, np.int64).reshape(-1, 4),
            conditions=np.array(self._conditions, np.int64).reshape(-1, 5),
            terms=self._terms,
            topics=self._topics,
            forms=known,
        )


def _conditions(words: Words) -> Iterator[tuple[_Must, int, int]]:
    """What papers must hold for a term of these words, with the places of the words."""
    if len(words) == 1:
        yield _Must.OFTEN, 0, 0
        return
    stems = [stem(word) for word in words]
    silent = {root for word, root in zip(words, stems, strict=True) if word in SILENT}
    telling = [place for place, root in enumerate(stems) if root not in silent] or [*range(len(words))]
    if len(telling) == 1:
        yield _Must.HOLD, telling[0], telling[0]
    for first, second in pairwise(telling):
        if second - first > NEAR + 1:
            yield _Must.BOTH, first, second
        else:
            yield (_Must.EITHER_WAY_ROUND if len(words) == 2 else _Must.CLOSE), first, second


@dataclass(frozen=True)
class Conditions:
    """See `FollowWords`, whose numbers these are."""

    stems: Mapping[str, int]
    names: Mapping[str, int]
    silent: npt.NDArray[np.bool_]
    stem_of: Ints
    halves: Ints
    pairs: Ints
    conditions: Ints
    terms: int
    topics: int
    forms: Sequence[tuple[int, list[int]]]
    """A short form with the words that it stands for."""

    def passed(self, batches: Sequence[Batch]) -> tuple[Passed, Passed]:
        """Of each topic whether one of these papers passes all of its conditions, and whether one passes
        those of authors: without such, not even what matches its words nearly is for it."""
        passed, named = np.ones(self.topics, bool), np.ones(self.topics, bool)
        if len(self.conditions) and batches:
            rows = self._rows(WordRows(batches, self.stems))
            topics, of_author = self.conditions[:, 0], self.conditions[:, 2] == _Must.BE_NAMED
            passed[np.unique(topics)] = _all_of(topics, rows)
            named[np.unique(topics[of_author])] = _all_of(topics[of_author], rows[of_author])
        return passed, named

    def _rows(self, of: WordRows) -> Rows:
        """Of each condition the papers that pass it."""
        holding = of.holding()
        _, terms, must, first, second = self.conditions.T
        rows = np.zeros((len(must), of.width), np.uint64)
        named = must == _Must.BE_NAMED
        rows[named] = of.named(self.names)[first[named]]
        # What names an author has places of names, not of words.
        left, right = (self._stem(np.where(named, 0, place)) for place in (first, second))
        once, often, both = must == _Must.HOLD, must == _Must.OFTEN, must == _Must.BOTH
        rows[once] = holding[left[once]]
        rows[often] = of.holding_more_than_once()[left[often]]
        rows[both] = holding[left[both]] & holding[right[both]]
        size = len(self.stems)
        turned = must == _Must.EITHER_WAY_ROUND
        close = turned | (must == _Must.CLOSE)
        halves = self.halves[:, 1] * size + self.halves[:, 2]
        there, back = left * size + right, right * size + left
        keys = np.unique(np.concatenate([there[close], back[turned], halves]))
        in_order = of.close(keys)
        rows[close] = in_order[np.searchsorted(keys, there[close])]
        rows[turned] |= in_order[np.searchsorted(keys, back[turned])]
        words = self._other_words(holding, in_order[np.searchsorted(keys, halves)])
        rows[~named] |= words[first[~named]] | words[second[~named]]
        rows[~named] |= self._other_pairs(holding)[terms[~named]]
        return rows

    def _stem(self, words: Ints) -> Ints:
        return self.stem_of[words] if len(self.stem_of) else words

    def _other_words(self, holding: Rows, halves: Rows) -> Rows:
        """Of each word the papers that may write it as two, or spell out what it is short for."""
        first, second = self.halves[:, 1], self.halves[:, 2]
        # A silent half may be missing.
        halves[self.silent[first]] = holding[second[self.silent[first]]]
        halves[self.silent[second]] = holding[first[self.silent[second]]]
        halves[self.silent[first] & self.silent[second]] = ~np.uint64(0)
        long = np.zeros_like(holding)
        for short, words in self.forms:
            long[short] |= np.bitwise_and.reduce(
                holding[[each for each in words if not self.silent[each]]], axis=0
            )
        rows = long[self.stem_of]
        some = halves.any(1)
        np.bitwise_or.at(rows, self.halves[some, 0], halves[some])
        return rows

    def _other_pairs(self, holding: Rows) -> Rows:
        """Of each term the papers that may write two of its words as one, or have a short form of some."""
        size = len(self.stems)
        terms, first, second, joined = self.pairs.T
        short: dict[int, Rows] = {}
        for form, words in self.forms:
            if holding[form].any():
                for one, other in pairwise(words):
                    key = one * size + other
                    short[key] = short[key] | holding[form] if key in short else holding[form]
        rows = holding[joined]
        if short:
            keys = np.array(sorted(short), np.int64)
            wanted = self.stem_of[first] * size + self.stem_of[second]
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            held = keys[at] == wanted
            rows[held] |= np.stack([short[key] for key in keys.tolist()])[at[held]]
        of_terms = np.zeros((self.terms + 1, holding.shape[1]), np.uint64)
        np.bitwise_or.at(of_terms, terms, rows)
        return of_terms


def _all_of(topics: Ints, rows: Rows) -> Passed:
    """Whether a paper is in all rows of a topic, for each of the (ascending) topics."""
    starts = np.flatnonzero(np.diff(topics, prepend=-1))
    if not len(starts):
        return np.zeros(0, bool)
    held: Rows = np.bitwise_and.reduceat(rows, starts)
    found: Passed = np.any(held > 0, axis=1)
    return found
