"""What finding gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.paper.model import Paper
from bot.search.query import Query, Unread


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    UPVOTED = "upvotes"


class Period(StrEnum):
    """The last days whose upvotes are compared."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> int:
        """How many days back it goes."""
        return {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30}[self]


class Asked(StrEnum):
    """What a query holds."""

    WORDS = "words, which rank what is found"
    NAMES = "papers by their ids or links"
    FILTERS = "filters alone: what is found comes by its day"
    NOTHING = "nothing that could be looked for"


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a paper's text that matched, one line, with the matching words' places."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    """(start, end) of each matching word, in characters of `text`, in order, never overlapping."""


@dataclass(frozen=True, slots=True)
class Hit:
    paper: Paper
    score: float
    """Higher is better; comparable within one Results only."""
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Instead:
    """A search that finds something, beside one that has found nothing."""

    query: str
    total: int
    """How many papers it shows."""
    part: str = ""
    """The only part of what was typed that differs; empty where several do."""
    change: str = ""
    """What stands in that part's place; empty where it is left out."""
    holding: int = 0
    """How many of `total` hold what was asked; the others are related."""
    part_alone: Query = field(default=Query(), compare=False)
    """`part` as it was understood."""
    part_finds: bool = field(default=True, compare=False)
    """Whether any paper satisfies `part` alone."""


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what a query found."""

    query: str
    """As it was typed."""
    hits: tuple[Hit, ...]
    total: int
    """How many papers are shown, over all pages."""
    took_ms: float
    holding: int = 0
    """How many hold what was asked; the others are related."""
    corrected: str | None = None
    """What was searched instead, when unknown words were corrected; None when it was searched as typed."""
    nearest: tuple[Paper, ...] = ()
    """Papers with the nearest titles, when nothing matched and `instead` is empty."""
    instead: tuple[Instead, ...] = ()
    """When nothing matched: what finds something, the smallest changes first."""
    reference: Paper | None = None
    """The paper itself, when the query is its id or address."""
    asked: Asked = Asked.WORDS
    sort: Sort = Sort.BEST
    """In which order they come: the newest first also where that was asked for in words."""
    unquoted: str | None = None
    """What was searched instead where no paper has a phrase: its words without the quotation marks."""
    unread: tuple[Unread, ...] = ()
    """The parts of the query that the search went on without."""
    understood: Query = field(default=Query(), compare=False, repr=False)
    """`query` as it was understood."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A choice while typing."""

    id: str
    title: str
