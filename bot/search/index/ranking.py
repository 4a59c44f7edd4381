"""From a plan to ranked papers: score, keep what is allowed, and look at the best once more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.catalog import paper_rows
from bot.search.index import neighbours, scoring
from bot.search.index.conditions import Conditions
from bot.search.index.query_plan import QueryPlan
from bot.search.index.segment import K1, TITLE_WEIGHT, Segment
from bot.search.query import Query
from bot.search.results import Sort

RERANKED: Final = 100
"""The best so many are looked at once more: for words that stand side by side, and for similar papers."""

CANDIDATES: Final = 1_000
"""The best so many by the rarer words of a query are ranked by all of its words."""

ADJACENCY: Final = 0.45
"""What two words side by side, as in the query, add: a part of what either adds by itself."""

SUPPORT: Final = 0.5
"""The part of the score that similar papers give where the best paper lacks the whole query; they give none
where it lacks nothing."""

WHOLE: Final = 0.999
"""From this part on a paper holds all of the query: the sums are rounded."""

COVERED: Final = 0.5
"""A paper is near enough when it has this part of the query, by the rarity of its words."""

FEW: Final = 3
"""A paper holds what was asked when it has all of so few things, or of more things MOST."""

MOST: Final = 0.75

ALWAYS_SHOWN: Final = 25
"""The best so many are shown though they have less: better a few too many than the right one missing."""

Check = Callable[[], None]
Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, with the places in it that a newer segment replaces."""

    segment: Segment
    dead: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Ranked:
    numbers: list[int]
    scores: list[float]
    total: int
    """How many are shown, over all pages."""
    holding: int
    """How many of all papers hold what was asked."""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Papers that may be the answer, side by side in arrays."""

    numbers: Numbers
    scores: Floats
    parts: Numbers
    places: Numbers
    beside: Floats
    """What words side by side add, within `scores`."""

    def at(self, which: slice | Numbers) -> _Candidates:
        return _Candidates(
            self.numbers[which],
            self.scores[which],
            self.parts[which],
            self.places[which],
            self.beside[which],
        )


class Ranking:
    """One query over all parts."""

    def __init__(
        self,
        parts: Sequence[Part],
        query: Query,
        plan: QueryPlan,
        connection: sqlite3.Connection,
        check: Check,
    ) -> None:
        self._parts = parts
        self._plan = plan
        self._connection = connection
        conditions = Conditions(query, connection)
        self._scores: list[Floats] = []
        self._covers: list[Floats] = []
        self._matches: list[Mask] = []
        for part in parts:
            scores, covers, matches = self._score(part, conditions, check)
            self._scores.append(scores)
            self._covers.append(covers)
            self._matches.append(matches)

    def _score(self, part: Part, conditions: Conditions, check: Check) -> tuple[Floats, Floats, Mask]:
        """Each paper's score, what it covers of the query, and whether it matches."""
        allowed = conditions.allowed(part.segment, part.dead)
        if not self._plan.groups:
            matches = np.ones(part.segment.size, bool) if allowed is None else allowed
            nothing = np.zeros(part.segment.size, np.float32)
            return nothing, nothing, matches
        found = scoring.score(part.segment, self._plan.groups, check)
        scores = found.scores
        matches = found.covers >= COVERED * WHOLE * self._plan.mass
        if allowed is not None:
            matches &= allowed
            scores = np.where(allowed, scores, np.float32(0))
        if self._plan.common:
            places = scoring.best_places(scores, CANDIDATES)
            scores[places] += scoring.score_at(part.segment, self._plan.common, places)
        return scores, found.covers, matches

    @property
    def matching(self) -> int:
        """How many papers are near enough."""
        return _count(self._matches)

    def page(self, sort: Sort, limit: int, offset: int) -> Ranked:
        """One page of what matches, in the order `sort`."""
        first = self.first(limit + offset, sort)
        page = slice(offset, max(first.total, offset))
        return Ranked(first.numbers[page], first.scores[page], first.total, first.holding)

    def first(self, wanted: int, sort: Sort = Sort.BEST) -> Ranked:
        """The first so many, those included that hold too little of the query to count in `holding`."""
        holding = self._holding()
        if sort is Sort.BEST and self._plan.groups:
            numbers, scores = self.best(wanted)
            total = max(
                self.matching, min(ALWAYS_SHOWN, len(numbers) if wanted >= ALWAYS_SHOWN else self._any())
            )
        else:
            chosen = self._to_sort(holding)
            numbers, scores = self._sorted(sort, chosen, wanted)
            total = _count(chosen)
        return Ranked([int(n) for n in numbers], [float(s) for s in scores], total, _count(holding))

    def _holding(self) -> list[Mask]:
        """In each part the papers that hold what was asked."""
        if not self._plan.groups:
            return self._matches
        things = len(self._plan.groups) + len(self._plan.common)
        least = (1.0 if things <= FEW else MOST) * WHOLE * self._plan.mass
        return [
            matches & (covers >= least) for covers, matches in zip(self._covers, self._matches, strict=True)
        ]

    def _to_sort(self, holding: list[Mask]) -> list[Mask]:
        """What comes by its day: papers that hold what was asked, or else those that come nearest to it."""
        if _count(holding):
            return holding
        if self.matching:
            return self._matches
        numbers, _ = self.best(ALWAYS_SHOWN)
        return [
            np.isin(part.segment.numbers, numbers) & (scores > 0)
            for part, scores in zip(self._parts, self._scores, strict=True)
        ]

    def best(self, wanted: int) -> tuple[Numbers, Floats]:
        """Row numbers and scores, best first."""
        found = self._candidates(max(wanted, RERANKED))
        first, rest = found.at(slice(RERANKED)), found.at(slice(RERANKED, None))
        again = self._once_more(first)
        order = np.lexsort((-first.numbers, -again))
        # Whoever was not looked at again overtakes nobody.
        scores = np.concatenate([again[order], np.minimum(rest.scores, again.min(initial=np.inf))])
        return np.concatenate([first.numbers[order], rest.numbers])[:wanted], scores[:wanted]

    def _candidates(self, wanted: int) -> _Candidates:
        """The best of each part and of them all, by words and by words side by side."""
        numbers, scores, parts, places, gains = [], [], [], [], []
        for number, (part, of_part) in enumerate(zip(self._parts, self._scores, strict=True)):
            best = scoring.best_places(of_part, wanted)
            beside = np.zeros(len(best), np.float32)
            beside[:RERANKED] = self._adjacency(part.segment, best[:RERANKED])
            numbers.append(part.segment.numbers[best])
            scores.append(of_part[best] + beside)
            parts.append(np.full(len(best), number))
            places.append(best)
            gains.append(beside)
        found = _Candidates(
            np.concatenate(numbers),
            np.concatenate(scores),
            np.concatenate(parts),
            np.concatenate(places),
            np.concatenate(gains),
        )
        return found.at(np.lexsort((-found.numbers, -found.scores))[:wanted])

    def _once_more(self, found: _Candidates) -> Floats:
        """The scores of these candidates with regard to how much of the query the best of them holds.

        The less that is, the more counts how often a paper has a word, and what the papers like it score.
        """
        of_parts = [(part, np.flatnonzero(found.parts == number)) for number, part in enumerate(self._parts)]
        covers = [cover[found.places[here]] for cover, (_, here) in zip(self._covers, of_parts, strict=True)]
        held = float(np.concatenate(covers).max(initial=0)) / max(self._plan.mass, 1e-9)
        if not 0 < held < WHOLE:
            return found.scores
        groups = (*self._plan.groups, *self._plan.common)
        again = found.beside.copy()
        for part, here in of_parts:
            again[here] += scoring.score_at(part.segment, groups, found.places[here], K1 / held)
        in_parts = np.concatenate([here for _, here in of_parts])
        texts = neighbours.texts([(part.segment, found.places[here]) for part, here in of_parts])
        support = np.zeros_like(again)
        support[in_parts] = neighbours.supported(again[in_parts], texts)
        share = SUPPORT * (1 - held)
        mixed: Floats = (1 - share) * again + share * again.max() * support
        return mixed.astype(np.float32)

    def matching_numbers(self) -> Numbers:
        """Row numbers of everything that matches, in no order."""
        return np.concatenate(
            [part.segment.numbers[matches] for part, matches in zip(self._parts, self._matches, strict=True)]
        )

    def scores_of(self, wanted: Numbers) -> dict[int, float]:
        """Of those row numbers that match: the score, 1.0 where the query ranks nothing."""
        found: dict[int, float] = {}
        for part, scores, matches in zip(self._parts, self._scores, self._matches, strict=True):
            places = part.segment.places_of(np.sort(wanted))
            for place in places[matches[places]].tolist():
                found[int(part.segment.numbers[place])] = float(scores[place]) if self._plan.groups else 1.0
        return found

    def highest(self) -> float:
        """The best score of any paper."""
        return max((float(scores.max()) for scores in self._scores if len(scores)), default=0.0)

    def highest_number(self) -> int | None:
        """The row number of a paper with the best score; None where there is none."""
        scores = [(float(of_part.max()), which) for which, of_part in enumerate(self._scores) if len(of_part)]
        if not scores:
            return None
        _, which = max(scores)
        return int(self._parts[which].segment.numbers[int(self._scores[which].argmax())])

    def _any(self) -> int:
        return sum(int(np.count_nonzero(scores > 0)) for scores in self._scores)

    def _sorted(self, sort: Sort, chosen: Sequence[Mask], wanted: int) -> tuple[Numbers, Floats]:
        """By day, or by upvotes and then by day; what is not known comes last."""
        parts = list(zip(self._parts, self._scores, chosen, strict=True))
        numbers = np.concatenate([part.segment.numbers[mask] for part, _, mask in parts])
        days = np.concatenate([part.segment.days[mask] for part, _, mask in parts])
        scores = np.concatenate([of_part[mask] for _, of_part, mask in parts])
        keys: list[npt.NDArray[Any]] = [-numbers, -days]
        if sort is Sort.UPVOTED:
            keys.append(-self._upvotes(numbers))
        order = np.lexsort(keys)[:wanted]
        return numbers[order], scores[order]

    def _upvotes(self, numbers: Numbers) -> npt.NDArray[np.int64]:
        """Of each paper, -1 where they are not known."""
        voted = paper_rows.upvotes(self._connection)
        upvotes = np.full(len(numbers), -1, np.int64)
        if voted:
            known = np.array([row[0] for row in voted], np.int64)
            values = np.array([row[1] for row in voted], np.int64)
            at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
            hit = known[at] == numbers
            upvotes[hit] = values[at[hit]]
        return upvotes

    def _adjacency(self, segment: Segment, places: npt.NDArray[Any]) -> Floats:
        """What each of these papers gains by words that stand side by side as they do in the query."""
        pairs = [
            (left, right, min(times, 3) * (self._plan.weights[one] + self._plan.weights[other]) / 2)
            for (one, other), times in self._plan.pairs.items()
            if (left := segment.text.words.find(one)) is not None
            and (right := segment.text.words.find(other)) is not None
        ]
        if not pairs or not len(places):
            return np.zeros(len(places), np.float32)
        stems, ends = segment.texts_of(places)
        size = len(segment.text.words)
        first = np.zeros(size, bool)
        first[[left for left, _, _ in pairs]] = True
        begins = np.flatnonzero(first[stems[:-1]])
        keys = np.array([left * size + right for left, right, _ in pairs], np.int64)
        order = np.argsort(keys)
        read = stems[begins].astype(np.int64) * size + stems[begins + 1]
        pair = order[np.minimum(np.searchsorted(keys, read, sorter=order), len(keys) - 1)]
        text = np.searchsorted(ends, begins, side="right")
        hits = np.flatnonzero((keys[pair] == read) & (begins + 1 < ends[text]))
        pair, text = pair[hits], text[hits]
        worth = np.where(text % 2 == 0, TITLE_WEIGHT, 1.0)
        cells = pair * len(places) + text // 2
        times = np.bincount(cells, worth, len(pairs) * len(places)).reshape(len(pairs), len(places))
        weights = np.array([weight for _, _, weight in pairs])
        gain: Floats = (ADJACENCY * (K1 + 1) * (weights @ (times / (K1 + times)))).astype(np.float32)
        return gain


def _count(masks: Sequence[Mask]) -> int:
    return sum(int(np.count_nonzero(mask)) for mask in masks)
