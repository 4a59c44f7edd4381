"""The search language: words, "phrases", -without, author:, after:, before:, cat:, or an id or address.

Whatever is typed has a meaning; nothing is an error. What looks like a filter and is none is read as words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from bot.catalog.ids import parse_arxiv_id
from bot.catalog.text import fold, normalise, words

MAX_LENGTH = 400
"""Characters of a query that are read; Discord lets people type up to 200 here."""

_PART = re.compile(
    r"""(?P<minus>(?<!\S)-(?=[\w"]))?
    (?:(?P<field>author|after|before|category|cat):(?=\S))?
    (?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)|")""",
    re.VERBOSE | re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")
_CATEGORY = re.compile(r"[a-z-]+(?:\.[a-z-]+)?")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for. Words are folded (see `bot.catalog.text.fold`); in order, repeats kept."""

    text: str = ""
    """As typed, normalised: searching for it again gives the same Query."""
    words: Words = ()
    """The words that rank, those inside phrases included."""
    phrases: tuple[Words, ...] = ()
    excluded: tuple[Words, ...] = ()
    """Words or phrases that must not occur."""
    authors: tuple[Words, ...] = ()
    """Each entry is one author; all must be there."""
    excluded_authors: tuple[Words, ...] = ()
    after: date | None = None
    """The first day that counts."""
    before: date | None = None
    """The first day that no longer counts."""
    categories: Words = ()
    """Any of these; `cs` stands for all of `cs.*`."""
    excluded_categories: Words = ()
    reference: str | None = None
    """The arXiv id, when the query is one or is a paper's address."""
    loose: tuple[tuple[str, Words], ...] = field(default=(), compare=False)
    """The pieces outside quotes and filters with their words: what spelling may correct."""
    narrowing: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    """Where in `text` the phrases, filters and exclusions stand, as (start, end)."""

    @property
    def is_empty(self) -> bool:
        """Nothing in it to search for: any paper satisfies it."""
        return not (self.words or self.has_conditions or self.reference)

    @property
    def has_conditions(self) -> bool:
        return bool(
            self.phrases
            or self.excluded
            or self.authors
            or self.excluded_authors
            or self.categories
            or self.excluded_categories
            or self.after
            or self.before
        )


def parse_query(text: str) -> Query:
    """Read what somebody typed. Never fails."""
    plain = normalise(text[:MAX_LENGTH])
    reading = _Reading()
    narrowing = tuple(
        match.span()
        for match in _PART.finditer(plain)
        if reading.take(
            match["word"] if match["phrase"] is None else match["phrase"],
            quoted=match["phrase"] is not None,
            minus=bool(match["minus"]),
            name=(match["field"] or "").lower(),
        )
    )
    return Query(
        text=plain,
        words=tuple(reading.words),
        phrases=tuple(reading.phrases),
        excluded=tuple(reading.excluded),
        authors=tuple(reading.authors),
        excluded_authors=tuple(reading.excluded_authors),
        after=reading.after,
        before=reading.before,
        categories=tuple(reading.categories),
        excluded_categories=tuple(reading.excluded_categories),
        reference=parse_arxiv_id(text[:MAX_LENGTH]) or parse_arxiv_id(plain),
        loose=tuple(reading.loose),
        narrowing=narrowing,
    )


class _Reading:
    """The query so far, while its parts are read from left to right."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.phrases: list[Words] = []
        self.excluded: list[Words] = []
        self.authors: list[Words] = []
        self.excluded_authors: list[Words] = []
        self.categories: list[str] = []
        self.excluded_categories: list[str] = []
        self.after: date | None = None
        self.before: date | None = None
        self.loose: list[tuple[str, Words]] = []

    def take(self, value: str | None, *, quoted: bool, minus: bool, name: str) -> bool:
        """Whether it narrows what may be found, beside ranking it."""
        found = tuple(words(value or ""))
        if not found:
            return False
        if name == "author":
            (self.excluded_authors if minus else self.authors).append(found)
        elif name in ("cat", "category") and _CATEGORY.fullmatch(fold(value or "")):
            (self.excluded_categories if minus else self.categories).append(fold(value or ""))
        elif name in ("after", "before") and not minus and (day := _first_day(value or "")):
            self._bound(name, day)
        elif name:
            self._rank(f"{name}:{value}", (name, *found), quoted=False)
            return False
        elif minus:
            self.excluded.append(found)
        else:
            self._rank(value or "", found, quoted=quoted)
            return quoted
        return True

    def _rank(self, value: str, found: Words, *, quoted: bool) -> None:
        self.words.extend(found)
        if quoted:
            self.phrases.append(found)
        else:
            self.loose.append((value, found))

    def _bound(self, name: str, day: date) -> None:
        """Of two bounds the narrower one holds."""
        if name == "after":
            self.after = max(day, self.after or day)
        else:
            self.before = min(day, self.before or day)


def _first_day(value: str) -> date | None:
    match = _DAY.fullmatch(value)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
