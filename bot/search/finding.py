"""Finding papers: from what somebody typed to what they are shown."""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bot.catalog import papers
from bot.errors import PaperboyError
from bot.paper.model import Paper
from bot.paper.text import stem
from bot.search import full_text, topics
from bot.search.alternatives import instead
from bot.search.function_words import FUNCTION_STEMS
from bot.search.index.aboutness import About
from bot.search.index.live import Builder, LiveIndex
from bot.search.index.nearest import nearest
from bot.search.index.query_plan import Planner, QueryPlan
from bot.search.index.ranking import Ranked, Ranking
from bot.search.index.similar import similar
from bot.search.index.suggest import suggest
from bot.search.meaning.rerank import LOOKED_AT, Meaning
from bot.search.passage import passage
from bot.search.query import Query, Unreadable, parse_query
from bot.search.results import Asked, Hit, Instead, Results, Sort, Suggestion

log = logging.getLogger(__name__)
T = TypeVar("T")

_PAGE = 500
_NEAREST = 3
"""Titles that are offered when nothing was found."""

Check = Callable[[], None]


def no_limit() -> None:
    """The check of a search that may take as long as it takes."""


class Finder:
    """Finds in one catalog. Methods are given a connection to it, and a check that stops them in time."""

    def __init__(
        self, catalog: Path, meaning: Meaning | None = None, *, start_builder: Builder | None = None
    ) -> None:
        self.index = LiveIndex(catalog, start_builder)
        self.meaning = meaning

    def close(self) -> None:
        self.index.close()

    def find(
        self,
        connection: sqlite3.Connection,
        text: str,
        *,
        sort: Sort = Sort.BEST,
        limit: int = 5,
        offset: int = 0,
        correct: bool = True,
        without: Collection[str] = (),
        check: Check = no_limit,
    ) -> Results:
        started = time.perf_counter()
        query = _query(text, without)
        if query.newest and sort is Sort.BEST:
            sort = Sort.NEWEST
        made = Results(text, (), 0, 0.0, asked=_asked(query), sort=sort, unread=query.unread)
        if query.references:
            made = _of_references(connection, query, made, offset, limit)
        elif not query.is_empty:
            page = _Page(sort, offset, limit)
            made = self._found(connection, query, made, page, correct=correct, check=check)
            if not made.total and query.phrases:
                unquoted = replace(made, unquoted=query.unquoted)
                loosely = _query(query.unquoted, without)
                loose = self._found(connection, loosely, unquoted, page, correct=correct, check=check)
                made = loose if loose.total else made
            if not made.total:
                others, titles = self._offered(connection, query, correct=correct, check=check)
                made = replace(made, instead=others, nearest=titles)
        return replace(made, took_ms=(time.perf_counter() - started) * 1000)

    def _found(
        self,
        connection: sqlite3.Connection,
        query: Query,
        made: Results,
        page: _Page,
        *,
        correct: bool,
        check: Check,
    ) -> Results:
        """`made` with what this query finds."""
        search = _Search(self.index, connection, query, correct=correct, check=check)
        ranked = self._page(connection, query, search, page)
        hits = _hits(connection, ranked.numbers, ranked.scores, search.stems)
        return replace(
            made, hits=hits, total=ranked.total, holding=ranked.holding, corrected=search.corrected
        )

    def _page(self, connection: sqlite3.Connection, query: Query, search: _Search, page: _Page) -> Ranked:
        meaning, end = self.meaning, page.offset + page.limit
        if meaning is None or page.sort is not Sort.BEST or end > LOOKED_AT or not meaning.helps(query):
            return search.page(page.sort, page.limit, page.offset)
        first = search.first(LOOKED_AT)
        numbers, scores = first.numbers, first.scores
        if numbers:
            numbers, scores = meaning.reordered(connection, query, numbers, scores)
        cut = slice(page.offset, min(end, max(first.total, page.offset)))
        return replace(first, numbers=numbers[cut], scores=scores[cut])

    def find_all(self, connection: sqlite3.Connection, text: str) -> Iterator[Paper]:
        """Every paper that `text` finds, best first, once each; unknown words are not corrected."""
        seen: set[str] = set()
        while True:
            # A reference is answered at every offset, and papers may come or go meanwhile.
            hits = self.find(connection, text, limit=_PAGE, offset=len(seen), correct=False).hits
            new = [hit.paper for hit in hits if hit.paper.id not in seen]
            if not new:
                return
            seen.update(paper.id for paper in new)
            yield from new

    def suggest(self, connection: sqlite3.Connection, text: str, limit: int = 25) -> list[Suggestion]:
        query = parse_query(text)
        if query.references:
            return [Suggestion(paper.id, paper.title) for paper in _named(connection, query)[:limit]]
        if query.unread and query.unread[-1].kind is Unreadable.ADDRESS and not query.words:
            return []
        found = [Suggestion(*row) for row in full_text.with_id_beginning(connection, query.text, limit)]
        others = self._suggested(connection, query, limit)
        return list({choice.id: choice for choice in (*found, *others)}.values())[:limit]

    def _suggested(self, connection: sqlite3.Connection, query: Query, limit: int) -> list[Suggestion]:
        snapshot = self.index.snapshot(connection)
        if snapshot is not None and not query.is_empty:
            with _or_without_index():
                return _suggestions(connection, suggest(snapshot, connection, query, limit))
        if query.has_conditions:
            found = full_text.find(connection, query, Sort.BEST, limit, 0)
            return _suggestions(connection, found.numbers)
        return [Suggestion(*row) for row in full_text.suggest(connection, query.words, limit)]

    def similar(
        self, connection: sqlite3.Connection, paper_id: str, limit: int = 5, *, check: Check = no_limit
    ) -> list[Paper]:
        paper = papers.get(connection, paper_id)
        if paper is None:
            return []
        snapshot = self.index.snapshot(connection)
        if snapshot is not None:
            (number,) = connection.execute("SELECT number FROM papers WHERE id = ?", [paper.id]).fetchone()
            with _or_without_index():
                return papers.get_many(connection, similar(snapshot, number, limit, check))
        found = full_text.find(connection, parse_query(paper.title), Sort.BEST, limit + 1, 0)
        return [other for other in papers.get_many(connection, found.numbers) if other.id != paper.id][:limit]

    def random(
        self,
        connection: sqlite3.Connection,
        text: str = "",
        *,
        without: Collection[str] = (),
        check: Check = no_limit,
    ) -> Paper | None:
        query = _query(text, without)
        if query.references:
            named = [paper for paper in _named(connection, query) if paper.id not in without]
            return random.choice(named or [None])
        if query.is_empty:
            return full_text.random(connection, query)
        return _Search(self.index, connection, query, correct=True, check=check).random()

    def about(
        self,
        connection: sqlite3.Connection,
        text: str,
        numbers: Iterable[int] | None = None,
        *,
        check: Check = no_limit,
    ) -> dict[int, About]:
        """Row number of each paper that is about this topic: see `topics.about`."""
        query, snapshot = parse_query(text), self.index.snapshot(connection)
        if snapshot is not None:
            with _or_without_index():
                return topics.about(connection, snapshot, query, numbers, check)
        return topics.about(connection, None, query, numbers, check)

    def about_ids(
        self, connection: sqlite3.Connection, text: str, paper_ids: Sequence[str], *, check: Check = no_limit
    ) -> dict[str, About]:
        ids = _ids(connection, paper_ids)
        found = self.about(connection, text, ids, check=check)
        return {ids[number]: about for number, about in found.items()}

    def _offered(
        self, connection: sqlite3.Connection, query: Query, *, correct: bool, check: Check
    ) -> tuple[tuple[Instead, ...], tuple[Paper, ...]]:
        """Where nothing was found: other searches, or where there are none the nearest titles."""

        def count(text: str) -> tuple[int, int]:
            check()
            other = _query(text, query.without)
            search = _Search(self.index, connection, other, correct=correct, check=check)
            found = search.page(Sort.BEST, 1, 0)
            return found.total, found.holding

        snapshot = self.index.snapshot(connection)
        if snapshot is None:
            return instead(query, (), count), ()
        with _or_without_index():
            others = instead(query, snapshot.segments, count)
            if others or len(query.quiet) == len(query.words):
                return others, ()
            words_alone = Query(words=tuple(query.telling.values()))
            found = suggest(snapshot, connection, words_alone, _NEAREST) or nearest(
                snapshot, words_alone.words, _NEAREST
            )
            return (), tuple(papers.get_many(connection, found))
        return (), ()


