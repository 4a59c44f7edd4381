"""Titles for what somebody has typed so far, on every key they press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.catalog.index import scoring, spelling
from bot.catalog.index.live import Snapshot
from bot.catalog.index.ranking import Part
from bot.catalog.index.segment import Segment

_LOOKED_AT: Final = 2_000
"""Titles or words in one stretch of the alphabet that are looked at, at most."""

_COMPARED: Final = 100
"""Titles that are compared letter by letter with what was typed."""

_COMMON: Final = 0.1
"""A word in more than this part of the titles tells little: it is passed over when there are rarer ones."""


def suggest(snapshot: Snapshot, typed: Sequence[str], limit: int) -> list[int]:
    """Row numbers of the titles that begin so, newest first, then of those that hold the words.

    The last word may be half typed, and any word misspelt.
    """
    starting = [number for part in snapshot.parts for number in _starting(part, " ".join(typed), limit)]
    found = [number for _, number in sorted(starting, reverse=True)][:limit]
    if len(found) < limit:
        known = set(found)
        found += [number for number in _holding(snapshot, typed, limit) if number not in known]
    return found[:limit]


def _starting(part: Part, key: str, limit: int) -> list[tuple[int, int]]:
    """(day, row number) of the newest titles that begin with `key`."""
    segment = part.segment
    first, last = segment.title_keys.starting_with(key)
    places = segment.key_places[first : min(last, first + _LOOKED_AT)]
    if len(part.dead):
        places = places[~np.isin(places, part.dead)]
    places = places[np.argsort(-segment.days[places], kind="stable")[:limit]]
    return list(zip(segment.days[places].tolist(), segment.numbers[places].tolist(), strict=True))


def _holding(snapshot: Snapshot, typed: Sequence[str], limit: int) -> list[int]:
    line = " ".join(typed)
    ranked: list[tuple[float, int]] = []
    for part in snapshot.parts:
        scores = _scores(snapshot.segments, part.segment, typed)
        scores[part.dead] = 0
        for place in scoring.best_places(scores, _COMPARED).tolist():
            key = part.segment.title_key(place)
            nearness = 2.0 if line in key else fuzz.partial_ratio(line, key) / 100
            ranked.append((float(scores[place]) * nearness, int(part.segment.numbers[place])))
    ranked.sort(reverse=True)
    return [number for _, number in ranked[:limit]]


def _scores(segments: Sequence[Segment], segment: Segment, typed: Sequence[str]) -> npt.NDArray[np.float32]:
    """For each title how many of the words it holds, by their rarity."""
    scores = np.zeros(segment.size, np.float32)
    lists = [_titles_with(segments, segment, word, last=word is typed[-1]) for word in dict.fromkeys(typed)]
    lists.sort(key=len)
    for rank, places in enumerate(lists):
        if not len(places) or (rank and len(places) > max(_COMMON * segment.size, 1000) and scores.any()):
            continue
        # A title that several of the words in `places` stand in is there more than once, and counted once.
        scores[places] += np.float32(scoring.rarity(segment.size, min(len(places), segment.size)))
    return scores


def _titles_with(segments: Sequence[Segment], segment: Segment, word: str, *, last: bool) -> npt.NDArray[Any]:
    """Titles with a word that begins so (short words: that is so), or else with the nearest words."""
    words = segment.titles.words
    if last or len(word) > 3:
        found = segment.titles.between(*words.starting_with(word))
    else:
        found = segment.titles.of(word)
    if len(found):
        return found
    if last:
        begun = _begun_nearly(segment, word)
        if len(begun):
            return begun
    near = spelling.near(segments, word)
    places = [segment.titles.of(each.word) for each in near]
    return np.concatenate(places) if places else found


def _begun_nearly(segment: Segment, word: str) -> npt.NDArray[Any]:
    """Titles with a word of which `word`, with one slip after its second letter, is the beginning."""
    if len(word) < 4:
        return segment.titles.of("")
    words = segment.titles.words
    first, last = words.starting_with(word[:2])
    near = [
        place
        for place in range(first, min(last, first + _LOOKED_AT))
        if OSA.distance(words[place][: len(word)], word, score_cutoff=1) <= 1
    ]
    places = [segment.titles.between(place, place + 1) for place in near]
    return np.concatenate(places) if places else segment.titles.of("")
