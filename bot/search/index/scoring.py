"""Ranking with BM25F over postings, in numpy: a few milliseconds for any query on a million papers.

A query is a list of groups. A group is one thing that was asked for, with the ways to write it: "multi-agent"
is the two words or `multiagent`. Of these a paper is given the best, never the sum.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import IMPACT_STEP, K1, Postings, Segment

K3: Final = 3.0
"""How soon a word that the query repeats stops counting more."""

PLAIN_IMPACT: Final = 1.0
"""Of an occurrence whose frequency is not kept: BM25's value for one in a text of mean length."""

_IMPACTS: Final = (np.arange(256) * IMPACT_STEP).astype(np.float32)

ROUNDED: Final = 0.999
"""Sums of the same numbers in another order differ by less."""

_MANY: Final = 0.1
"""Part of a segment's papers from which on their places are looked up slower than all of them are read."""

Score = npt.NDArray[np.float32]
Check = Callable[[], None]


class WordList(NamedTuple):
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
        """The places that hold the word, ascending, and the steps of its impacts where these are kept."""
        postings = self._postings(segment)
        return postings.of(self.word), postings.impacts(self.word)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write what a group asks for: sources that add up."""

    sources: tuple[tuple[WordList, float, float], ...]
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
    """What a word counts that the query has so many times."""
    return (K3 + 1) * times / (K3 + times)


@dataclass(frozen=True, slots=True)
class Scored:
    """Each of some papers, in their order."""

    scores: Score
    covers: Score
    """How much of the query it covers, in the unit of the groups' masses."""


@dataclass(frozen=True, slots=True)
class _Papers:
    """All papers of a segment, or those of some places."""

    segment: Segment
    among: npt.NDArray[np.uint32] | None

    @property
    def size(self) -> int:
        return self.segment.size if self.among is None else len(self.among)

    def entries(self, source: WordList) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8] | None]:
        """Which of them a source gives, counted from 0, and the steps of its impacts."""
        places, steps = source.entries(self.segment)
        if self.among is None or not len(places):
            return places, steps
        at = np.minimum(np.searchsorted(places, self.among), len(places) - 1)
        held = np.flatnonzero(places[at] == self.among)
        return held, None if steps is None else steps[at[held]]

    def nothing(self) -> Scored:
        return Scored(np.zeros(self.size, np.float32), np.zeros(self.size, np.float32))


def score(
    segment: Segment,
    groups: Sequence[Group],
    check: Check,
    among: npt.NDArray[np.uint32] | None = None,
) -> Scored:
    """What these groups give each paper of the segment, or those at the places `among`, in their order: the
    very same, to the last bit."""
    return deque(growing(segment, groups, check, among), maxlen=1)[0]


def growing(
    segment: Segment,
    groups: Sequence[Group],
    check: Check,
    among: npt.NDArray[np.uint32] | None = None,
) -> Iterator[Scored]:
    """The same after none of the groups, after the first, and so on: what papers have grows."""
    papers = _Papers(segment, among)
    total = papers.nothing()
    yield total
    for group in groups:
        check()
        if len(group.ways) == 1:
            _add_way(total, papers, group.ways[0])
        else:
            _add_best(total, papers, group)
        yield total


def _add_way(total: Scored, papers: _Papers, way: Way) -> list[npt.NDArray[Any]]:
    """Give each paper what the way's sources add up to; returns which ones each source gives."""
    touched = []
    for source, weight, cover in way.sources:
        places, steps = papers.entries(source)
        worth = _IMPACTS * np.float32(weight)
        # No paper is twice in a list; this takes half the time of `+=` on an array of places.
        gain = np.float32(weight * PLAIN_IMPACT) if steps is None else worth.take(steps)
        np.add.at(total.scores, places, gain)
        if cover:  # papers like another are asked for by weight alone
            np.add.at(total.covers, places, np.float32(cover))
        touched.append(places)
    return touched


def _add_best(total: Scored, papers: _Papers, group: Group) -> None:
    """Give each paper the best of the group's ways."""
    best = papers.nothing()
    touched = []
    for number, way in enumerate(group.ways):
        of_way = papers.nothing() if number else best
        places = _add_way(of_way, papers, way)
        touched += places
        if number:
            here = _all_of(places, papers.size)
            best.scores[here] = np.maximum(best.scores[here], of_way.scores[here])
            best.covers[here] = np.maximum(best.covers[here], of_way.covers[here])
    everywhere = _all_of(touched, papers.size)
    # A place that is in several lists is written several times here, with the same value.
    total.scores[everywhere] += best.scores[everywhere]
    total.covers[everywhere] += best.covers[everywhere]


def _all_of(places: Sequence[npt.NDArray[Any]], size: int) -> npt.NDArray[Any] | slice:
    """These places together; where they are many, everything: going through it in order is quicker."""
    return slice(None) if sum(map(len, places)) > size * _MANY else np.concatenate(places)


def reaching(segment: Segment, groups: Sequence[Group], floor: float) -> npt.NDArray[np.uint32] | None:
    """Places, ascending, beside which none scores `floor`: those that hold one of the rarest groups, as many
    of these as it takes. None where that is most of the segment, or nothing is known of the floor.
    """
    if floor <= 0:
        return None
    order = sorted(groups, key=lambda group: holders(group, segment))
    left = sum(_most(group) for group in order)
    needed: list[npt.NDArray[np.uint32]] = []
    for group in order:
        if left < ROUNDED * floor:
            break
        needed += [source.entries(segment)[0] for way in group.ways for source, _, _ in way.sources]
        left -= _most(group)
    if left >= ROUNDED * floor or sum(map(len, needed)) > segment.size * _MANY:
        return None
    return np.unique(np.concatenate(needed))


def holders(group: Group, segment: Segment) -> int:
    """How many papers the lists of a group have, together."""
    return sum(source.holders([segment]) for way in group.ways for source, _, _ in way.sources)


def _most(group: Group) -> float:
    """What a group gives a paper at most."""
    return max(sum(weight for _, weight, _ in way.sources) for way in group.ways) * float(_IMPACTS[-1])


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
    segment: Segment, source: WordList, weight: float, worth: Score, places: npt.NDArray[Any]
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
