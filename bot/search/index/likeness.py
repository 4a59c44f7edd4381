"""How near papers are to what somebody likes: the mean of the liked texts less the mean of all that are
looked at (Rocchio 1971), and a little of the nearest liked one.

A paper is a vector of three blocks: its words, its pairs of words side by side, its categories.
`make quality` measures what the constants give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.search.function_words import FUNCTION_STEMS
from bot.search.index.ranking import Part
from bot.search.index.segment import Postings, Segment
from bot.search.index.word_counts import counted_in

K1: Final = 0.6
"""How soon a word that a paper repeats stops counting more: sooner than for a query."""

CATEGORIES: Final = 0.04
"""What categories count, where words count 1, and so do pairs of words side by side."""

COMMON: Final = 1.2
"""How much of the mean of all papers is taken away: what everybody writes tells nothing of this profile."""

DISLIKED: Final = 0.15
"""How much of what the disliked papers have of their own is taken away: little, since they are mostly of a
liked subject, and more would take that away with them."""

NEAREST: Final = 0.15
"""The part of the score that the nearest liked paper gives alone; the mean gives the rest."""

LOOKED_AT: Final = 100
"""The best so many are compared with each liked paper, at least."""

_DIGITS: Final = 9
"""Of scores: sums differ behind that by the order in which they were taken."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Places = Sequence[tuple[Segment, npt.NDArray[Any]]]


@dataclass(frozen=True, slots=True)
class Near:
    """A paper by its row number."""

    number: int
    score: float
    """About 0 for an average paper, above it for one that is liked, hardly above 1."""
    because: int | None
    """The liked paper that is nearest; None for a paper that is none of the best `LOOKED_AT`."""


def nearest_to(
    parts: Sequence[Part],
    liked: Sequence[int],
    disliked: Sequence[int],
    wanted: Sequence[int],
    check: Callable[[], None],
) -> list[Near]:
    """The papers `wanted` as (row) numbers, those nearest to the `liked` first; of equals the newer number.

    Numbers that the index lacks are left out; nothing is near where it lacks all that is liked.
    """
    numbers, places = _places(parts, [*liked, *disliked, *wanted])
    is_liked, is_wanted = np.isin(numbers, liked), np.isin(numbers, wanted)
    if not is_liked.any() or not is_wanted.any():
        return []
    check()
    texts = _texts(places, is_liked | np.isin(numbers, disliked), check)
    common = texts.mean(is_wanted)
    asked = texts.mean(is_liked) - COMMON * common
    unliked = np.isin(numbers, disliked) & ~is_liked
    if unliked.any():
        asked -= DISLIKED * (texts.mean(unliked) - common)
    check()
    scores = texts.times(asked).round(_DIGITS)
    order = np.lexsort((-numbers, -scores, ~is_wanted))[: np.count_nonzero(is_wanted)]
    best, rest = order[:LOOKED_AT], order[LOOKED_AT:]
    likes = np.flatnonzero(is_liked)
    likes = likes[np.argsort(numbers[likes])]
    alike = texts.alike(best, likes).round(_DIGITS)
    # The mean of all that is liked is in the score already: its part is exchanged for the nearest alone.
    scores[best] += NEAREST * (alike.max(1) - alike.mean(1))
    closest = numbers[likes[alike.argmax(1)]]
    again = np.lexsort((-numbers[best], -scores[best].round(_DIGITS)))
    return [
        *(Near(int(numbers[best[at]]), float(scores[best[at]]), int(closest[at])) for at in again),
        *(Near(int(numbers[row]), float(scores[row]), None) for row in rest),
    ]


def _places(parts: Sequence[Part], wanted: Sequence[int]) -> tuple[Ints, Places]:
    """Row numbers of those that there are, and where their texts stand, in the same order."""
    sought = np.unique(np.array(wanted, np.int64))
    numbers: list[Ints] = []
    places: list[tuple[Segment, npt.NDArray[Any]]] = []
    for part in parts:
        here = np.setdiff1d(part.segment.places_of(sought), part.dead)
        if len(here):
            numbers.append(part.segment.numbers[here])
            places.append((part.segment, here))
    return np.concatenate([np.zeros(0, np.int64), *numbers]), places


