"""Background statistics: how many arXiv abstracts hold each word, for catalogs too small to tell.

In a few papers function words look rare and plain English looks misspelt. The table is made by
`bench/background.py`.
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.paper.text import stem, stems
from bot.search.index.scoring import rarity
from bot.shipped import BACKGROUND

HELD: Final = 3
"""Abstracts that hold a word at least, which then is no slip of the keyboard: "teh" stands in one or two."""

ENOUGH: Final = 1_000
"""Papers of a catalog that tells by itself how rare its words are; a smaller one is filled up to so many with
average ones."""


@dataclass(frozen=True, slots=True)
class Background:
    abstracts: int
    words: frozenset[str]
    """The words as written, folded, that at least HELD abstracts hold."""
    holding: Mapping[str, int]
    """For each stem of these words how many abstracts hold it."""

    def knows(self, word: str) -> bool:
        """Whether this folded word, or another of its stem, is in use."""
        return word in self.words or stem(word) in self.holding

    def rarity(self, papers: int, held: int, root: str) -> float:
        """The rarity of a stem that `held` of the catalog's `papers` hold; see `scoring.rarity`."""
        missing = max(0, ENOUGH - papers)
        expected = missing * self.holding.get(root, 0) / self.abstracts
        return rarity(papers + missing, min(held + expected, papers + missing))


@cache
def background() -> Background:
    """The table that comes with Paperboy, read once."""
    first, *rows = lzma.decompress(BACKGROUND.read_bytes()).decode().splitlines()
    counts, forms = zip(*(row.split(" ", 1) for row in rows), strict=True)
    roots = stems(form.split(" ", 1)[0] for form in forms)
    words = frozenset(" ".join(forms).split(" "))
    return Background(int(first), words, dict(zip(roots, map(int, counts), strict=True)))
