"""A few papers asked about many topics: what `topics.about` answers for each, with what they share done once.

Papers are judged by their own texts, so that most topics never look at the rest of the catalog. Only a topic
that the catalog doesn't know as a term is compared with all of it; `Known` remembers which do not need that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.search import topics
from bot.search.index import scoring
from bot.search.index.aboutness import About, Degree, Term, Texts, candidates, judge
from bot.search.index.conditions import Conditions
from bot.search.index.live import Snapshot
from bot.search.index.query_plan import Planner, QueryPlan
from bot.search.index.ranking import Part, Ranking
from bot.search.index.scoring import WordList
from bot.search.index.terms import Terms, words_of_terms
from bot.search.query import Query
from bot.search.topic_words import meant

_ROUNDED: Final = 0.999
"""Sums of the same numbers in another order differ by less."""

Check = topics.Check
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


class NewPapers:
    """The papers of these row numbers, as far as this state of the index holds them."""

    def __init__(
        self, connection: sqlite3.Connection, snapshot: Snapshot, numbers: Sequence[int], check: Check
    ) -> None:
        self._connection = connection
        self._snapshot = snapshot
        self._check = check
        self._holding: dict[WordList, int] = {}
        self._terms = Terms(snapshot.segments, snapshot.forms)
        self.numbers: Numbers = np.unique(np.array(numbers, np.int64))
        self.batches = [*self._batches()]

    def _batches(self) -> Iterator[Batch]:
        for part in self._snapshot.parts:
            places = np.setdiff1d(part.segment.places_of(self.numbers), part.dead)
            if len(places):
                yield Batch(part, places, Texts(part.segment, places))

    def about(self, query: Query, known: Known, *, by_term: bool = True) -> dict[int, About]:
        """Row number of each of them that is about the topic, with how much it is: see `topics.about`.

        `known` is what is remembered of the topic, and takes what is learnt. Without `by_term`, whoever asks
        has made sure that none of them holds the topic's words as ones that belong together.
        """
        self._check()
        if query.references:
            return topics.named(self._connection, query.references, self.numbers.tolist())
        if query.is_empty:
            return {}
        found: dict[int, About] = {}
        if by_term or not words_of_terms(query):
            terms = self._terms.of(query)
            found = self._judged(terms, query)
            if not terms or known.central or any(each.degree is Degree.CENTRAL for each in found.values()):
                return found
        return self._matching(query, known, found) | found

    def _matching(self, query: Query, known: Known, found: Mapping[int, About]) -> dict[int, About]:
        """What matches a topic that the catalog doesn't know as a term, and of which this was found."""
        planner = Planner(self._snapshot.segments, self._snapshot.forms, self._holding)
        plan = planner.plan(query, correct=False)
        if not self._may_match(query, plan, known):
            return {}
        terms = self._terms.of(query)
        if known.ways and self._is_known(terms, query, known):
            return {}
        ranking = Ranking(self._snapshot.parts, query, plan, self._connection, self._check)
        known.best = ranking.highest_number() or 0
        matching = topics.matching(ranking, self.numbers)
        if not matching.keys() - found.keys() or self._is_known(terms, query, known):
            return {}
        return matching

    def _is_known(self, terms: Sequence[Term], query: Query, known: Known) -> bool:
        """As `topics.is_known` says, which goes through all of the base only once for the same words."""
        conditions = Conditions(query, self._connection)
        base, *newer = self._snapshot.parts
        ways = hash(tuple((term.ways, term.near, term.turned) for term in terms))
        highest = Degree.NOT
        for part in newer:
            highest = max(highest, topics.highest_degree(part, terms, conditions, self._check))
        if topics.is_enough(highest, terms):
            return True
        # A single word is asked for among the papers that are allowed, which change.
        if known.ways != ways or not any(term.near for term in terms):
            known.degree = topics.highest_degree(base, terms, conditions, self._check)
            known.ways = ways
        highest = max(highest, Degree(known.degree))
        return topics.is_enough(highest, terms) or topics.is_enough(highest, terms, everywhere=True)

    def _judged(self, terms: Sequence[Term], query: Query) -> dict[int, About]:
        judged = [(batch, judge(terms, batch.texts) if terms else None) for batch in self.batches]
        if not any(each is None or each.degrees.any() for _, each in judged):
            return {}
        between = (int(self.numbers[0]), int(self.numbers[-1]))
        narrowed = query.has_conditions
        conditions = Conditions(query, self._connection, between=between) if narrowed else None
        found: dict[int, About] = {}
        for batch, each in judged:
            here = np.arange(len(batch.places)) if each is None else np.flatnonzero(each.degrees)
            if conditions is not None and len(here):
                allowed = conditions.allowed(batch.part.segment, batch.part.dead)
                here = here if allowed is None else here[allowed[batch.places[here]]]
            numbers = batch.numbers
            for which in here.tolist():
                found[int(numbers[which])] = topics.ALL if each is None else each.about(which)
        return meant(self._connection, terms, found, self._check)

    def _may_match(self, query: Query, plan: QueryPlan, known: Known) -> bool:
        """Whether any of them may match so well, against the best that is known of."""
        highest = self._floor(plan, known)
        matching: list[float] = []
        for batch in self.batches:
            ranking = Ranking([batch.part], query, plan, self._connection, self._check)
            highest = max(highest, ranking.highest())
            matching += ranking.scores_of(self.numbers).values()
        return bool(matching) and max(matching) >= _ROUNDED * topics.MATCHING * highest

    def _floor(self, plan: QueryPlan, known: Known) -> float:
        """What the paper that matched best scores today, at least; 0 where it has changed since."""
        base = self._snapshot.parts[0]
        place = base.segment.place_of(known.best) if known.best else None
        if place is None or place in base.dead:
            return 0.0
        return float(scoring.score_at(base.segment, plan.groups, np.array([place], np.uint32))[0])


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
