"""A few papers asked about many topics: what `topics.about` answers for each, with what they share done once.

Papers are judged by their own texts, so that most topics never look at the rest of the catalog. Only a topic
that the catalog doesn't know as a term is compared with all of it; `Known` remembers which do not need that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.search import topics
from bot.search.index import scoring
from bot.search.index.aboutness import About, Degree, Judged, Term, candidates, judge, judge_each
from bot.search.index.conditions import Conditions
from bot.search.index.few_papers import FewPapers
from bot.search.index.live import Snapshot
from bot.search.index.query_plan import Planner, QueryPlan
from bot.search.index.ranking import Part, Ranking
from bot.search.index.scoring import WordList
from bot.search.index.terms import Terms, words_of_terms
from bot.search.index.texts import Texts
from bot.search.query import Query
from bot.search.topic_words import meant

_AT_ONCE: Final = 500
"""Topics whose words are looked for together."""

Check = topics.Check
Found = dict[int, About]
Numbers = npt.NDArray[np.int64]


@dataclass(slots=True)
class Known:
    """What is remembered of a topic from one batch to the next; 0 where nothing is known."""

    central: int = 0
    """The row number of a paper that is about the topic as it was typed: the catalog knows it as a term."""
    best: int = 0
    """The row number of the paper that matched it best."""
    ways: int = 0
    """A number of the ways to write it for which `degree` stands."""
    degree: int = 0
    """The highest in which a paper of the index's base is about it."""

    @property
    def fields(self) -> tuple[int, ...]:
        """As they are given to make it again."""
        return self.central, self.best, self.ways, self.degree


@dataclass(frozen=True, slots=True)
class Batch:
    """Those of the papers that lie in one part of the index."""

    part: Part
    places: npt.NDArray[np.uint32]
    texts: Texts

    @property
    def numbers(self) -> Numbers:
        """Their row numbers, in the order in which they are judged."""
        return self.part.segment.numbers[self.places]


class Topic(NamedTuple):
    """What is asked about the papers."""

    query: Query
    known: Known
    """It takes what is learnt."""
    by_term: bool = True
    """False where whoever asks knows that none of them holds its words as ones that belong together."""


