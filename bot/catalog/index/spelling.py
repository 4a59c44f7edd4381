"""Correcting words that the catalog does not know, against its own words as they are written."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA

from bot.catalog.index.segment import Segment, letter_bits

SHORTEST: Final = 3
"""Letters of a word that is worth correcting: any two letters are near any other two."""

ONE_SLIP: Final = 6
"""Letters of a word that is allowed one slip; two make one short name of another."""

_KEPT: Final = 1000
"""Near words that are measured exactly, the most frequent ones."""


@dataclass(frozen=True, slots=True)
class Near:
    word: str
    distance: int
    count: int
    """How often the catalog has it."""


def near(segments: Sequence[Segment], word: str, limit: int = 3) -> list[Near]:
    """The likeliest words that somebody who typed `word` meant, best first.

    A slip is a letter left out, put in, hit beside or doubled, or two swapped (optimal string alignment). Any
    letter may be wrong, the first included. Of three letters two may be swapped: any three are one slip from
    many a word. Up to six letters are allowed one slip, longer words two. Digits are no slips: "qwen3" is not
    "qwen2".
    """
    if len(word) < SHORTEST:
        return []
    found = _measured(segments, word, 1) or (_measured(segments, word, 2) if len(word) > ONE_SLIP else [])
    if len(word) == SHORTEST:
        found = [each for each in found if sorted(each.word) == sorted(word)]
    found = [each for each in found if _digits(each.word) == _digits(word)]
    found.sort(key=lambda each: (-_likelihood(word, each), each.word))
    return found[:limit]


def _measured(segments: Sequence[Segment], word: str, most: int) -> list[Near]:
    counts: Counter[str] = Counter()
    for segment in segments:
        for place in _candidates(segment, word, most):
            counts[segment.words[place]] += int(segment.word_counts[place])
    return [
        Near(candidate, distance, count)
        for candidate, count in counts.most_common(_KEPT)
        if 0 < (distance := OSA.distance(word, candidate, score_cutoff=most)) <= most
    ]


def _candidates(segment: Segment, word: str, most: int) -> list[int]:
    """Ids of words of near length and nearly the same letters: all within `most` slips are among them."""
    # One slip changes the set of letters in two places at most.
    places = segment.spelling.near(len(word), most, letter_bits(word), 2 * most)
    if len(places) > _KEPT:
        counts = segment.word_counts[places].astype(np.int64)
        places = places[np.argsort(-counts, kind="stable")[:_KEPT]]
    return [int(place) for place in places]


def _digits(word: str) -> list[str]:
    return [character for character in word if character.isdigit()]


def _likelihood(word: str, candidate: Near) -> float:
    """A nearer word first; of equally near ones the more frequent, with the same first letter."""
    same_start = 0.5 if candidate.word[0] == word[0] else 0.0
    same_letters = 0.5 if sorted(candidate.word) == sorted(word) else 0.0
    return -4.0 * candidate.distance + math.log10(candidate.count + 1) + same_start + same_letters
