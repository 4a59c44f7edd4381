"""Ranking with BM25F over postings, in numpy: a few milliseconds for any query on a million papers.

A query is a list of groups. A group is one thing that was asked for, with the ways to write it: "multi-agent"
is the two words or `multiagent`. Of these a paper is given the best, never the sum.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import IMPACT_STEP, K1, Postings, Segment

K3: Final = 3.0
"""How soon a word that the query repeats stops counting more."""

PLAIN_IMPACT: Final = 1.0
"""Of an occurrence whose frequency is not kept: BM25's value for one in a text of mean length."""

_IMPACTS: Final = (np.arange(256) * IMPACT_STEP).astype(np.complex64)

Score = npt.NDArray[np.float32]
Both = npt.NDArray[np.complex64]
Check = Callable[[], None]


class Source(NamedTuple):
    """Where a way to write something is looked up: a list of `Segment` by name, and the word there."""

    kind: str
    word: str

    def holders(self, segments: Sequence[Segment]) -> int:
        """How many papers it gives."""
        return sum([self._postings(segment).count(self.word) for segment in segments])

    def _postings(self, segment: Segment) -> Postings:
        found: Postings = getattr(segment, self.kind)
        return found

    def entries(self, segment: Segment) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint8] | None]:
        postings = self._postings(segment)
        return postings.of(self.word), postings.impacts(self.word)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write what a group asks for: sources that add up."""

    sources: tuple[tuple[Source, float, float], ...]
    """Each with its weight in the score, and with what it covers of the query."""


@dataclass(frozen=True, slots=True)
class Group:
    ways: tuple[Way, ...]

    @property
    def mass(self) -> float:
        """What a paper covers that holds it as it was typed."""
        return sum(cover for source, _, cover in self.ways[0].sources if source.kind != "names")


def rarity(papers: int, holding: float) -> float:
    """BM25's inverse document frequency, in the form that is never negative."""
    return math.log(1 + (papers - holding + 0.5) / (holding + 0.5))


def repeated(times: int) -> float:
    return (K3 + 1) * times / (K3 + times)


def score(segment: Segment, groups: Sequence[Group], check: Check) -> Both:
    """For each paper of the segment its score (real part) and how much of the query it covers (imaginary)."""
    # One complex array, so that score and coverage are fetched and stored together: half the memory traffic.
    total: Both = np.zeros(segment.size, np.complex64)
    for group in groups:
        check()
        if len(group.ways) == 1:
            for source, weight, cover in group.ways[0].sources:
                places, values = _values(segment, source, weight, cover)
                total[places] += values
        else:
            _add_best(total, segment, group)
    return total


def _add_best(total: Both, segment: Segment, group: Group) -> None:
    """Give each paper the best of the group's ways."""
    best: Both = np.zeros(segment.size, np.complex64)
    touched = []
    for number, way in enumerate(group.ways):
        of_way: Both = np.zeros(segment.size, np.complex64) if number else best
        for source, weight, cover in way.sources:
            places, values = _values(segment, source, weight, cover)
            of_way[places] += values
            touched.append(places)
            if number:
                best.real[places] = np.maximum(best.real[places], of_way.real[places])
                best.imag[places] = np.maximum(best.imag[places], of_way.imag[places])
    everywhere = np.concatenate(touched)
    # A place that is in several lists is written several times here, with the same value.
    total[everywhere] += best[everywhere]


def _values(
    segment: Segment, source: Source, weight: float, cover: float
) -> tuple[npt.NDArray[np.uint32], Both]:
    """The places of a source and what each is given."""
    places, steps = source.entries(segment)
    if steps is None:
        return places, np.full(len(places), complex(weight * PLAIN_IMPACT, cover), np.complex64)
    table = _IMPACTS * np.float32(weight) + np.complex64(1j * cover)
    return places, table.take(steps)


def impacts(k1: float) -> Score:
    """What each step of an impact is worth when frequencies saturate with `k1` instead of K1."""
    # The last step stands for any frequency above some hundreds.
    kept = np.minimum(np.arange(256) * IMPACT_STEP, (K1 + 1) * 0.999)
    frequency = K1 * kept / (K1 + 1 - kept)
    worth: Score = (frequency * (k1 + 1) / (k1 + frequency)).astype(np.float32)
    return worth


def score_at(segment: Segment, groups: Sequence[Group], places: npt.NDArray[Any], k1: float = K1) -> Score:
    """The score of these places alone: for words in so many papers that going through all of them is slow,
    and for a second look with another `k1`."""
    worth = impacts(k1)
    scores = np.zeros(len(places), np.float32)
    for group in groups:
        best = np.zeros(len(places), np.float32)
        for way in group.ways:
            of_way = np.zeros(len(places), np.float32)
            for source, weight, _ in way.sources:
                of_way += _looked_up(segment, source, weight, worth, places)
            np.maximum(best, of_way, out=best)
        scores += best
    return scores


def _looked_up(
    segment: Segment, source: Source, weight: float, worth: Score, places: npt.NDArray[Any]
) -> Score:
    holding, steps = source.entries(segment)
    if not len(holding):
        return np.zeros(len(places), np.float32)
    at = np.minimum(np.searchsorted(holding, places.astype(np.uint32)), len(holding) - 1)
    each = PLAIN_IMPACT if steps is None else worth[steps[at]]
    found: Score = np.where(holding[at] == places, weight * each, 0).astype(np.float32)
    return found


def best_places(scores: Score, wanted: int) -> npt.NDArray[np.int64]:
    """The places of the highest positive scores, best first; of equals the later (newer) place first."""
    size = len(scores)
    block = size // (4 * wanted)
    if block > 1:
        # The wanted-th best of the blocks' maxima is a floor for the wanted-th best of all.
        whole = size - size % block
        maxima = scores[:whole].reshape(-1, block).max(1)
        floor = np.partition(maxima, len(maxima) - wanted)[len(maxima) - wanted]
        places: npt.NDArray[Any] = np.flatnonzero(scores >= max(floor, np.float32(1e-9)))
    else:
        places = np.flatnonzero(scores > 0)
    return places[np.lexsort((-places, -scores[places]))][:wanted]