class NewPapers:
    """The papers of these row numbers, as far as this state of the index holds them; to be closed."""

    def __init__(
        self, connection: sqlite3.Connection, snapshot: Snapshot, numbers: Sequence[int], check: Check
    ) -> None:
        self._connection = connection
        self._snapshot = snapshot
        self._check = check
        self._holding: dict[WordList, int] = {}
        self._terms = Terms(snapshot.segments, snapshot.forms)
        self.numbers: Numbers = np.unique(np.array(numbers, np.int64))
        self._few = FewPapers(connection, self.numbers)
        self.batches = [*self._batches()]

    def close(self) -> None:
        """Forget what was read of them."""
        self._few.close()

    def _batches(self) -> Iterator[Batch]:
        for part in self._snapshot.parts:
            places = np.setdiff1d(part.segment.places_of(self.numbers), part.dead)
            if len(places):
                yield Batch(part, places, Texts(part.segment, places))

    def about(self, topics: Sequence[Topic]) -> Iterator[dict[int, About]]:
        """For each topic: row number of each of them that is about it, with how much; see `topics.about`."""
        for first in range(0, len(topics), _AT_ONCE):
            yield from self._about(topics[first : first + _AT_ONCE])

    def _about(self, topics: Sequence[Topic]) -> Iterator[dict[int, About]]:
        self._check()
        terms = [self._terms.of(topic.query) if topic.by_term else [] for topic in topics]
        with_terms = [of_topic for of_topic in terms if of_topic]
        judged = [iter(judge_each(with_terms, batch.texts)) for batch in self.batches]
        for topic, of_topic in zip(topics, terms, strict=True):
            yield self._about_one(topic, of_topic, [next(each) for each in judged] if of_topic else [])

    def learn(self, query: Query, known: Known) -> None:
        """Look the topic up in the whole catalog, as a question that a paper answers would do."""
        if query.references or not words_of_terms(query):
            return
        known.central = known_for_good(self._connection, self._snapshot, query, self._check)
        if not known.central:
            planner = Planner(self._snapshot.segments, self._snapshot.forms, self._holding)
            plan = planner.plan(query, correct=False)
            self._compared(query, plan, known, self._floor(plan, known))
            self._is_known(self._terms.of(query), query, known, ())

    def _about_one(self, topic: Topic, terms: Sequence[Term], judged: Sequence[Judged]) -> dict[int, About]:
        self._check()
        query, known, _ = topic
        if query.references:
            return topics.named(self._connection, query.references, self.numbers.tolist())
        if query.is_empty:
            return {}
        found: dict[int, About] = {}
        if terms:
            found = self._judged(terms, query, judged)
            if known.central or any(each.degree is Degree.CENTRAL for each in found.values()):
                return found
        elif not words_of_terms(query):
            return self._all_allowed(query)
        return self._matching(query, known, terms, judged, found) | found

    def _matching(
        self, query: Query, known: Known, terms: Sequence[Term], judged: Sequence[Judged], found: Found
    ) -> Found:
        """What matches a topic that the catalog doesn't know as a term, and of which this was found."""
        planner = Planner(self._snapshot.segments, self._snapshot.forms, self._holding)
        plan = planner.plan(query, correct=False)
        floor = self._floor(plan, known)
        if not self._may_match(query, plan, floor):
            return {}
        terms = terms or self._terms.of(query)
        is_known = self._is_known(terms, query, known, judged) if known.ways else None
        if is_known:
            return {}
        matching = self._compared(query, plan, known, floor)
        if not matching.keys() - found.keys():
            return {}
        if is_known is None and self._is_known(terms, query, known, judged):
            return {}
        return matching

    def _compared(self, query: Query, plan: QueryPlan, known: Known, floor: float) -> Found:
        """What matches nearly as well as the best of all."""
        best = self._best_of_base(query, plan, floor)
        if best is None:
            ranking = Ranking(self._snapshot.parts, query, plan, self._connection, self._check)
            known.best = ranking.highest_number() or 0
            return topics.matching(ranking, self.numbers)
        known.best, highest = best
        ranking = Ranking(self._snapshot.parts[1:], query, plan, self._connection, self._check)
        return topics.matching(ranking, self.numbers, highest)

    def _best_of_base(self, query: Query, plan: QueryPlan, floor: float) -> tuple[int, float] | None:
        """Row number and score of the paper of the base that matches best, told by scoring those papers alone
        that may reach the floor; None where that takes all of them, or they are asked about themselves."""
        base = self._snapshot.parts[0]
        if plan.common or any(batch.part is base for batch in self.batches):
            return None
        places = scoring.reaching(base.segment, plan.groups, floor)
        if places is None:
            return None
        scores = scoring.score(base.segment, plan.groups, self._check, places).scores
        allowed = Conditions(query, self._connection).allowed(base.segment, base.dead)
        if allowed is not None:
            scores = np.where(allowed[places], scores, np.float32(0))
        highest = float(scores.max(initial=0))
        if highest < scoring.ROUNDED * floor:
            return None
        return int(base.segment.numbers[places[scores.argmax()]]), highest

    def _is_known(self, terms: Sequence[Term], query: Query, known: Known, judged: Sequence[Judged]) -> bool:
        """As `topics.is_known` says, which goes through all of the base only once for the same words."""
        conditions = Conditions(query, self._connection)
        base, *newer = self._snapshot.parts
        ways = hash(tuple((term.ways, term.near, term.turned) for term in terms))
        highest = Degree.NOT
        for part in newer:
            degree = self._degree_here(part, terms, query, judged)
            if degree is None:
                degree = topics.highest_degree(part, terms, conditions, self._check)
            highest = max(highest, degree)
        if topics.is_enough(highest, terms):
            return True
        # A single word is asked for among the papers that are allowed, which change.
        if known.ways != ways or not any(term.near for term in terms):
            known.degree = topics.highest_degree(base, terms, conditions, self._check)
            known.ways = ways
        highest = max(highest, Degree(known.degree))
        return topics.is_enough(highest, terms) or topics.is_enough(highest, terms, everywhere=True)

    def _degree_here(
        self, part: Part, terms: Sequence[Term], query: Query, judged: Sequence[Judged]
    ) -> Degree | None:
        """The highest in a part that has no other papers than these; None where it has, or isn't judged."""
        for number, batch in enumerate(self.batches):
            if batch.part is part and len(batch.places) == part.segment.size:
                if not judged:
                    # What passes no condition on words may have failed by its authors alone.
                    return None if query.authors else Degree.NOT
                degrees = judged[number].degrees
                if not any(term.near for term in terms):
                    degrees = degrees[_allowed(self._conditions(query), batch)]
                return Degree(int(degrees.max(initial=0)))
        return None

    def _judged(self, terms: Sequence[Term], query: Query, judged: Sequence[Judged]) -> dict[int, About]:
        if not any(each.degrees.any() for each in judged):
            return {}
        found: dict[int, About] = {}
        conditions = self._conditions(query)
        for batch, each in zip(self.batches, judged, strict=True):
            here = np.flatnonzero(each.degrees)
            if conditions is not None and len(here):
                here = here[_allowed(conditions, batch)[here]]
            numbers = batch.numbers[here].tolist()
            found.update(zip(numbers, map(each.about, here.tolist()), strict=True))
        return meant(self._connection, terms, found, self._check)

    def _all_allowed(self, query: Query) -> dict[int, About]:
        """Of a topic without words."""
        conditions = self._conditions(query)
        return {
            number: topics.ALL
            for batch in self.batches
            for number in batch.numbers[_allowed(conditions, batch)].tolist()
        }

    def _conditions(self, query: Query) -> Conditions | None:
        """Asked of these papers alone; None where all are allowed."""
        return Conditions(query, self._connection, few=self._few) if query.has_conditions else None

    def _may_match(self, query: Query, plan: QueryPlan, floor: float) -> bool:
        """Whether any of them may match so well, against the best that is known of."""
        groups = (*plan.groups, *plan.common)
        conditions = self._conditions(query)
        highest = 0.0
        for batch in self.batches:
            scores = scoring.score_at(batch.part.segment, groups, batch.places)
            if conditions is not None:
                scores = scores[_allowed(conditions, batch)]
            highest = max(highest, float(scores.max(initial=0)))
        return highest > 0 and highest >= scoring.ROUNDED * topics.MATCHING * floor

    def _floor(self, plan: QueryPlan, known: Known) -> float:
        """What the paper that matched best scores today, at least; 0 where it has changed since."""
        base = self._snapshot.parts[0]
        place = base.segment.place_of(known.best) if known.best else None
        if place is None or place in base.dead:
            return 0.0
        return float(scoring.score_at(base.segment, plan.groups, np.array([place], np.uint32))[0])


