"""Markdown as lists of papers need it: items, rows, headings and prose, with their words and their links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>[^>]*)>")
_TARGET = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_BREAKS = frozenset({"br", "p", "div", "td", "th", "dd", "dt", "summary", "details"})
_BEGINS_ITEM = frozenset({"li", "tr"})
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em"})
_BOX = re.compile(r"\s*\[([ xX])\]\s+")
_BARE = re.compile(r"https?://[^\s<>\"'`|]{1,2000}")
_AFTER_BARE = ".,;:!?)]}*_"
_DEFINITION = re.compile(r" {0,3}\[[^\[\]]{1,200}\]:\s*\S")
_MOST_DEFINITIONS = 10_000


class Kind(Enum):
    ITEM = "item"
    ROW = "row"
    HEADING = "heading"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one look, and where a click on them leads; of a picture that is a link its description."""

    text: str
    address: str = ""
    bold: bool = False
    italic: bool = False
    is_bare: bool = False
    """Whether the words are the address."""


@dataclass(slots=True)
class Unit:
    """What belongs together: an item without those below it, a row, a heading or a paragraph."""

    kind: Kind
    line: int
    """Of the stretch it was read from, from 0."""
    depth: int = 0
    """How many items it stands in, itself included."""
    lines: list[list[Span]] = field(default_factory=lambda: [[]])
    """Lines as they are shown, cells of a row."""
    done: bool = False
    """Whether its box is ticked."""

    @property
    def spans(self) -> Iterator[Span]:
        """Those of all lines."""
        return (span for line in self.lines for span in line)


def definitions(lines: Iterable[str]) -> dict[str, Any]:
    """What links by reference (`[words][name]`) mean, wherever in a file it is said (`[name]: address`)."""
    found = [line for line in lines if line.lstrip(" ").startswith("[") and _DEFINITION.match(line)]
    known: dict[str, Any] = {}
    _parser().parse("\n\n".join(found[:_MOST_DEFINITIONS]), known)
    return known


def units(text: str, known: dict[str, Any]) -> Iterator[Unit]:
    """The units of a stretch of Markdown in order, `known` from `definitions`."""
    reading = _Reading()
    for token in _parser().parse(text, {**known}):
        yield from reading.take(token)
    yield from reading.rest()


@lru_cache(1)
def _parser() -> MarkdownIt:
    # For whoever reads such a file.
    from markdown_it import MarkdownIt

    # Tags are read as they come: what stands between them is Markdown for people, if not for the standard.
    return MarkdownIt("commonmark").enable("table").disable(["html_block", "code"])


class _Reading:
    """Which unit a token belongs to."""

    def __init__(self) -> None:
        self._open: list[Unit] = []
        """Items around the place."""
        self._is_heading = False
        self._row: Unit | None = None

    def take(self, token: Token) -> Iterator[Unit]:
        """Units that end with this token."""
        line = token.map[0] if token.map else 0
        match token.type:
            case "list_item_open":
                yield from self._flushed()
                self._open.append(Unit(Kind.ITEM, line, len(self._open) + 1))
            case "list_item_close":
                yield from self._flushed()
                self._open.pop()
            case "heading_open" | "heading_close":
                self._is_heading = token.type == "heading_open"
            case "tr_open":
                self._row = Unit(Kind.ROW, line, len(self._open), [])
            case "tr_close" if self._row is not None:
                row, self._row = self._row, None
                yield row
            case "inline":
                yield from self._inline(token, line)

    def rest(self) -> Iterator[Unit]:
        """What is left at the end."""
        yield from self._flushed()

    def _inline(self, token: Token, line: int) -> Iterator[Unit]:
        found = list(_spans(token.children or (), line))
        if self._row is not None:
            self._row.lines.append([span for unit in found for span in unit.spans])
            return
        if not self._is_heading and self._open:
            self._open[-1].lines += found[0].lines
            self._tick(self._open[-1])
        else:
            found[0].kind = Kind.HEADING if self._is_heading else Kind.PROSE
            yield found[0]
        yield from found[1:]

    @staticmethod
    def _tick(unit: Unit) -> None:
        first = next((line for line in unit.lines if line), [])
        if first and (box := _BOX.match(first[0].text)):
            unit.done = box[1] != " "
            first[0] = Span(first[0].text[box.end() :], first[0].address, first[0].bold, first[0].italic)

    def _flushed(self) -> Iterator[Unit]:
        """The innermost item as far as it was read; what follows it below a list is one more."""
        if self._open and any(self._open[-1].spans):
            unit = self._open[-1]
            yield unit
            self._open[-1] = Unit(Kind.ITEM, unit.line, unit.depth, done=unit.done)


def _spans(tokens: Iterable[Token], line: int) -> Iterator[Unit]:
    """A unit for what stands before the first `<li>` or `<tr>`, and one for each of these."""
    writing = _Writing(line)
    for token in tokens:
        yield from writing.take(token)
    yield writing.unit


class _Writing:
    """Spans as their tokens come."""

    def __init__(self, line: int) -> None:
        self.unit = Unit(Kind.ITEM, line, 1)
        self._address = ""
        self._is_auto = False
        self._bold = 0
        self._italic = 0

    def take(self, token: Token) -> Iterator[Unit]:
        """The unit that ends with this token, if one does."""
        match token.type:
            case "text" | "code_inline":
                self._add(token.content)
            case "image" if self._address:
                self._add(token.content)
            case "softbreak" if self._address or self._bold:
                self._add(" ")
            case "softbreak" | "hardbreak":
                self.unit.lines.append([])
            case "link_open" | "link_close":
                self._address = unescape(str(token.attrGet("href") or ""))
                self._is_auto = token.info == "auto"
            case "strong_open" | "strong_close":
                self._bold += token.nesting
            case "em_open" | "em_close":
                self._italic += token.nesting
            case "html_inline" if tag := _TAG.match(token.content):
                yield from self._tag(tag)

    def _add(self, text: str) -> None:
        for words, bare in [(text, "")] if self._address else _parted(text):
            span = Span(
                words, bare or self._address, self._bold > 0, self._italic > 0, bool(bare) or self._is_auto
            )
            self.unit.lines[-1].append(span)

    def _tag(self, tag: re.Match[str]) -> Iterator[Unit]:
        name, is_end = tag["name"].lower(), bool(tag["end"])
        if name == "a":
            target = None if is_end else _TARGET.search(tag["rest"])
            self._address = unescape(next(filter(None, target.groups()), "")) if target else ""
        elif name in _BREAKS:
            self.unit.lines.append([])
        elif name in _BOLD:
            self._bold += -1 if is_end else 1
        elif name in _ITALIC:
            self._italic += -1 if is_end else 1
        elif name in _BEGINS_ITEM and not is_end and any(self.unit.spans):
            yield self.unit
            self.unit = Unit(Kind.ITEM, self.unit.line, 1)


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """Words, and the addresses between them."""
    place = 0
    for bare in _BARE.finditer(text):
        address = bare[0].rstrip(_AFTER_BARE) if "(" not in bare[0] else bare[0].rstrip(".,;:!?]}*_")
        if bare.start() > place:
            yield text[place : bare.start()], ""
        yield address, address
        place = bare.start() + len(address)
    if place < len(text):
        yield text[place:], ""