@contextmanager
def _or_without_index() -> Iterator[None]:
    """What fails in here is a fault of ours: it is logged, and what follows answers without the index."""
    try:
        yield
    except (PaperboyError, sqlite3.Error):
        raise
    except Exception:
        log.exception("The search index failed; SQLite's full-text index answers instead")


@dataclass(frozen=True, slots=True)
class _Page:
    """Which papers of all that are found."""

    sort: Sort
    offset: int
    limit: int


class _Search:
    """One query: with the index, or where there is none with SQLite's full-text index."""

    def __init__(
        self, index: LiveIndex, connection: sqlite3.Connection, query: Query, *, correct: bool, check: Check
    ) -> None:
        self._connection = connection
        self._query = query
        self._ranking: Ranking | None = None
        self._plan: QueryPlan | None = None
        snapshot = index.snapshot(connection)
        if snapshot is not None:
            with _or_without_index():
                plan = Planner(snapshot.segments, snapshot.forms).plan(query, correct=correct)
                self._ranking = Ranking(snapshot.parts, query, plan, connection, check)
                self._plan = plan

    def _ranked(self, ranked: Callable[[Ranking], T], plainly: Callable[[], T]) -> T:
        """By the index; where there is none, or it fails, by SQLite's full-text index."""
        if self._ranking is not None:
            with _or_without_index():
                return ranked(self._ranking)
            self._ranking = self._plan = None
        return plainly()

    @property
    def stems(self) -> Collection[str]:
        return (
            self._plan.stems
            if self._plan
            else {stem(word) for word in self._query.telling.values()} - FUNCTION_STEMS
        )

    @property
    def corrected(self) -> str | None:
        """What was searched for instead, None when it was searched as typed."""
        corrections = self._plan.corrections if self._plan else {}
        return self._query.respelt(corrections) if corrections else None

    def first(self, wanted: int) -> Ranked:
        """The best so many, those included that hold too little of the query to count as found."""
        return self._found(lambda ranking: ranking.first(wanted), Sort.BEST, wanted, 0)

    def page(self, sort: Sort, limit: int, offset: int) -> Ranked:
        return self._found(lambda ranking: ranking.page(sort, limit, offset), sort, limit, offset)

    def _found(self, ranked: Callable[[Ranking], Ranked], sort: Sort, limit: int, offset: int) -> Ranked:
        def plainly() -> Ranked:
            found = full_text.find(self._connection, self._query, sort, limit, offset)
            return Ranked(found.numbers, found.scores, found.total, found.holding)

        return self._ranked(ranked, plainly)

    def random(self) -> Paper | None:
        def ranked(ranking: Ranking) -> Paper | None:
            numbers = ranking.matching_numbers()
            chosen = [int(random.choice(numbers))] if len(numbers) else []
            return next(iter(papers.get_many(self._connection, chosen)), None)

        return self._ranked(ranked, lambda: full_text.random(self._connection, self._query))


