"""The search engine: all that is asked of a catalog in words, and what comes back.

    SearchEngine   one for a catalog file, as long as that is open: its index, and perhaps a sentence model
    Search         one request to it: a connection, the index as it stands then, and a limit of time

A typed text may be given as its `Query`, where whoever asks has understood it already.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.catalog import changes, paper_rows, papers
from bot.catalog.changes import BEGINNING
from bot.paper.model import Paper
from bot.search import full_text_search, profile, topics
from bot.search.alternatives import instead
from bot.search.index.aboutness import About
from bot.search.index.live import Builder, LiveIndex, Snapshot
from bot.search.index.nearest import nearest
from bot.search.index.ranking import Ranked
from bot.search.index.similar import similar, similar_among
from bot.search.index.suggest import suggest
from bot.search.matches import Check, Matches, no_limit, or_without_index
from bot.search.meaning.rerank import LOOKED_AT, Meaning
from bot.search.passage import passage
from bot.search.profile import Fitting, Profile
from bot.search.query import Query, Unreadable, understood
from bot.search.results import Asked, Hit, Instead, Results, Sort, Suggestion

_PAGE = 500
_NEAREST = 3
"""Titles that are offered when nothing was found."""


class SearchEngine:
    """For the catalog at `catalog`, until `close`.

    `meaning` puts what whole questions find in a better order; a large index is built by the process that
    `start_builder` starts, without it by a thread of this one.
    """

    def __init__(
        self, catalog: Path, meaning: Meaning | None = None, *, start_builder: Builder | None = None
    ) -> None:
        self.index = LiveIndex(catalog, start_builder)
        self.meaning = meaning

    def close(self) -> None:
        """Ends what the index has others do; connections are the caller's."""
        self.index.close()

    def on(self, connection: sqlite3.Connection, check: Check = no_limit) -> Search:
        """A request on a connection to the catalog; `check` is called now and then, and may raise."""
        return Search(connection, self.index.snapshot(connection), self.meaning, check)


