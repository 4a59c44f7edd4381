"""Texts of papers, and where in them words stand: alone, side by side, and near each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import Segment
from bot.search.index.vocabulary import Vocabulary

NEAR: Final = 1
"""Other words that may stand among the words of a term, in all, for a paper to touch it."""

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Stems = tuple[str, ...]


class Texts:
    """Texts of papers, and where in them each word stands."""

    def __init__(self, segment: Segment, places: npt.NDArray[Any]) -> None:
        self.size = len(places)
        self.vocabulary: Vocabulary = segment.text.words
        read = segment.sentences_of(places)
        self.stems, self.papers, self.fields = read.stems, read.papers, read.fields
        self.lengths = np.diff(read.starts, append=len(read.stems))
        """The words of each sentence."""
        self.sentences: Ints = np.repeat(np.arange(len(read.starts)), self.lengths)
        """Of each word: the number of its sentence."""
        self._found: dict[str, Ints] = {}

    def positions(self, stem: str) -> Ints:
        """Where this stem stands, ascending."""
        positions = self._found.get(stem)
        if positions is None:
            positions = self._found[stem] = self._looked_up(stem)
        return positions

    def _looked_up(self, stem: str) -> Ints:
        found = self.vocabulary.find(stem)
        if found is None:
            return _NOWHERE
        if len(self._found) < _SCANS:
            return np.flatnonzero(self.stems == found)
        order, sorted_stems = self._order
        # Numbers of another type would have the whole array copied.
        first, last = np.searchsorted(sorted_stems, np.array([found, found + 1], sorted_stems.dtype))
        return order[first:last]

    def _all_positions(self, stems: Stems) -> list[Ints]:
        """Where each of these stands; nothing where any of them is missing."""
        found = list[Ints]()
        for stem in stems:
            positions = self.positions(stem)
            if not len(positions):
                return []
            found.append(positions)
        return found

    @cached_property
    def _order(self) -> tuple[Ints, npt.NDArray[np.uint32]]:
        """The positions by stem: made when so many words are looked up that it pays."""
        order = np.argsort(self.stems, kind="stable")
        return order, self.stems[order]

    def side_by_side(self, way: Stems) -> Ints:
        """The sentences that hold these stems one after the other, once for each time."""
        found = self._all_positions(way)
        if not found:
            return _NOWHERE
        ids = [self.vocabulary.find(stem) for stem in way]
        rarest = min(range(len(way)), key=lambda place: len(found[place]))
        begins = found[rarest] - rarest
        begins = begins[(begins >= 0) & (begins + len(way) <= len(self.stems))]
        for place, stem in enumerate(ids):
            if place != rarest and stem is not None:
                begins = begins[self.stems[begins + place] == stem]
        sentences = self.sentences[begins]
        found_in: Ints = sentences[sentences == self.sentences[begins + len(way) - 1]]
        return found_in

    def near(self, words: Stems) -> Ints:
        """The sentences with these stems in their order and NEAR others among them, once for each time."""
        found = self._all_positions(words)
        if not found:
            return _NOWHERE
        begins = ends = found[0]
        for each in found[1:]:
            after = np.searchsorted(each, ends, side="right")
            inside = after < len(each)
            begins, ends = begins[inside], each[after[inside]]
        sentences = self.sentences[begins]
        close = (ends - begins < len(words) + NEAR) & (sentences == self.sentences[ends])
        found_in: Ints = sentences[close]
        return found_in

    def possible(self, sought: Sequence[tuple[Stems, int]]) -> Mask:
        """Whether each of these sequences of stems may stand in a sentence, with so many others at most
        between two of them: quickly told of many, by their pairs."""
        found: Mask = np.ones(len(sought), bool)
        pairs: tuple[list[int], ...] = ([], [], [], [])
        which, between, left, right = pairs
        for number, (stems, others) in enumerate(sought):
            ids = [self.vocabulary.find(each) for each in stems]
            if None in ids:
                found[number] = False
                continue
            which += [number] * (len(ids) - 1)
            between += [others] * (len(ids) - 1)
            left += ids[:-1]  # type: ignore[arg-type]
            right += ids[1:]  # type: ignore[arg-type]
        size = len(self.vocabulary)
        keys = np.array(left, np.int64) * size + np.array(right, np.int64)
        for others, held in self._pairs.items():
            asked = np.flatnonzero(np.array(between, np.int64) == others)
            at = np.minimum(np.searchsorted(held, keys[asked]), len(held) - 1)
            found[np.array(which, np.int64)[asked[held[at] != keys[asked]]]] = False
        return found

    @cached_property
    def _pairs(self) -> dict[int, Ints]:
        """By how many others stand between at most: every two stems of one sentence, as one number."""
        size, stems = len(self.vocabulary), self.stems.astype(np.int64)
        found: dict[int, Ints] = {}
        keys = np.full(1, -1)
        for others in range(NEAR + 1):
            first, second = slice(None, -1 - others), slice(1 + others, None)
            here = self.sentences[first] == self.sentences[second]
            keys = np.union1d(keys, (stems[first] * size + stems[second])[here])
            found[others] = keys
        return found

    def holding_half(self, words: Stems) -> Mask:
        """Which papers hold at least half of these stems, anywhere."""
        held = np.zeros(self.size, np.int64)
        for stem in words:
            held += np.bincount(self.papers[self.sentences[self.positions(stem)]], minlength=self.size) > 0
        found: Mask = 2 * held >= len(words)
        return found


_NOWHERE: Final[Ints] = np.zeros(0, np.int64)

_SCANS: Final = 24
"""Words that are looked up by going through the texts; from then on by an order of all words."""
