"""Which papers of a catalog are about a topic: the rule of `bot.search.index.aboutness`, asked of all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bot.catalog import paper_rows, papers
from bot.catalog.changes import Position
from bot.paper.ids import Reference
from bot.search import full_text_search
from bot.search.index.aboutness import About, Degree, Term, Where, candidates, judge
from bot.search.index.build import build
from bot.search.index.conditions import Conditions
from bot.search.index.documents import read
from bot.search.index.live import Snapshot
from bot.search.index.query_plan import Planner
from bot.search.index.ranking import Part, Ranking
from bot.search.index.segment import Segment
from bot.search.index.terms import SILENT, Terms
from bot.search.index.texts import Texts
from bot.search.query import Query
from bot.search.results import Sort
from bot.search.topic_words import meant

AT_MOST: Final = 20_000
"""Papers with a topic's words that are judged where all of a catalog is asked for: the newest of them."""

LONG: Final = 3
"""A topic of more words is only taken for a term where they stand side by side in some paper."""

MATCHING: Final = 0.7
"""Papers touch what the catalog doesn't know as a term where they match it so well, against its best."""

_CHUNK: Final = 2_000
"""Papers that are judged between two looks at the clock."""

_UNINDEXED: Final = 500
"""Papers that are judged where there is no index yet."""

LOOK: Final = 200
"""Papers that are judged at a time until one shows that the catalog knows a term, the newest first."""

Check = Callable[[], None]
Numbers = npt.NDArray[np.int64]


def about(
    connection: sqlite3.Connection,
    snapshot: Snapshot | None,
    query: Query,
    wanted: Iterable[int] | None,
    check: Check,
) -> dict[int, About]:
    """Row number of each paper that is about the topic, with how much it is.

    Of the papers `wanted`; where that is None, of all: of the newest AT_MOST that have its words. Without a
    `snapshot` of the index SQLite's own finds the papers, and learnt short forms are not known.
    """
    if query.references:
        return named(connection, query.references, wanted)
    if query.is_empty:
        return {}
    numbers = None if wanted is None else np.unique(np.fromiter(wanted, np.int64))
    if snapshot is None:
        snapshot = _of_found(connection, query)
    terms = Terms(snapshot.segments, snapshot.forms).of(query)
    conditions = Conditions(query, connection)
    found: dict[int, About] = {}
    for part in snapshot.parts:
        for place, degree in _judged(part, terms, conditions, numbers, check):
            found[int(part.segment.numbers[place])] = degree
    found = meant(connection, terms, found, check)
    if not is_known(found, terms, snapshot, conditions, check):
        found = matching(ranking_of(connection, snapshot, query, check), numbers) | found
    return found


def named(
    connection: sqlite3.Connection, references: Iterable[Reference], wanted: Iterable[int] | None
) -> dict[int, About]:
    """Whoever names papers means these."""
    named = [paper.id for each in references if (paper := papers.of_reference(connection, each))]
    chosen = None if wanted is None else set(wanted)
    numbers = paper_rows.numbers_of(connection, named)
    return {number: ALL for number in numbers if chosen is None or number in chosen}


def _judged(
    part: Part, terms: Sequence[Term], conditions: Conditions, numbers: Numbers | None, check: Check
) -> Iterable[tuple[int, About]]:
    """Places of a segment, each with how much its paper is about these terms."""
    segment = part.segment
    places = _places(segment, terms, numbers)
    allowed = conditions.allowed(segment, part.dead)
    if allowed is not None:
        places = places[allowed[places]]
    for first in range(0, len(places), _CHUNK):
        check()
        chunk = places[first : first + _CHUNK]
        if not terms:
            yield from ((place, ALL) for place in chunk.tolist())
            continue
        judged = judge(terms, Texts(segment, chunk))
        for which in np.flatnonzero(judged.degrees).tolist():
            yield int(chunk[which]), judged.about(which)


ALL: Final = About(Degree.CENTRAL, Where.NOWHERE, 1.0)


