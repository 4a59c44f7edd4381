"""The search language: words, "phrases", -without, title:, author:, after:, before:, cat:, ids, addresses.

Whatever is typed has a meaning; nothing is an error. A filter that can't be read is left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot.paper.ids import Address, Reference, parse_reference, reference_of, references_in
from bot.paper.text import fold, normalise, words
from bot.search.function_words import contracted, silence
from bot.search.operators import in_own_words
from bot.search.typed_filters import FIELDS, in_known_form

MAX_LENGTH = 400
"""Characters of a query that are read; Discord lets people type up to 200 here."""

LONG = 12
"""Beside more words than these a phrase in quotation marks only ranks: of 52 long questions, four found
nothing for a word in quotes, which people had not meant as a filter."""

_PART = re.compile(
    rf"""(?P<minus>(?<!\S)-(?=[\w"]))?
    (?:(?P<field>{"|".join(FIELDS)}):(?:\s+(?="|\d{{4}}\b|[a-z-]+\.[a-z]{{2}}\b))?
        (?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]*))
    |"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)|")""",
    re.VERBOSE | re.IGNORECASE,
)
_CITED = re.compile(
    r"""(?<![\w:"'-])[(\[]?(?P<name>[^\W\d_][\w'-]+)\s+et\.?\s+al\b\.?(?:\s*,?\s*\(?(?P<year>(?:19|20)\d\d)[a-z]?\b[)\]]?)?""",
    re.IGNORECASE,
)
"""As papers cite each other: "(Park et al., 2023)"."""
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?")
_CATEGORY = re.compile(r"[a-z-]+(?:\.[a-z-]+)?")
_BARE_CATEGORY = re.compile(
    r"(?:cs|math|stat|eess|econ|physics|q-bio|q-fin|astro-ph|cond-mat|nlin)\.(?:[a-z]{2}|[a-z]{3,7}-[a-z]{2,4}|\*)[,;]?",
    re.IGNORECASE,
)
"""arXiv's own names of its categories are no words."""
_ARCHIVE = re.compile(
    r"(?:quant-ph|hep-(?:th|ph|ex|lat)|gr-qc|math-ph|nucl-(?:th|ex)|astro-ph|cond-mat|q-bio|q-fin)",
    re.IGNORECASE,
)
"""Those that may stand in a text: a category where nothing stands beside."""
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


class Piece(NamedTuple):
    """A piece of a query outside quotes and filters."""

    value: str
    words: Words
    start: int
    """Where in the query's text it begins."""


class Unreadable(StrEnum):
    """What somebody typed that can't be used."""

    DATE = "date"
    AUTHOR = "author"
    TITLE = "title"
    CATEGORY = "category"
    ORDER = "order"
    EITHER = "either"
    NAME = "name"
    ADDRESS = "address"


_KINDS = {
    "after": Unreadable.DATE,
    "before": Unreadable.DATE,
    "year": Unreadable.DATE,
    "author": Unreadable.AUTHOR,
    "title": Unreadable.TITLE,
    "cat": Unreadable.CATEGORY,
    "sort": Unreadable.ORDER,
}


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a query that the search went on without, or took otherwise than typed."""

    part: str
    """As typed."""
    kind: Unreadable
    read: str = ""
    """As it was read, where it was not left out."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for. Words are folded (see `bot.paper.text.fold`); in order, repeats kept."""

    text: str = ""
    """As understood, normalised: searching for it again finds the same."""
    words: Words = ()
    """The words that rank, those inside phrases included."""
    phrases: tuple[Words, ...] = ()
    excluded: tuple[Words, ...] = ()
    """Words or phrases that must not occur."""
    titles: tuple[Words, ...] = ()
    """Words or phrases that must stand in the title."""
    excluded_titles: tuple[Words, ...] = ()
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
    newest: bool = False
    """Whether the newest are asked for, in words."""
    unread: tuple[Unread, ...] = ()
    references: tuple[Reference, ...] = ()
    """The papers named by id or link, or the address that the query is: nothing else is looked for then."""
    quiet: frozenset[int] = field(default=frozenset(), compare=False)
    """Places in `words` of those that only ask; see `bot.search.function_words`."""
    loose: tuple[Piece, ...] = field(default=(), compare=False)
    """What spelling may correct."""
    narrowing: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    """Where in `text` the phrases, filters and exclusions stand, as (start, end)."""
    without: tuple[str, ...] = field(default=(), compare=False)
    """Ids of papers that are not to be found, whatever was asked for."""
    among: tuple[str, ...] | None = field(default=None, compare=False)
    """Ids of the papers that alone are looked at; None for all."""
    typed: str = field(default="", compare=False)
    """As somebody typed it, to the last sign."""
    mentioned: tuple[Reference, ...] = field(default=(), compare=False)
    """Every id, link and other address in it, in order, also where more than they is looked for."""

    def but(self, without: Collection[str]) -> Query:
        """The same, for which the papers with these ids are not to be found."""
        return replace(self, without=tuple(without)) if without else self

    def only(self, among: Collection[str] | None) -> Query:
        """The same, for which only the papers with these ids are looked at; all for None."""
        return self if among is None else replace(self, among=tuple(among))

    @property
    def is_empty(self) -> bool:
        """Nothing in it to search for: any paper satisfies it."""
        return not (self.words or self.has_conditions)

    @property
    def has_conditions(self) -> bool:
        """Whether it holds a phrase, a filter or an exclusion."""
        return bool(
            self.phrases
            or self.excluded
            or self.titles
            or self.excluded_titles
            or self.authors
            or self.excluded_authors
            or self.categories
            or self.excluded_categories
            or self.after
            or self.before
            or self.references
        )

    @property
    def spoken(self) -> dict[int, str]:
        """The words that say what is looked for, by their places in `words`; none where all only ask."""
        return {place: word for place, word in enumerate(self.words) if place not in self.quiet}

    @property
    def telling(self) -> dict[int, str]:
        """The words that say what is looked for, by their places in `words`; where all only ask, all of them.

        None where nothing but the newest papers is asked for.
        """
        asked = self.spoken
        return asked if asked or self.newest else dict(enumerate(self.words))

    @property
    def unfinished(self) -> str | None:
        """The filter at the end of `text`, which somebody may still be typing: `author`, `title` or `cat`."""
        if not self.narrowing or self.narrowing[-1][1] != len(self.text):
            return None
        return FIELDS.get(self.text[self.narrowing[-1][0] :].partition(":")[0].lower())

    def respelt(self, changes: Mapping[str, str]) -> str:
        """`text` with words outside quotes and filters, given in their folded form, written otherwise."""
        text = self.text
        for value, _, start in reversed(self.loose):
            new = _WORD.sub(lambda match: changes.get(" ".join(words(match[0])), match[0]), value)
            text = text[:start] + new + text[start + len(value) :]
        return text

    @property
    def unquoted(self) -> str:
        """`text` without the quotation marks of the phrases that must be there."""
        pieces, done = [], 0
        for start, end in self.narrowing:
            if self.text[start] == '"':
                pieces += [self.text[done:start], self.text[start:end].replace('"', " ")]
                done = end
        return " ".join("".join([*pieces, self.text[done:]]).split())


def parse_query(text: str) -> Query:
    """Read what somebody typed. Never fails."""
    typed, text = text, text[:MAX_LENGTH]
    mentioned = tuple(references_in(text))
    references = tuple(each for each in mentioned if not isinstance(each, Address))
    if references:
        return Query(text, references=references, typed=typed, mentioned=mentioned)
    if mentioned and (address := parse_reference(text)) is not None:
        unread = (Unread(text.strip(), Unreadable.ADDRESS),)
        return Query(text, references=(address,), unread=unread, typed=typed, mentioned=mentioned)
    return replace(_in_words(text), typed=typed, mentioned=mentioned)


def understood(typed: str | Query) -> Query:
    """What was typed, read where nobody has read it yet."""
    return parse_query(typed) if isinstance(typed, str) else typed


def _in_words(text: str) -> Query:
    plain, unsaid = in_own_words(normalise(text))
    if '"' not in plain:
        plain = _CITED.sub(_filters, plain)
    if _ARCHIVE.fullmatch(plain):
        plain = f"cat:{plain}"
    plain, slips = in_known_form(plain)
    reading = _Reading()
    reading.unread += [Unread(typed, Unreadable.NAME, read) for typed, read in slips]
    reading.unread += [Unread(part, Unreadable.EITHER) for part in unsaid]
    for match in _PART.finditer(plain):
        reading.take(match)
    return reading.query(plain)


def _filters(cited: re.Match[str]) -> str:
    return f"author:{cited['name']}" + (f" year:{cited['year']}" if cited["year"] else "")


class _Reading:
    """The query so far, while its parts are read from left to right."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.phrases: list[tuple[Words, tuple[int, int]]] = []
        self.excluded: list[Words] = []
        self.named: dict[tuple[str, bool], list[Words]] = {}
        self.categories: dict[bool, list[str]] = {False: [], True: []}
        self.after: date | None = None
        self.before: date | None = None
        self.loose: list[Piece] = []
        self.unread: list[Unread] = []
        self.narrowing: list[tuple[int, int]] = []
        self._whole: set[int] = set()
        self._contracted: set[int] = set()

    def query(self, text: str) -> Query:
        loose = sum(len(piece.words) for piece in self.loose)
        phrases = self.phrases if loose <= LONG else []
        silent = silence(self.words, self._whole, self._contracted)
        return Query(
            text=text,
            words=tuple(self.words),
            phrases=tuple(words for words, _ in phrases),
            excluded=tuple(self.excluded),
            titles=tuple(self.named.get(("title", False), ())),
            excluded_titles=tuple(self.named.get(("title", True), ())),
            authors=tuple(self.named.get(("author", False), ())),
            excluded_authors=tuple(self.named.get(("author", True), ())),
            after=self.after,
            before=self.before,
            categories=tuple(self.categories[False]),
            excluded_categories=tuple(self.categories[True]),
            newest=silent.newest,
            unread=tuple(self.unread),
            quiet=silent.places,
            loose=tuple(self.loose),
            narrowing=tuple(sorted([*self.narrowing, *(span for _, span in phrases)])),
        )

    def take(self, match: re.Match[str]) -> None:
        """Read one part."""
        minus = bool(match["minus"])
        if match["field"]:
            value = match["quoted"] if match["quoted"] is not None else match["value"]
            self._filter(match, FIELDS[match["field"].lower()], value.rstrip(",;"), minus=minus)
            return
        value = match["phrase"] if match["phrase"] is not None else match["word"] or ""
        if match["word"] and _BARE_CATEGORY.fullmatch(match["word"]):
            self._filter(match, "cat", match["word"].rstrip(",;"), minus=minus)
            return
        if match["word"] and isinstance(reference_of(match["word"]), Address):
            self.unread.append(Unread(match["word"], Unreadable.ADDRESS))
            return
        found = tuple(words(value))
        if not found:
            return
        # "E2f-1, -2, -3" leaves nothing out.
        if minus and (match["word"] is None or len(found) > 1 or not found[0].isdecimal()):
            self.excluded.append(found)
            self.narrowing.append(match.span())
        elif match["phrase"] is not None:
            self._whole.update(range(len(self.words), len(self.words) + len(found)))
            self.words.extend(found)
            self.phrases.append((found, match.span()))
        else:
            self._rank(value, found, match.start("word"))

    def _filter(self, match: re.Match[str], name: str, value: str, *, minus: bool) -> None:
        if self._is_taken(name, value, tuple(words(value)), minus=minus):
            self.narrowing.append(match.span())
        else:
            self.unread.append(Unread(match[0], _KINDS[name]))

    def _is_taken(self, name: str, value: str, found: Words, *, minus: bool) -> bool:
        """Whether the filter could be read."""
        if name in ("author", "title") and found:
            self.named.setdefault((name, minus), []).append(found)
            return True
        if name == "cat":
            named = [each.removesuffix(".*") for each in fold(value).split(",") if each]
            self.categories[minus] += named if all(map(_CATEGORY.fullmatch, named)) else ()
            return bool(named) and all(map(_CATEGORY.fullmatch, named))
        day = None if minus or name not in ("after", "before", "year") else _first_day(value)
        if day is None or (name == "year" and len(value) != len("2024")):
            return False
        if name != "before":
            self.after = max(day, self.after or day)
        if name != "after":
            end = day if name == "before" else _first_day(str(day.year + 1)) or date.max
            self.before = min(end, self.before or end)
        return True

    def _rank(self, value: str, found: Words, start: int) -> None:
        first = len(self.words)
        self.words.extend(found)
        self.loose.append(Piece(value, found, start))
        if "-" in value:
            self._whole.update(range(first, first + len(found)))
        elif "'" in value:
            self._contracted.update(first + place for place in contracted(found))


def _first_day(value: str) -> date | None:
    match = _DAY.fullmatch(value)
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