def _sums(which: Ints, values: Floats, size: int) -> Floats:
    """Of the values of each number from 0 to before `size`."""
    return np.bincount(which, values, size).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts (rows) as vectors: each entry is what a column has in a row, in the order of rows."""

    size: int
    width: int
    rows: Ints
    columns: Ints
    weights: Floats

    def mean(self, which: npt.NDArray[np.bool_]) -> Floats:
        """Of these rows, each column."""
        entries = which[self.rows]
        sums = _sums(self.columns[entries], self.weights[entries], self.width)
        return sums / max(int(np.count_nonzero(which)), 1)

    def times(self, vector: Floats) -> Floats:
        """The product of each row with this."""
        return _sums(self.rows, self.weights * vector[self.columns], self.size)

    def alike(self, some: Ints, others: Ints) -> Floats:
        """The product of each of these rows with each of the others."""
        _, column = np.unique(self.columns[np.isin(self.rows, others)], return_inverse=True)
        of_others = np.full(self.width, -1)
        of_others[self.columns[np.isin(self.rows, others)]] = column
        first, second = self._dense(some, of_others), self._dense(others, of_others)
        # Not `@`: see `neighbours.supported`.
        product: Floats = np.einsum("ik,jk->ij", first, second)
        return product

    def _dense(self, some: Ints, column: Ints) -> Floats:
        row = np.full(self.size, -1)
        row[some] = np.arange(len(some))
        entries = np.flatnonzero((row[self.rows] >= 0) & (column[self.columns] >= 0))
        dense = np.zeros((len(some), int(column.max(initial=-1)) + 1))
        dense[row[self.rows[entries]], column[self.columns[entries]]] = self.weights[entries]
        return dense


def _texts(places: Places, of_profile: npt.NDArray[np.bool_], check: Callable[[], None]) -> _Texts:
    """Vectors of the papers at these places; only pairs that papers `of_profile` have get columns."""
    size = len(of_profile)
    blocks = []
    for share, block in (
        (1.0, _words(places)),
        (1.0, _pairs(places, of_profile)),
        (CATEGORIES, _categories(places)),
    ):
        check()
        blocks.append(block.scaled(share))
    shifts = np.cumsum([0, *(block.width for block in blocks)])
    return _Texts(
        size,
        int(shifts[-1]),
        np.concatenate([block.rows for block in blocks]),
        np.concatenate([block.columns + shift for block, shift in zip(blocks, shifts, strict=False)]),
        np.concatenate([block.weights for block in blocks]),
    )


@dataclass(frozen=True, slots=True)
class _Block:
    width: int
    rows: Ints
    columns: Ints
    weights: Floats
    squares: Floats
    """Of each row the sum of the squared weights, those included that have no column."""

    def scaled(self, share: float) -> _Block:
        """With rows whose product with themselves is `share`."""
        lengths = np.sqrt(self.squares / share) + 1e-9
        return _Block(self.width, self.rows, self.columns, self.weights / lengths[self.rows], self.squares)


def _words(places: Places) -> _Block:
    words = counted_in(places)
    rarity = _rarity(words.columns, words.texts)
    weights = words.times / (words.times + K1) * rarity
    squares = _sums(words.rows, weights * weights, words.texts)
    return _Block(len(words.held), words.rows, words.columns, weights, squares)


def _rarity(columns: Ints, papers: int) -> Floats:
    """Of the column of each entry: how rare it is among the papers at hand.

    Not in the catalog: what the index holds of that depends on when it was built, and picks must not.
    """
    return np.log(1 + papers / np.bincount(columns)[columns])


def _pairs(places: Places, of_profile: npt.NDArray[np.bool_]) -> _Block:
    """Words side by side, function words apart; each counts once in a paper."""
    found = [_pairs_in(segment, here) for segment, here in places]
    first = np.cumsum([0, *(len(here) for _, here in places)])
    rows = np.concatenate([rows + start for (rows, _), start in zip(found, first, strict=False)])
    prints = np.concatenate([prints for _, prints in found])
    known = np.unique(prints[of_profile[rows]])
    at = np.minimum(np.searchsorted(known, prints), max(len(known) - 1, 0))
    is_known = known[at] == prints if len(known) else np.zeros(len(prints), bool)
    width, papers = max(len(known), 1), len(of_profile)
    once = np.unique(rows[is_known] * width + at[is_known])
    row, column = once // width, once % width
    weights = _rarity(column, papers)
    # Pairs that the profile lacks have no column: they count in the length alone, each as a rare one.
    others = np.bincount(rows[~is_known], minlength=papers) * np.log(1 + papers) ** 2
    return _Block(width, row, column, weights, others + _sums(row, weights * weights, papers))


def _pairs_in(segment: Segment, places: npt.NDArray[Any]) -> tuple[Ints, npt.NDArray[np.uint64]]:
    """Of each pair the paper, counted from 0, and a number that is the same in every segment."""
    stems, ends = segment.texts_of(places)
    text = np.repeat(np.arange(2 * len(places)), np.diff(ends, prepend=0))
    quiet = np.zeros(len(segment.text.words), bool)
    quiet[[place for each in FUNCTION_STEMS if (place := segment.text.words.find(each)) is not None]] = True
    loud = ~quiet[stems]
    used = np.unique(stems)
    prints = np.zeros(len(quiet), np.uint64)
    prints[used] = segment.text.words.fingerprints(used)
    at = np.flatnonzero(loud[:-1] & loud[1:] & (text[:-1] == text[1:]))
    return text[at] // 2, prints[stems[at]] * _PRIME + prints[stems[at + 1]]


_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)
"""2^64 by the golden ratio: it spreads what it multiplies (Knuth, section 6.4)."""


def _categories(places: Places) -> _Block:
    names: dict[str, int] = {}
    rows, columns = [], []
    first = 0
    for segment, here in places:
        row, category = _categories_in(segment.categories, segment.size, here)
        used, which = np.unique(category, return_inverse=True)
        names_here = [names.setdefault(segment.categories.words[each], len(names)) for each in used.tolist()]
        rows.append(row + first)
        columns.append(np.array(names_here, np.int64)[which])
        first += len(here)
    row, column = np.concatenate(rows), np.concatenate(columns)
    weights = _rarity(column, first)
    return _Block(len(names), row, column, weights, _sums(row, weights * weights, first))


def _categories_in(categories: Postings, size: int, places: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """Of each category of each of these papers the paper, counted from 0, and the category's id."""
    row = np.full(size, -1)
    row[places] = np.arange(len(places))
    ids = np.arange(len(categories.words))
    at = row[categories.between(0, len(ids))]
    held = np.flatnonzero(at >= 0)
    return at[held], np.repeat(ids, categories.counts_of(ids))[held]