def _places(segment: Segment, terms: Sequence[Term], numbers: Numbers | None) -> npt.NDArray[np.uint32]:
    having = candidates(terms, segment) if terms else np.arange(segment.size, dtype=np.uint32)
    if numbers is None:
        return having[-AT_MOST:]
    return np.intersect1d(having, segment.places_of(numbers), assume_unique=True)


def is_known(
    found: Mapping[int, About],
    terms: Sequence[Term],
    snapshot: Snapshot,
    conditions: Conditions,
    check: Check,
) -> bool:
    """Whether the catalog has papers about these words as ones that belong together.

    A single word is known where a paper that the conditions allow is about it at all.
    """
    if not terms or any(each.degree is Degree.CENTRAL for each in found.values()):
        return True
    highest = Degree.NOT
    for part in reversed(snapshot.parts):
        highest = max(highest, highest_degree(part, terms, conditions, check))
        if is_enough(highest, terms):
            return True
    return is_enough(highest, terms, everywhere=True)


def is_enough(degree: Degree, terms: Sequence[Term], *, everywhere: bool = False) -> bool:
    """Whether a catalog knows these terms that has a paper about them in this degree.

    `everywhere` says that it has none in a higher degree.
    """
    if degree is Degree.CENTRAL or not (lengths := _lengths(terms)):
        return degree is not Degree.NOT
    return everywhere and degree is Degree.TOUCHED and max(lengths) <= LONG


def highest_degree(part: Part, terms: Sequence[Term], conditions: Conditions, check: Check) -> Degree:
    """The highest degree in which a paper of this part is about these terms, or one that is enough."""
    highest = Degree.NOT
    places = _places(part.segment, terms, None)
    allowed = None if _lengths(terms) else conditions.allowed(part.segment, part.dead)
    if allowed is not None:
        places = places[allowed[places]]
    for last in range(len(places), 0, -LOOK):
        check()
        texts = Texts(part.segment, places[max(0, last - LOOK) : last])
        highest = max(highest, Degree(int(judge(terms, texts).degrees.max())))
        if is_enough(highest, terms):
            break
    return highest


def _lengths(terms: Sequence[Term]) -> list[int]:
    """The words of those terms that have several."""
    return [len(words) for term in terms for words in term.near[:1]]


def ranking_of(connection: sqlite3.Connection, snapshot: Snapshot, query: Query, check: Check) -> Ranking:
    """The papers by how well they match the topic's words."""
    plan = Planner(snapshot.segments, snapshot.forms).plan(query, correct=False)
    return Ranking(snapshot.parts, query, plan, connection, check)


def matching(ranking: Ranking, numbers: Numbers | None, elsewhere: float = 0.0) -> dict[int, About]:
    """What matches nearly as well as the best: a paper with some of the words does not.

    `elsewhere` is the best score of papers that are not in the ranking.
    """
    best = max(ranking.highest(), elsewhere)
    scores = ranking.scores_of(ranking.matching_numbers() if numbers is None else numbers)
    return {
        number: About(Degree.TOUCHED, Where.TEXT, min(1.0, score / best))
        for number, score in scores.items()
        if best > 0 and score >= MATCHING * best
    }


def _of_found(connection: sqlite3.Connection, query: Query) -> Snapshot:
    """An index of the newest papers that hold the topic's words, made for it alone."""
    telling = tuple((word,) for word in query.words if word not in SILENT)
    all_words = replace(query, phrases=(*query.phrases, *telling))
    found = full_text_search.find(connection, all_words, Sort.NEWEST, _UNINDEXED, 0).numbers
    if not found:
        found = full_text_search.find(connection, query, Sort.BEST, _UNINDEXED, 0).numbers
    arrays, header = build(read(paper_rows.texts(connection, sorted(found))))
    return Snapshot((Part(Segment(arrays, header), np.zeros(0, np.uint32)),), {}, Position(-1, -1))
