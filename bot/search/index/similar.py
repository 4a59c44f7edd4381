"""Papers like a given one: its most telling words as a query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.search.function_words import FUNCTION_STEMS
from bot.search.index import scoring
from bot.search.index.background import background
from bot.search.index.live import Snapshot
from bot.search.index.ranking import Part
from bot.search.index.scoring import Group, Way, WordList

_WORDS: Final = 100
"""The most telling words that are looked up, at most."""

_POSTINGS: Final = 2_000_000
"""Postings that are read, at most: the rarer words first."""


_FEW: Final = 200
"""Papers that are compared by themselves, at most."""

_LOOK: Final = 0.2
"""Postings that are read between two looks at whether enough papers are ahead, as a part of all papers."""

Numbers = npt.NDArray[np.int64]


def similar(snapshot: Snapshot, number: int, limit: int, check: Callable[[], None]) -> list[int]:
    """Row numbers of the papers most like the one of this row number, best first."""
    ranked: list[tuple[float, int]] = []
    groups = _telling_words(snapshot, number)
    for part in snapshot.parts:
        scores = scoring.score(part.segment, groups, check).scores
        scores[part.dead] = 0
        own = part.segment.place_of(number)
        if own is not None:
            scores[own] = 0
        places = scoring.best_places(scores, limit)
        ranked += zip(scores[places].tolist(), part.segment.numbers[places].tolist(), strict=True)
    ranked.sort(reverse=True)
    return [int(found) for _, found in ranked[:limit]]


def similar_among(
    snapshot: Snapshot, number: int, limit: int, wanted: Numbers, check: Callable[[], None]
) -> list[int]:
    """Those of `similar` that are among these (ascending) row numbers.

    Few are compared first, so that most papers need not be: words are added up, the most telling first, only
    until so many others are ahead of all that is wanted.
    """
    if len(wanted) > _FEW:
        return [each for each in similar(snapshot, number, limit, check) if each in set(wanted.tolist())]
    groups = _telling_words(snapshot, number)
    best = max((_best_of(part, groups, number, wanted, check) for part in snapshot.parts), default=0.0)
    if best <= 0 or _are_ahead(snapshot, groups, number, limit, best, check):
        return []
    return [each for each in similar(snapshot, number, limit, check) if each in set(wanted.tolist())]


def _best_of(
    part: Part, groups: list[Group], number: int, wanted: Numbers, check: Callable[[], None]
) -> float:
    places = np.setdiff1d(part.segment.places_of(wanted[wanted != number]), part.dead)
    if not len(places):
        return 0.0
    return float(scoring.score(part.segment, groups, check, places).scores.max(initial=0))


def _are_ahead(
    snapshot: Snapshot,
    groups: list[Group],
    number: int,
    limit: int,
    best: float,
    check: Callable[[], None],
) -> bool:
    """Whether so many papers of the first part score more than `best`, by some of the groups already."""
    part, read = snapshot.parts[0], 0
    own = part.segment.place_of(number)
    left_out = part.dead if own is None else np.append(part.dead, np.uint32(own))
    for added, scored in enumerate(scoring.growing(part.segment, groups, check)):
        read += scoring.holders(groups[added - 1], part.segment) if added else 0
        if read > _LOOK * part.segment.size or added == len(groups):
            read = 0
            ahead = scored.scores > best
            ahead[left_out] = False
            if np.count_nonzero(ahead) >= limit:
                return True
    return False


def _telling_words(snapshot: Snapshot, number: int) -> list[Group]:
    papers = sum(segment.size for segment in snapshot.segments)
    weighed = []
    for word, times in _stems(snapshot, number).items():
        if word in FUNCTION_STEMS:
            continue
        source = WordList("text", word)
        count = source.holders(snapshot.segments)
        weight = background().rarity(papers, count, word) * scoring.repeated(times)
        weighed.append((weight, count, source))
    weighed.sort(key=lambda each: -each[0])
    groups: list[Group] = []
    postings = 0
    for weight, count, source in weighed[:_WORDS]:
        postings += count
        if postings > _POSTINGS and groups:
            break
        groups.append(Group((Way(((source, weight, 0.0),)),)))
    return groups


def _stems(snapshot: Snapshot, number: int) -> Counter[str]:
    """The stems of a paper, those of its title twice."""
    part = _holding(snapshot, number)
    if part is None:
        return Counter()
    segment = part.segment
    title, body = segment.stems_of(segment.place_of(number) or 0)
    ids, times = np.unique(np.concatenate([title, title, body]), return_counts=True)
    return Counter(
        {segment.text.words[place]: int(count) for place, count in zip(ids.tolist(), times, strict=True)}
    )


def _holding(snapshot: Snapshot, number: int) -> Part | None:
    """The newest part that holds this paper."""
    return next(
        (part for part in reversed(snapshot.parts) if part.segment.place_of(number) is not None), None
    )
