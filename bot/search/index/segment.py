"""A segment: papers and all that is looked up to find them, as flat arrays that can lie in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.search.index.vocabulary import Vocabulary

K1: Final = 1.2
B: Final = 0.75
TITLE_WEIGHT: Final = 3.0
"""BM25F with the constants in common use (Robertson and Zaragoza 2009, section 3.6); none is fitted."""

IMPACT_STEP: Final = (K1 + 1) / 255
"""Impacts, the saturated term frequencies of BM25F, lie in (0, k1 + 1); they are kept in one byte."""

Arrays = Mapping[str, npt.NDArray[Any]]
Places = npt.NDArray[np.uint32]


class Postings:
    """For each word of a vocabulary the places of the papers that hold it, ascending."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        self.words = Vocabulary(arrays[f"{name}.blob"], arrays[f"{name}.ends"])
        self._starts = arrays[f"{name}.starts"]
        self._places: Places = arrays[f"{name}.places"]
        self._impacts: npt.NDArray[np.uint8] | None = arrays.get(f"{name}.impacts")

    def count(self, word: str) -> int:
        """How many papers hold it."""
        found = self.words.find(word)
        return 0 if found is None else int(self._starts[found + 1] - self._starts[found])

    def counts_of(self, ids: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """How many papers hold each of these words."""
        counts: npt.NDArray[np.int64] = (self._starts[ids + 1] - self._starts[ids]).astype(np.int64)
        return counts

    def of(self, word: str) -> Places:
        """The places of the papers that hold `word`, ascending."""
        found = self.words.find(word)
        return self._places[:0] if found is None else self.between(found, found + 1)

    def between(self, first: int, last: int) -> Places:
        """Of the words from id `first` to before `last`, one list after the other."""
        return self._places[int(self._starts[first]) : int(self._starts[last])]

    def impacts(self, word: str) -> npt.NDArray[np.uint8] | None:
        """In steps of IMPACT_STEP, beside `of`; None where each counts as one plain occurrence."""
        found = self.words.find(word)
        if self._impacts is None or found is None:
            return None
        return self._impacts[int(self._starts[found]) : int(self._starts[found + 1])]


class Spelling:
    """The words that a misspelt one may stand for, by length: their ids in `words`, and their letters."""

    def __init__(self, arrays: Arrays) -> None:
        self._ids: npt.NDArray[np.uint32] = arrays["spelling.words"]
        self._letters: npt.NDArray[np.uint32] = arrays["spelling.letters"]
        self._starts = arrays["spelling.starts"]

    def near(self, length: int, reach: int, letters: int, differing: int) -> npt.NDArray[np.uint32]:
        """Words of nearly this length whose sets of letters (see `letter_bits`) differ in so few bits."""
        longest = len(self._starts) - 2
        first = int(self._starts[min(max(length - reach, 0), longest)])
        last = int(self._starts[min(length + reach, longest) + 1])
        bits = np.bitwise_count(self._letters[first:last] ^ np.uint32(letters))
        near: npt.NDArray[np.uint32] = self._ids[first:last][bits <= differing]
        return near


def letter_bits(word: str) -> int:
    """The word's set of letters as bits: words of nearly the same letters differ in few."""
    bits = 0
    for character in word:
        bits |= 1 << (ord(character) & 31)
    return bits


@dataclass(frozen=True)
class Averages:
    """Mean lengths in words, by which BM25F measures a text; a delta borrows them from its base."""

    title: float
    body: float


def ranges(starts: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """start, start + 1, … for each of the ranges, one after the other."""
    lengths = lengths.astype(np.int64)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    shifts = np.repeat(starts.astype(np.int64) - (ends - lengths), lengths)
    counted: npt.NDArray[np.int64] = np.arange(total, dtype=np.int64) + shifts
    return counted


class Field(IntEnum):
    """Where in a paper a sentence stands."""

    TITLE = 0
    KEYWORD = 1
    ABSTRACT = 2


@dataclass(frozen=True, slots=True)
class Sentences:
    """Texts of papers, one after the other, divided into sentences; a keyword is one of its own."""

    stems: npt.NDArray[np.uint32]
    """Of each word, as ids in `Segment.text`."""
    starts: npt.NDArray[np.int64]
    """The first word of each sentence."""
    papers: npt.NDArray[np.int64]
    """Of each sentence: the number of its paper among those asked for."""
    fields: npt.NDArray[np.uint8]
    """Of each sentence: its Field."""


class Segment:
    """Immutable. A paper is known by its place, 0 to size - 1, in the order of row numbers."""

    def __init__(self, arrays: Arrays, header: Mapping[str, Any]) -> None:
        self.arrays = arrays
        self.header = dict(header)
        self.numbers: npt.NDArray[np.int64] = arrays["numbers"]
        self.days: npt.NDArray[np.int32] = arrays["days"]
        """Day of publication as a proleptic ordinal, 0 where nothing is known."""
        self.size = len(self.numbers)
        self.averages = Averages(header["title_words"], header["body_words"])
        self.text = Postings(arrays, "text")
        """Stems of titles, abstracts and keywords, with impacts."""
        self.names = Postings(arrays, "names")
        self.categories = Postings(arrays, "categories")
        self.aliases = Postings(arrays, "aliases")
        """Stem of another way to write it: `llm` for "large language model", `multiag` for "multi-agent"."""
        self.titles = Postings(arrays, "titles")
        """Words as written, in titles."""
        self.words = Vocabulary(arrays["words.blob"], arrays["words.ends"])
        """Every word as written."""
        self.word_counts: npt.NDArray[np.uint32] = arrays["words.counts"]
        self.spelling = Spelling(arrays)
        self.title_keys = Vocabulary(arrays["keys.blob"], arrays["keys.ends"])
        """The folded titles, in alphabetical order."""
        self.key_places: Places = arrays["keys.places"]
        self._keys: Places = arrays["keys.of"]
        self._stems: npt.NDArray[np.uint32] = arrays["words.stems"]
        self._tokens: npt.NDArray[np.uint32] = arrays["tokens"]
        self._starts = arrays["tokens.starts"]
        self._title_words = arrays["tokens.titles"]
        self._body_words = arrays["tokens.bodies"]
        self._keyword_words = arrays["tokens.keywords"]
        self._sentences: npt.NDArray[np.uint8] = arrays["tokens.sentences"]

    def place_of(self, number: int) -> int | None:
        """The place of the paper with this row number; None where the segment lacks it."""
        place = int(np.searchsorted(self.numbers, number))
        return place if place < self.size and self.numbers[place] == number else None

    def places_of(self, numbers: npt.NDArray[np.int64]) -> Places:
        """The places of those row numbers that are in this segment."""
        found = np.searchsorted(self.numbers, numbers)
        numbers, found = numbers[found < self.size], found[found < self.size]
        places: Places = found[self.numbers[found] == numbers].astype(np.uint32)
        return places

    def stems_of(self, place: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        """The stems (ids in `text`) of a paper's title, and of its abstract and keywords, in order."""
        start = int(self._starts[place])
        middle = start + int(self._title_words[place])
        end = middle + int(self._body_words[place])
        return self._stems[self._tokens[start:middle]], self._stems[self._tokens[middle:end]]

    def texts_of(self, places: npt.NDArray[Any]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
        """The stems of these papers' texts one after the other, and where each text ends: for each paper its
        title, then its abstract and keywords."""
        titles, bodies = self._title_words[places], self._body_words[places]
        stems = self._stems[self._tokens[ranges(self._starts[places], titles + bodies)]]
        return stems, np.cumsum(np.stack([titles, bodies], 1).ravel(), dtype=np.int64)

    def sentences_of(self, places: npt.NDArray[Any]) -> Sentences:
        """The sentences of these papers' texts."""
        titles, bodies = self._title_words[places].astype(np.int64), self._body_words[places]
        lengths = titles + bodies
        at = ranges(self._starts[places], lengths)
        starts = np.flatnonzero(self._sentences[at >> 3] >> (7 - (at & 7)).astype(np.uint8) & 1)
        ends = np.cumsum(lengths)
        text = np.searchsorted(ends, starts, side="right")
        place = starts - (ends - lengths)[text]
        keywords = place >= (lengths - self._keyword_words[places])[text]
        field = np.where(place < titles[text], Field.TITLE, np.where(keywords, Field.KEYWORD, Field.ABSTRACT))
        return Sentences(self._stems[self._tokens[at]], starts, text, field.astype(np.uint8))

    def title_key(self, place: int) -> str:
        """A paper's title, folded."""
        return self.title_keys[int(self._keys[place])]
