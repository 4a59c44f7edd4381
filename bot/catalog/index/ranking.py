"""From a plan to ranked papers: score, keep what is allowed, and look at the best once more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.catalog.index import scoring
from bot.catalog.index.conditions import Conditions
from bot.catalog.index.plan import Plan
from bot.catalog.index.segment import K1, TITLE_WEIGHT, Segment
from bot.catalog.query import Query
from bot.catalog.results import Sort

RERANKED: Final = 100
"""The best so many are looked at once more, for words that stand side by side."""

CANDIDATES: Final = 1_000
"""The best so many by the rarer words of a query are ranked by all of its words."""

ADJACENCY: Final = 0.4
"""What two words side by side, as in the query, add: a part of what either adds by itself."""

COVERED: Final = 0.5
"""A paper matches when it has this part of the query, by the rarity of its words."""

ALWAYS_SHOWN: Final = 25
"""The best so many are results though they match less: better a few too many than the right one missing."""

Check = Callable[[], None]
Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


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


class Ranking:
    """One query over all parts."""

    def __init__(
        self, parts: Sequence[Part], query: Query, plan: Plan, connection: sqlite3.Connection, check: Check
    ) -> None:
        self._parts = parts
        self._plan = plan
        self._connection = connection
        conditions = Conditions(query, connection)
        self._scores: list[Floats] = []
        self._matches: list[npt.NDArray[np.bool_]] = []
        for part in parts:
            scores, matches = self._score(part, conditions, check)
            self._scores.append(scores)
            self._matches.append(matches)

    def _score(
        self, part: Part, conditions: Conditions, check: Check
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        allowed = conditions.allowed(part.segment, part.dead)
        if not self._plan.groups:
            matches = np.ones(part.segment.size, bool) if allowed is None else allowed
            return np.zeros(part.segment.size, np.float32), matches
        both = scoring.score(part.segment, self._plan.groups, check)
        scores = both.real
        # A hair less than half, since the sums are rounded.
        matches = both.imag >= COVERED * self._plan.mass * 0.999
        if allowed is not None:
            matches &= allowed
            scores = np.where(allowed, scores, np.float32(0))
        if self._plan.common:
            places = scoring.best_places(scores, CANDIDATES)
            scores[places] += scoring.score_at(part.segment, self._plan.common, places)
        return scores, matches

    @property
    def matching(self) -> int:
        """How many papers match."""
        return sum(int(np.count_nonzero(matches)) for matches in self._matches)

    def page(self, sort: Sort, limit: int, offset: int) -> Ranked:
        wanted = limit + offset
        if sort is Sort.BEST and self._plan.groups:
            numbers, scores = self.best(wanted)
            total = max(
                self.matching, min(ALWAYS_SHOWN, len(numbers) if wanted >= ALWAYS_SHOWN else self._any())
            )
        else:
            numbers, scores = self._sorted(sort, wanted)
            total = self.matching
        page = slice(offset, min(wanted, max(total, offset)))
        return Ranked([int(n) for n in numbers[page]], [float(s) for s in scores[page]], total)

    def best(self, wanted: int) -> tuple[Numbers, Floats]:
        """Row numbers and scores, best first."""
        numbers: list[Numbers] = []
        scores: list[Floats] = []
        for part, of_part in zip(self._parts, self._scores, strict=True):
            places = scoring.best_places(of_part, max(wanted, RERANKED))
            again = of_part[places].copy()
            again[:RERANKED] += self._adjacency(part.segment, places[:RERANKED])
            numbers.append(part.segment.numbers[places])
            scores.append(again)
        all_numbers, all_scores = np.concatenate(numbers), np.concatenate(scores)
        order = np.lexsort((-all_numbers, -all_scores))[:wanted]
        return all_numbers[order], all_scores[order]

    def matching_numbers(self) -> Numbers:
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

    def _any(self) -> int:
        return sum(int(np.count_nonzero(scores > 0)) for scores in self._scores)

    def _sorted(self, sort: Sort, wanted: int) -> tuple[Numbers, Floats]:
        """By day, or by upvotes and then by day; what is not known comes last."""
        numbers = self.matching_numbers()
        days = np.concatenate(
            [part.segment.days[matches] for part, matches in zip(self._parts, self._matches, strict=True)]
        )
        scores = np.concatenate(
            [of_part[matches] for of_part, matches in zip(self._scores, self._matches, strict=True)]
        )
        keys: list[npt.NDArray[Any]] = [-numbers, -days]
        if sort is Sort.UPVOTED:
            keys.append(-self._upvotes(numbers))
        order = np.lexsort(keys)[:wanted]
        return numbers[order], scores[order]

    def _upvotes(self, numbers: Numbers) -> npt.NDArray[np.int64]:
        """Of each paper, -1 where they are not known."""
        rows = self._connection.execute(
            "SELECT number, upvotes FROM papers WHERE upvotes IS NOT NULL ORDER BY number"
        ).fetchall()
        upvotes = np.full(len(numbers), -1, np.int64)
        if rows:
            known = np.array([row[0] for row in rows], np.int64)
            values = np.array([row[1] for row in rows], np.int64)
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
