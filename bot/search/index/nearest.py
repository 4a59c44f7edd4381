"""The titles nearest by their letters, for words that are like no word of the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from bot.search.index.live import Snapshot
from bot.search.index.ranking import Part
from bot.search.index.segment import Segment

_COMPARED: Final = 200
"""Words of titles that are compared letter by letter, those that share most with what was typed."""

_LIKE: Final = 0.6
"""The least likeness of a word that still comes near: at most four slips in ten letters."""

_LOOKED_UP: Final = 8
"""Words of a query that are looked up so, the longest ones: each is a pass over all words of titles."""


def nearest(snapshot: Snapshot, typed: Sequence[str], limit: int) -> list[int]:
    """Row numbers of the titles whose words look most like the `typed` ones; none where none comes near."""
    ranked: dict[int, tuple[float, int]] = {}
    for part in snapshot.parts:
        for word in sorted(dict.fromkeys(typed), key=len, reverse=True)[:_LOOKED_UP]:
            for likeness, place in _titles_like(part, word, limit):
                number, day = int(part.segment.numbers[place]), int(part.segment.days[place])
                ranked[number] = max(ranked.get(number, (0.0, day)), (likeness, day))
    return sorted(ranked, key=lambda number: (ranked[number], number), reverse=True)[:limit]


def _titles_like(part: Part, word: str, limit: int) -> list[tuple[float, int]]:
    """(likeness, place) of the titles that hold the words most like this one, the newest of each word."""
    titles, days = part.segment.titles, part.segment.days
    found: list[tuple[float, int]] = []
    for likeness, candidate in _words_like(part.segment, word):
        places = np.setdiff1d(titles.between(candidate, candidate + 1), part.dead)
        newest = places[np.argsort(-days[places], kind="stable")[:limit]]
        found += [(likeness, int(place)) for place in newest]
        if len(found) >= limit:
            break
    return found


def _words_like(segment: Segment, word: str) -> list[tuple[float, int]]:
    """(likeness, id in `titles`) of the words of titles that look like this one, best first."""
    words = segment.titles.words
    like = [
        (likeness, candidate)
        for candidate in _sharing_letters(segment, word)
        if (likeness := OSA.normalized_similarity(word, words[candidate], score_cutoff=_LIKE))
    ]
    return sorted(like, key=lambda each: (-each[0], each[1]))


def _sharing_letters(segment: Segment, word: str) -> list[int]:
    """Ids of the words of titles with most of this word's runs of three letters, for their length."""
    words = segment.titles.words
    trigrams = np.unique(_trigrams(np.frombuffer(word.encode(), np.uint8)))
    # Runs that reach from one word into the next count too: comparing letter by letter drops those words.
    of_all = _trigrams(words.letters)
    starts = [np.flatnonzero(of_all == trigram) for trigram in trigrams]
    if not starts:
        return []
    ids, shared = np.unique(words.holding(np.concatenate(starts)), return_counts=True)
    alike = shared / (len(trigrams) + words.lengths(ids))
    best: list[int] = ids[np.argsort(-alike, kind="stable")[:_COMPARED]].tolist()
    return best


def _trigrams(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Each run of three bytes as one number."""
    wide = letters.astype(np.uint32)
    runs: npt.NDArray[np.uint32] = wide[:-2] * np.uint32(1 << 16) + wide[1:-1] * np.uint32(1 << 8) + wide[2:]
    return runs