def _query(text: str, without: Collection[str]) -> Query:
    query = parse_query(text)
    return replace(query, without=tuple(without)) if without else query


def _asked(query: Query) -> Asked:
    if query.is_empty:
        return Asked.NOTHING
    if query.references:
        return Asked.NAMES
    return Asked.WORDS if query.telling else Asked.FILTERS


def _named(connection: sqlite3.Connection, query: Query) -> list[Paper]:
    """The papers that the query names and the catalog holds, each once."""
    held = (papers.of_reference(connection, reference) for reference in query.references)
    return list({paper.id: paper for paper in held if paper}.values())


def _of_references(
    connection: sqlite3.Connection, query: Query, made: Results, offset: int, limit: int
) -> Results:
    """`made` with the papers that are named, and no other."""
    found = _named(connection, query)
    hits = tuple(Hit(paper, 1.0) for paper in found[offset : offset + limit])
    reference = found[0] if len(found) == len(query.references) == 1 else None
    unread = () if found else query.unread
    return replace(made, hits=hits, total=len(found), holding=len(found), reference=reference, unread=unread)


def _hits(
    connection: sqlite3.Connection, numbers: Sequence[int], scores: Sequence[float], stems: Collection[str]
) -> tuple[Hit, ...]:
    """A paper that has just left the catalog is left out."""
    found = papers.get_many(connection, numbers)
    ids = _ids(connection, [paper.id for paper in found]) if len(found) < len(numbers) else None
    if ids is not None:
        scores = [score for number, score in zip(numbers, scores, strict=True) if number in ids]
    return tuple(
        Hit(paper, score, passage(paper, stems)) for paper, score in zip(found, scores, strict=False)
    )


def _ids(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[int, str]:
    """Row number to id."""
    found: dict[int, str] = {}
    for first in range(0, len(paper_ids), 500):
        some = paper_ids[first : first + 500]
        marks = ",".join("?" * len(some))
        found.update(
            connection.execute(f"SELECT number, id FROM papers WHERE id IN ({marks})", some).fetchall()
        )
    return found


def _suggestions(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Suggestion]:
    marks = ",".join("?" * len(numbers))
    rows = connection.execute(f"SELECT number, id, title FROM papers WHERE number IN ({marks})", numbers)
    titles = {row[0]: Suggestion(row[1], row[2]) for row in rows}
    return [titles[number] for number in numbers if number in titles]