@dataclass(frozen=True, slots=True)
class Search:
    """One request: whatever is asked of it is asked of one state of the index."""

    connection: sqlite3.Connection
    snapshot: Snapshot | None
    """None while there is no index yet: SQLite's own full-text index answers."""
    meaning: Meaning | None = None
    check: Check = no_limit

    @property
    def behind(self) -> int:
        """How many papers the catalog has that the index has not taken in."""
        known = self.snapshot.position if self.snapshot else BEGINNING
        return changes.count_since(self.connection, known)

    def within(self, check: Check) -> Search:
        """The same request with a limit of time."""
        return replace(self, check=check)

    def find(
        self,
        typed: str | Query,
        *,
        sort: Sort = Sort.BEST,
        limit: int = 5,
        offset: int = 0,
        correct: bool = True,
        without: Collection[str] = (),
        among: Collection[str] | None = None,
    ) -> Results:
        """One page of what is found; anything typed will do. With `correct`, unknown words are corrected.

        The papers with the ids `without` are neither found nor counted, unless they are named by id or link;
        with `among`, only the papers with these ids are.
        """
        started = time.perf_counter()
        query = understood(typed).but(without).only(among)
        if query.newest and sort is Sort.BEST:
            sort = Sort.NEWEST
        made = Results(
            query.typed, (), 0, 0.0, asked=_asked(query), sort=sort, unread=query.unread, understood=query
        )
        if query.references:
            made = self._of_references(query, made, offset, limit)
        elif not query.is_empty:
            page = _Page(sort, offset, limit)
            made = self._found(query, made, page, correct=correct)
            if not made.total and query.phrases:
                loose = understood(query.unquoted).but(without).only(among)
                unquoted = self._found(loose, replace(made, unquoted=query.unquoted), page, correct=correct)
                made = unquoted if unquoted.total else made
            if not made.total:
                others, titles = self._offered(query, correct=correct)
                made = replace(made, instead=others, nearest=titles)
        return replace(made, took_ms=(time.perf_counter() - started) * 1000)

    def find_all(self, typed: str | Query) -> Iterator[Paper]:
        """Every paper that is found, best first, once each; unknown words are not corrected."""
        query = understood(typed)
        seen: set[str] = set()
        while True:
            # A reference is answered at every offset, and papers may come or go meanwhile.
            hits = self.find(query, limit=_PAGE, offset=len(seen), correct=False).hits
            new = [hit.paper for hit in hits if hit.paper.id not in seen]
            if not new:
                return
            seen.update(paper.id for paper in new)
            yield from new

    def suggest(self, typed: str | Query, limit: int = 25) -> list[Suggestion]:
        """Titles for what has been typed so far, the likeliest first; for nothing the newest."""
        query = understood(typed)
        if query.references:
            return [Suggestion(paper.id, paper.title) for paper in self._named(query)[:limit]]
        if query.unread and query.unread[-1].kind is Unreadable.ADDRESS and not query.words:
            return []
        begun = full_text_search.with_id_beginning(self.connection, query.text, limit)
        found = [Suggestion(*row) for row in (*begun, *self._suggested(query, limit))]
        return list({choice.id: choice for choice in found}.values())[:limit]

    def similar(self, paper_id: str, limit: int = 5) -> list[Paper]:
        """The papers most like this one, best first; none for an unknown id."""
        paper = papers.get(self.connection, paper_id)
        if paper is None:
            return []
        if self.snapshot is not None:
            (number,) = paper_rows.numbers_of(self.connection, [paper.id])
            with or_without_index():
                return papers.get_many(self.connection, similar(self.snapshot, number, limit, self.check))
        found = full_text_search.find(self.connection, understood(paper.title), Sort.BEST, limit + 1, 0)
        others = papers.get_many(self.connection, found.numbers)
        return [other for other in others if other.id != paper.id][:limit]

    def similar_among(
        self, paper_ids: Iterable[str], limit: int, among: Collection[str]
    ) -> dict[str, list[str]]:
        """For each of these papers the `among` that are of the `limit` most like it, where there are any."""
        ids = paper_rows.numbers_of(self.connection, [*among])
        sought = np.array(sorted(ids), np.int64)
        near = ((each, self._similar_among(each, limit, ids, sought)) for each in paper_ids)
        return {paper_id: found for paper_id, found in near if found}

    def _similar_among(
        self, paper_id: str, limit: int, ids: Mapping[int, str], sought: npt.NDArray[np.int64]
    ) -> list[str]:
        paper = papers.get(self.connection, paper_id)
        if paper is None or not ids:
            return []
        if self.snapshot is not None:
            (number,) = paper_rows.numbers_of(self.connection, [paper.id])
            with or_without_index():
                return [ids[each] for each in similar_among(self.snapshot, number, limit, sought, self.check)]
        wanted = {*ids.values()}
        return [each.id for each in self.similar(paper_id, limit) if each.id in wanted]

    def random(self, typed: str | Query = "", *, without: Collection[str] = ()) -> Paper | None:
        """A random paper among those that match, and have none of the ids `without`."""
        query = understood(typed).but(without)
        if query.references:
            named = [paper for paper in self._named(query) if paper.id not in without]
            return random.choice(named or [None])
        if query.is_empty:
            return full_text_search.random(self.connection, query)
        return self._matches(query).random()

    def about(self, topic: str | Query, numbers: Iterable[int] | None = None) -> dict[int, About]:
        """Row number of each of these papers that is about `topic`, with how much it is; of all for None.

        See `bot.search.index.aboutness` for the rule, and `bot.search.topics` for its limits.
        """
        query = understood(topic)
        if self.snapshot is not None:
            with or_without_index():
                return topics.about(self.connection, self.snapshot, query, numbers, self.check)
        return topics.about(self.connection, None, query, numbers, self.check)

    def about_ids(self, topic: str | Query, paper_ids: Sequence[str]) -> dict[str, About]:
        """The same by the papers' ids."""
        ids = paper_rows.numbers_of(self.connection, paper_ids)
        return {ids[number]: about for number, about in self.about(topic, ids).items()}

    def meant(self, topic: str | Query) -> tuple[str, int] | None:
        """A topic without its slips of the keyboard, and how many papers are about that.

        None where papers are about it as it is typed, or none are about what it may be a slip of.
        """
        corrected = None if self.about(topic) else self.find(topic, limit=1).corrected
        about = len(self.about(corrected)) if corrected else 0
        return (corrected, about) if corrected and about else None

    def fitting(
        self,
        liked: Profile,
        day: date,
        *,
        wanted: int = 5,
        without: Collection[str] = (),
        since: date | None = None,
    ) -> list[Fitting]:
        """New papers for somebody who likes such; see `bot.search.profile.fitting`."""
        ask = partial(profile.fitting, self.connection, wanted=wanted, without=without, check=self.check)
        if self.snapshot is not None:
            with or_without_index():
                return ask(self.snapshot, liked, day, since=since)
        return ask(None, liked, day, since=since)

    def liking(self, liked: Sequence[str], numbers: Iterable[int]) -> dict[int, float]:
        """How much whoever liked these papers may like those, by row number; see `profile.liking`."""
        wanted = [*numbers]
        if self.snapshot is not None:
            with or_without_index():
                return profile.liking(self.connection, self.snapshot, liked, wanted, self.check)
        return profile.liking(self.connection, None, liked, wanted, self.check)

    def _matches(self, query: Query, *, correct: bool = True) -> Matches:
        return Matches(self.connection, self.snapshot, query, correct=correct, check=self.check)

    def _found(self, query: Query, made: Results, page: _Page, *, correct: bool) -> Results:
        """`made` with what this query finds."""
        matches = self._matches(query, correct=correct)
        ranked = self._page(query, matches, page)
        return replace(
            made,
            hits=self._hits(ranked, matches.stems),
            total=ranked.total,
            holding=ranked.holding,
            corrected=matches.corrected,
        )

    def _page(self, query: Query, matches: Matches, page: _Page) -> Ranked:
        meaning, end = self.meaning, page.offset + page.limit
        if meaning is None or page.sort is not Sort.BEST or end > LOOKED_AT or not meaning.helps(query):
            return matches.page(page.sort, page.limit, page.offset)
        first = matches.first(LOOKED_AT)
        numbers, scores = first.numbers, first.scores
        if numbers:
            numbers, scores = meaning.reordered(self.connection, query, numbers, scores)
        cut = slice(page.offset, min(end, max(first.total, page.offset)))
        return replace(first, numbers=numbers[cut], scores=scores[cut])

    def _hits(self, ranked: Ranked, stems: Collection[str]) -> tuple[Hit, ...]:
        """A paper that has just left the catalog is left out."""
        found, scores = papers.get_many(self.connection, ranked.numbers), ranked.scores
        if len(found) < len(ranked.numbers):
            left = paper_rows.numbers_of(self.connection, [paper.id for paper in found])
            by_number = zip(ranked.numbers, ranked.scores, strict=True)
            scores = [score for number, score in by_number if number in left]
        return tuple(
            Hit(paper, score, passage(paper, stems)) for paper, score in zip(found, scores, strict=False)
        )

    def _of_references(self, query: Query, made: Results, offset: int, limit: int) -> Results:
        """`made` with the papers that are named, and no other."""
        found = self._named(query)
        hits = tuple(Hit(paper, 1.0) for paper in found[offset : offset + limit])
        reference = found[0] if len(found) == len(query.references) == 1 else None
        unread = () if found else query.unread
        count = len(found)
        return replace(made, hits=hits, total=count, holding=count, reference=reference, unread=unread)

    def _named(self, query: Query) -> list[Paper]:
        """The papers that the query names and the catalog holds, each once."""
        held = (papers.of_reference(self.connection, reference) for reference in query.references)
        return list({paper.id: paper for paper in held if paper}.values())

    def _suggested(self, query: Query, limit: int) -> list[tuple[str, str]]:
        """Ids and titles."""
        if self.snapshot is not None and not query.is_empty:
            with or_without_index():
                found = suggest(self.snapshot, self.connection, query, limit)
                return paper_rows.titles(self.connection, found)
        if query.has_conditions:
            page = full_text_search.find(self.connection, query, Sort.BEST, limit, 0)
            return paper_rows.titles(self.connection, page.numbers)
        return full_text_search.suggest(self.connection, query.words, limit)

    def _offered(self, query: Query, *, correct: bool) -> tuple[tuple[Instead, ...], tuple[Paper, ...]]:
        """Where nothing was found: other searches, or where there are none the nearest titles."""

        def count(other: Query) -> tuple[int, int]:
            self.check()
            found = self._matches(other.but(query.without).only(query.among), correct=correct).page(
                Sort.BEST, 1, 0
            )
            return found.total, found.holding

        if self.snapshot is None:
            return instead(query, (), count), ()
        with or_without_index():
            others = instead(query, self.snapshot.segments, count)
            if others or len(query.quiet) == len(query.words):
                return others, ()
            return (), self._nearest(Query(words=tuple(query.telling.values())), self.snapshot)
        return (), ()

    def _nearest(self, words_alone: Query, snapshot: Snapshot) -> tuple[Paper, ...]:
        found = suggest(snapshot, self.connection, words_alone, _NEAREST)
        found = found or nearest(snapshot, words_alone.words, _NEAREST)
        return tuple(papers.get_many(self.connection, found))


@dataclass(frozen=True, slots=True)
class _Page:
    """Which papers of all that are found."""

    sort: Sort
    offset: int
    limit: int


def _asked(query: Query) -> Asked:
    if query.is_empty:
        return Asked.NOTHING
    if query.references:
        return Asked.NAMES
    return Asked.WORDS if query.telling else Asked.FILTERS
