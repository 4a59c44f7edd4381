"""Correcting words that the catalog does not know, against its own words as they are written."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA

from bot.search.index.segment import Segment, letter_bits

SHORTEST: Final = 3
"""Letters of a word that is worth correcting: any two letters are near any other two."""

ONE_SLIP: Final = 7
"""Letters of a word that is allowed one slip; two make another word of it."""

SHORT: Final = 6
"""Letters of a word of which a letter at random makes another word."""

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE: Final = {
    letter: "".join(near[max(0, place - 1) : place + 2] for near in _ROWS[max(0, row - 1) : row + 2])
    for row, letters in enumerate(_ROWS)
    for place, letter in enumerate(letters)
}
"""The letters that a finger hits instead of each."""

_VOWELS: Final = frozenset("aeiouy")

_KEPT: Final = 1000
"""Near words that are measured exactly, the most frequent ones."""


@dataclass(frozen=True, slots=True)
class Near:
    word: str
    distance: int
    count: int
    """How often the catalog has it."""


_BRITISH: Final = (
    (r"is(e[drs]?|ers|ing|ations?|able)$", r"iz\1"),
    (r"ys(e[drs]?|ing)$", r"yz\1"),
    (r"our", r"or"),
    (r"tre(s?)$", r"ter\1"),
    (r"ll(ed|ing|ers?)$", r"l\1"),
    (r"ogue(s?)$", r"og\1"),
    (r"ence(s?)$", r"ense\1"),
)
_AMERICAN: Final = (
    (r"iz(e[drs]?|ers|ing|ations?|able)$", r"is\1"),
    (r"yz(e[drs]?|ing)$", r"ys\1"),
    (r"or", r"our"),
    (r"ter(s?)$", r"tre\1"),
    (r"l(ed|ing|ers?)$", r"ll\1"),
    (r"og(s?)$", r"ogue\1"),
    (r"ense(s?)$", r"ence\1"),
)
_ENGLISHES: Final = [(re.compile(ending), other) for ending, other in (*_BRITISH, *_AMERICAN)]


def variants(word: str) -> list[str]:
    """How the same word may be written in the other English: "behavior" for "behaviour"."""
    return [ending.sub(other, word) for ending, other in _ENGLISHES if ending.search(word)]


def near(segments: Sequence[Segment], word: str, limit: int = 3) -> list[Near]:
    """The likeliest words that somebody who typed `word` meant, best first.

    A slip is a letter left out, put in, hit beside or doubled, or two swapped (optimal string alignment). Any
    letter may be wrong, the first included; a short word is near too many others for more than that:
    of three letters two may be swapped; up to seven letters are allowed one slip, longer words two behind
    their first letter; up to six letters a wrong letter lies beside the right one, or both are vowels. Digits
    are no slips: "qwen3" is not "qwen2".
    """
    if len(word) < SHORTEST:
        return []
    found = [each for each in _measured(segments, word, 1) if _is_likely(word, each.word)]
    if not found and len(word) > ONE_SLIP:
        found = [each for each in _measured(segments, word, 2) if each.word[0] == word[0]]
    found = [each for each in found if _digits(each.word) == _digits(word)]
    found.sort(key=lambda each: (-_likelihood(word, each), each.word))
    return found[:limit]


def _is_likely(word: str, candidate: str) -> bool:
    """Whether one slip makes `word` of this candidate that a hand or an ear makes."""
    if len(word) == SHORTEST:
        return sorted(candidate) == sorted(word)
    if len(word) > SHORT or len(word) != len(candidate):
        return True
    wrong = [(typed, meant) for typed, meant in zip(word, candidate, strict=True) if typed != meant]
    # Two letters that differ are two swapped ones.
    return len(wrong) > 1 or all(
        meant in _BESIDE.get(typed, "") or {typed, meant} <= _VOWELS for typed, meant in wrong
    )


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
