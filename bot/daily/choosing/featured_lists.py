"""The papers that the daily pick chooses from, read from the catalog.

Hugging Face's Daily Papers of a day close in the night after it; until then entries and upvotes come and go.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from bot.catalog import candidates
from bot.paper.text import stem, words

NEW_LISTS = 3
"""Closed days with a list that are new to a feed: Monday's post sees Wednesday's, Thursday's and Friday's."""
NEW_FOR = timedelta(days=14)
"""A list that is older is the archive's, whatever came since."""


@dataclass(frozen=True, slots=True)
class Candidate:
    number: int
    """Its row in the catalog."""
    id: str
    other_ids: tuple[str, ...]
    """Those that the paper had, or would have had, while only its title was known: the channel may have had
    it under one of them."""
    title: str
    keywords: str
    """As JSON, as the catalog has them."""
    featured_on: date | None
    """The last closed day that featured it; None for a paper that was never featured."""
    rank: int | None
    """Its place by upvotes within that day, from 1; None where its upvotes are unknown."""
    of: int
    """How many papers that day has."""
    published: date | None
    """Where `featured_on` is None."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id under which a channel may have had it."""
        return (self.id, *self.other_ids)

    @property
    def standing(self) -> float:
        """How well it did within its day: 1 for the first, towards 0 for the last."""
        if self.featured_on is None:
            return 0.1
        return 0.3 if self.rank is None else 1 - (self.rank - 1) / self.of

    @property
    def keyword_names(self) -> tuple[str, ...]:
        """Its keywords as they are written."""
        return tuple(json.loads(self.keywords))

    @property
    def keyword_keys(self) -> frozenset[str]:
        """Its keywords as `keyword_key` writes them."""
        return frozenset(map(keyword_key, self.keyword_names))


@lru_cache(maxsize=2**17)
def keyword_key(keyword: str) -> str:
    """One spelling for singular, plural and hyphens."""
    return " ".join(stem(word) for word in words(keyword))


def keyword_counts(papers: Iterable[Iterable[str]]) -> Counter[str]:
    """How many of these papers have each keyword, as `keyword_key` writes it."""
    return Counter(key for names in papers for key in set(map(keyword_key, names)))


class FeaturedLists:
    """The lists of Daily Papers up to one closed day."""

    def __init__(
        self, lists: Mapping[date, list[Candidate]], closed: date, every: frozenset[int] | None = None
    ) -> None:
        self.closed = closed
        self._all = lists
        if every is None:
            every = frozenset(each.number for papers in lists.values() for each in papers)
        self.every = every
        """The papers that any day features: those of a day that has not closed wait for it."""
        self.lists = {day: lists[day] for day in sorted(lists) if day <= closed}
        """By day, the oldest first; in each the most upvoted first."""

    def as_of(self, closed: date) -> FeaturedLists:
        """The lists as they were when that earlier day had closed, with the upvotes of today."""
        return self if closed == self.closed else FeaturedLists(self._all, closed, self.every)

    @cached_property
    def featured(self) -> dict[int, Candidate]:
        """Every paper of the lists by its row number, each under the last day that featured it."""
        return {each.number: each for papers in self.lists.values() for each in papers}

    def keywords_of(self, ids: Iterable[str]) -> frozenset[str]:
        """The keywords of these papers together, as `keyword_key` writes them."""
        known = self._by_id
        return frozenset().union(*(known[each].keyword_keys for each in ids if each in known))

    @cached_property
    def keyword_counts(self) -> tuple[Counter[str], int]:
        """How many featured papers have each keyword, and how many have any; takes a while at first."""
        texts = [names for each in self.featured.values() if (names := each.keyword_names)]
        return keyword_counts(texts), len(texts)

    @cached_property
    def _by_id(self) -> dict[str, Candidate]:
        return {each.id: each for each in self.featured.values()}

    def new(self, days: int) -> list[Candidate]:
        """The papers of the last NEW_LISTS lists, and of any other of the last so many closed days."""
        oldest = self.closed - NEW_FOR
        last = [day for day in self.lists if day > oldest][-NEW_LISTS:]
        return self.since(min([*last, self.closed + timedelta(days=1 - days)]))

    def since(self, first: date) -> list[Candidate]:
        """The papers that were featured last on this day or later."""
        return [each for each in self.featured.values() if each.featured_on and each.featured_on >= first]


def read_featured_lists(connection: sqlite3.Connection, closed: date) -> FeaturedLists:
    """Every list in the catalog, up to the closed day `closed`."""
    days: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in candidates.featured(connection):
        days[row["day"]].append(row)
    lists = {
        date.fromisoformat(day): list(_ranked(date.fromisoformat(day), rows)) for day, rows in days.items()
    }
    return FeaturedLists(lists, closed)


def never_featured(connection: sqlite3.Connection, closed: date, limit: int, offset: int) -> list[Candidate]:
    """Papers that came by another way, published up to the day after `closed`, the newest first."""
    return [_unlisted(row) for row in candidates.never_featured(connection, _next(closed), limit, offset)]


def others(connection: sqlite3.Connection, closed: date, numbers: Sequence[int]) -> list[Candidate]:
    """Of these row numbers the papers that were published up to the day after `closed`."""
    return [_unlisted(row) for row in candidates.of_numbers(connection, _next(closed), numbers)]


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _unlisted(row: sqlite3.Row) -> Candidate:
    published = date.fromisoformat(row["published"]) if row["published"] else None
    return Candidate(
        row["number"], row["id"], _other_ids(row), row["title"], row["keywords"], None, None, 0, published
    )


def _other_ids(row: sqlite3.Row) -> tuple[str, ...]:
    return (row["own_id"], *(row["former"] or "").split())


def _ranked(day: date, rows: list[sqlite3.Row]) -> Iterable[Candidate]:
    rows.sort(key=lambda row: (row["upvotes"] is None, -(row["upvotes"] or 0), row["id"]))
    for place, row in enumerate(rows, 1):
        yield Candidate(
            row["number"],
            row["id"],
            _other_ids(row),
            row["title"],
            row["keywords"],
            day,
            None if row["upvotes"] is None else place,
            len(rows),
            None,
        )