def _allowed(conditions: Conditions | None, batch: Batch) -> npt.NDArray[np.bool_]:
    """Of each paper of the batch whether it is allowed."""
    allowed = conditions.allowed(batch.part.segment, batch.part.dead) if conditions is not None else None
    return np.ones(len(batch.places), bool) if allowed is None else allowed[batch.places]


def known_for_good(connection: sqlite3.Connection, snapshot: Snapshot, query: Query, check: Check) -> int:
    """The row number of a paper that makes the catalog know the topic as a term while the index keeps its
    base, whatever comes; 0 where there is none.

    It is about the topic as it was typed, so that no other way to write it need be known.
    """
    terms = Terms((), {}).of(query)
    part = snapshot.parts[0]
    places = candidates(terms, part.segment) if terms else np.zeros(0, np.uint32)
    if not any(term.near for term in terms) and len(places):
        # Of a single word, only papers that the conditions allow count.
        allowed = Conditions(query, connection).allowed(part.segment, part.dead)
        places = places if allowed is None else places[allowed[places]]
    places = places[-topics.AT_MOST // 2 :]
    for last in range(len(places), 0, -topics.LOOK):
        check()
        chunk = places[max(0, last - topics.LOOK) : last]
        degrees = judge(terms, Texts(part.segment, chunk)).degrees
        if (central := np.flatnonzero(degrees == Degree.CENTRAL)).size:
            return int(part.segment.numbers[chunk[central[-1]]])
    return 0
