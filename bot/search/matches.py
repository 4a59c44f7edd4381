"""The papers that match one query: by the index, or where there is none by SQLite's full-text index."""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bot.catalog import papers
from bot.errors import PaperboyError
from bot.paper.model import Paper
from bot.paper.text import stem
from bot.search import full_text_search
from bot.search.function_words import FUNCTION_STEMS
from bot.search.index.live import Snapshot
from bot.search.index.query_plan import Planner, QueryPlan
from bot.search.index.ranking import Ranked, Ranking
from bot.search.query import Query
from bot.search.results import Sort

log = logging.getLogger(__name__)
T = TypeVar("T")

Check = Callable[[], None]
"""Returns, or raises where a search has taken too long."""


def no_limit() -> None:
    """The check of a search that may take as long as it takes."""


@contextmanager
def or_without_index() -> Iterator[None]:
    """What fails in here is a fault of ours: it is logged, and what follows answers without the index."""
    try:
        yield
    except (PaperboyError, sqlite3.Error):
        raise
    except Exception:
        log.exception("The search index failed; SQLite's full-text index answers instead")


class Matches:
    """Of `query` in this state of the index; with `correct`, unknown words are corrected."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        snapshot: Snapshot | None,
        query: Query,
        *,
        correct: bool,
        check: Check,
    ) -> None:
        self._connection = connection
        self._query = query
        self._ranking: Ranking | None = None
        self._plan: QueryPlan | None = None
        if snapshot is not None:
            with or_without_index():
                plan = Planner(snapshot.segments, snapshot.forms).plan(query, correct=correct)
                self._ranking = Ranking(snapshot.parts, query, plan, connection, check)
                self._plan = plan

    def _ranked(self, ranked: Callable[[Ranking], T], plainly: Callable[[], T]) -> T:
        """By the index; where there is none, or it fails, by SQLite's full-text index."""
        if self._ranking is not None:
            with or_without_index():
                return ranked(self._ranking)
            self._ranking = self._plan = None
        return plainly()

    @property
    def stems(self) -> Collection[str]:
        """What may be marked in a passage."""
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
        """`limit` papers from the place `offset` on, in this order."""
        return self._found(lambda ranking: ranking.page(sort, limit, offset), sort, limit, offset)

    def _found(self, ranked: Callable[[Ranking], Ranked], sort: Sort, limit: int, offset: int) -> Ranked:
        return self._ranked(
            ranked, lambda: full_text_search.find(self._connection, self._query, sort, limit, offset)
        )

    def random(self) -> Paper | None:
        """Any of them; None where nothing matches."""

        def ranked(ranking: Ranking) -> Paper | None:
            numbers = ranking.matching_numbers()
            chosen = [int(random.choice(numbers))] if len(numbers) else []
            return next(iter(papers.get_many(self._connection, chosen)), None)

        return self._ranked(ranked, lambda: full_text_search.random(self._connection, self._query))
