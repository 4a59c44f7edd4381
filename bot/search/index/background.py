"""Background statistics: how many arXiv abstracts hold each word, for catalogs too small to tell.

In a few papers function words look rare and plain English looks misspelt. The table is made by
`bench/background.py`.
"""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from bot.paper.text import stem, stems
from bot.search.index.scoring import rarity
from bot.search.index.vocabulary import Ints, Vocabulary, order, pack
from bot.shipped import BACKGROUND

HELD: Final = 3
"""Abstracts that hold a word at least, which then is no slip of the keyboard: "teh" stands in one or two."""

ENOUGH: Final = 1_000
"""Papers of a catalog that tells by itself how rare its words are; a smaller one is filled up to so many with
average ones."""


@dataclass(frozen=True, slots=True)
class Background:
    """Kept in flat arrays: as Python's strings and numbers, it would be eight megabytes."""

    abstracts: int
    words: Vocabulary
    """The words as written, folded, that at least HELD abstracts hold."""
    stems: Vocabulary
    counts: Ints
    """For each of the stems of these words how many abstracts hold it."""

    def knows(self, word: str) -> bool:
        """Whether this folded word, or another of its stem, is in use."""
        return self.words.find(word) is not None or self.stems.find(stem(word)) is not None

    def holding(self, root: str) -> int:
        """How many abstracts hold a word of this stem."""
        place = self.stems.find(root)
        return 0 if place is None else int(self.counts[place])

    def rarity(self, papers: int, held: int, root: str) -> float:
        """The rarity of a stem that `held` of the catalog's `papers` hold; see `scoring.rarity`."""
        missing = max(0, ENOUGH - papers)
        expected = missing * self.holding(root) / self.abstracts
        return rarity(papers + missing, min(held + expected, papers + missing))


@cache
def background() -> Background:
    """The table that comes with Paperboy, read once."""
    counts: list[int] = []
    words: list[str] = []
    starts: list[int] = []
    # A line at a time: memory that a start takes once and gives up in pieces, Python seldom gives back.
    with lzma.open(BACKGROUND, "rt", encoding="utf-8") as rows:
        abstracts = int(next(rows))
        for row in rows:
            count, *forms = row.split()
            counts.append(int(count))
            starts.append(len(words))
            words.extend(forms)
    roots = stems(words[start] for start in starts)
    return Background(
        abstracts=abstracts,
        words=Vocabulary(*pack(sorted(words))),
        stems=Vocabulary(*pack(sorted(roots))),
        counts=np.array([counts[place] for place in order(roots)], np.uint32),
    )
