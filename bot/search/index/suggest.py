"""Titles for what somebody has typed so far, on every key they press."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.search.index import scoring, spelling
from bot.search.index.conditions import Conditions
from bot.search.index.live import Snapshot
from bot.search.index.ranking import Part
from bot.search.index.segment import Segment
from bot.search.query import Query

_LOOKED_AT: Final = 2_000
"""Titles or words in one stretch of the alphabet that are looked at, at most."""

_COMPARED: Final = 100
"""Titles that are compared letter by letter with what was typed."""

_COMMON: Final = 0.1
"""A word in more than this part of the titles tells little: it is passed over when there are rarer ones."""


def suggest(snapshot: Snapshot, connection: sqlite3.Connection, query: Query, limit: int) -> list[int]:
    """Row numbers of the titles that begin so, newest first, then of those that hold the words or are by the
    authors named so; without words the newest that satisfy the filters.

    The last word, or a filter at the end, may be half typed, and any word misspelt.
    """
    conditions = Conditions(query, connection, typing=True)
    parts = [_Allowed(part, conditions.allowed(part.segment, part.dead)) for part in snapshot.parts]
    typed = list(query.telling.values()) if query.newest else query.words
    if not typed:
        return _numbers([row for part in parts for row in _newest(part, limit)], limit)
    found = _numbers([row for part in parts for row in _starting(part, " ".join(typed), limit)], limit)
    if len(found) < limit:
        known = set(found)
        found += [number for number in _holding(snapshot, parts, typed, limit) if number not in known]
    return found[:limit]


@dataclass(frozen=True, slots=True)
class _Allowed:
    """A part, with the papers that may be offered; None where all may."""

    part: Part
    mask: npt.NDArray[np.bool_] | None

    def among(self, places: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return places if self.mask is None else places[self.mask[places]]


def _numbers(rows: list[tuple[int, int]], limit: int) -> list[int]:
    return [number for _, number in sorted(rows, reverse=True)][:limit]


def _newest(allowed: _Allowed, limit: int) -> list[tuple[int, int]]:
    """(day, row number) of the newest papers."""
    return _rows(allowed, allowed.among(np.arange(allowed.part.segment.size)), limit)


def _starting(allowed: _Allowed, key: str, limit: int) -> list[tuple[int, int]]:
    """(day, row number) of the newest titles that begin with `key`."""
    segment = allowed.part.segment
    first, last = segment.title_keys.starting_with(key)
    return _rows(allowed, allowed.among(segment.key_places[first : min(last, first + _LOOKED_AT)]), limit)


def _rows(allowed: _Allowed, places: npt.NDArray[Any], limit: int) -> list[tuple[int, int]]:
    segment = allowed.part.segment
    places = places[np.argsort(-segment.days[places], kind="stable")[:limit]]
    return list(zip(segment.days[places].tolist(), segment.numbers[places].tolist(), strict=True))


def _holding(snapshot: Snapshot, parts: Sequence[_Allowed], typed: Sequence[str], limit: int) -> list[int]:
    line = " ".join(typed)
    ranked: list[tuple[float, int]] = []
    for allowed in parts:
        segment = allowed.part.segment
        scores = _scores(snapshot.segments, segment, typed)
        if allowed.mask is not None:
            scores[~allowed.mask] = 0
        for place in scoring.best_places(scores, _COMPARED).tolist():
            key = segment.title_key(place)
            nearness = 2.0 if line in key else fuzz.partial_ratio(line, key) / 100
            ranked.append((float(scores[place]) * nearness, int(segment.numbers[place])))
    ranked.sort(reverse=True)
    return [number for _, number in ranked[:limit]]


def _scores(segments: Sequence[Segment], segment: Segment, typed: Sequence[str]) -> npt.NDArray[np.float32]:
    """For each paper how many of the words its title or its authors' names hold, by their rarity."""
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
    """Papers with a word in the title or an author's name that begins so (short words: that is so), or else
    titles with the nearest words."""
    whole = not last and len(word) <= 3
    found = np.concatenate(
        [
            postings.of(word) if whole else postings.between(*postings.words.starting_with(word))
            for postings in (segment.titles, segment.names)
        ]
    )
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
