"""Markdown and text that name papers: Paperboy's own lists, other people's, ids and links one a line."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from bot.paper.harvest import Read, Skipped, with_remark
from bot.paper.ids import Address, ArxivId, Doi, OwnId, Reference, references_in
from bot.paper.remarks import Status, remark_of
from bot.sources import front_matter
from bot.sources.linked_papers import LinkedPaper, Reading
from bot.sources.markdown_units import Unit, definitions, units
from bot.sources.own_lists import own_paper
from bot.sources.paper_pages import is_paper_page
from bot.sources.pointers import Pointers
from bot.sources.records import build

_LINK = re.compile(r"\]\(<?https?://|<a\s[^<>]{0,200}href=", re.IGNORECASE)
_BEGINS = re.compile(r" ?(?:[-*+]|\d{1,9}[.)])(?:\s|$)|#{1,6}\s")
_UNDER_HEAD = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_MARKED_UP = re.compile(r"[\[<|*_`# ：]|^[^\W\d_]+:(?=https?:)", re.MULTILINE)
_MAY_NAME = re.compile(r"://|\d|\]\(|\]\[|href", re.IGNORECASE)
_LONGEST = 10_000
"""Characters of a line that are looked at; a paper of our own lists may have thousands of authors in one."""
_STRETCH = 2**22
"""Characters within which links are told what they lead to by reference."""
_LARGEST_CHUNK = 20_000
_LARGEST_BLOCK = 200_000
"""Characters that are read as one; a paper with its note has fewer."""
_MOST_COLUMNS = 50
_LOOKED_AT = 50
_MOST_A_LINE = 50
_MOST_BETWEEN = 4
"""Chunks from a title to its links, which may have authors and a summary between."""


def read_links(lines: Iterable[str]) -> Iterator[Read]:
    """The papers in the order of the file, those of other lists by their links and what stands at these.

    Of what is named by an id or a bare link nothing else is known. Prose names no papers by titles. An entry
    of a list with a link of its own from which no paper can be made is skipped, as is a paper's page
    without a title.
    """
    noted, lines = front_matter.apart(lines)
    if noted is not None:
        yield noted
    for stretch in _stretches(lines):
        reading = _Chunks(definitions(text for _, text in stretch), stretch[0][0])
        for block in _blocks(stretch):
            first = block[0][0]
            texts = [text for _, text in block]
            if (own := own_paper(texts, f"line {first}")) is not None:
                yield from reading.rest()
                yield own
            else:
                yield from reading.take(first, texts)
        yield from reading.end()


def holds_links(text: str) -> bool:
    """Whether it looks like such a file: most of its first lines with words name a paper, or link to one."""
    lines = [line[:_LONGEST] for line in text.splitlines() if line.strip() and not line.startswith("#")]
    looked_at = lines[:_LOOKED_AT]
    naming = sum(any(map(_is_paper, references_in(line))) for line in looked_at)
    return naming > 0 and (2 * naming >= len(looked_at) or any(_LINK.search(line) for line in looked_at))


def _stretches(lines: Iterable[str]) -> Iterator[list[tuple[int, str]]]:
    """Numbered lines, together as many as are held at once."""
    numbered = ((number, line.lstrip("\ufeff").rstrip("\r\n")) for number, line in enumerate(lines, 1))
    return _together(numbered, lambda size, text: size > _STRETCH and not text.startswith(" "))


def _blocks(stretch: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Each line with those below it that are indented."""
    return _together(stretch, lambda size, text: size > _LARGEST_BLOCK or not text.startswith("  "))


def _together(
    lines: Iterable[tuple[int, str]], begins: Callable[[int, str], bool]
) -> Iterator[list[tuple[int, str]]]:
    """Numbered lines, a new lot where one `begins`, which is told how many characters the lot has by then."""
    lot: list[tuple[int, str]] = []
    size = 0
    for number, text in lines:
        if lot and begins(size, text):
            yield lot
            lot, size = [], 0
        lot.append((number, text))
        size += len(text) + 1
    if lot:
        yield lot


class _Chunks:
    """Of other people's lists as much at a time as stands together: an item, a paragraph, a table."""

    def __init__(self, known: dict[str, Any], first: int) -> None:
        self._known = known
        self._first = first
        self._lines: list[str] = []
        self._size = 0
        self._is_after_gap = False
        self._passed_over: deque[tuple[int, str]] = deque(maxlen=_MOST_BETWEEN + 1)
        """The last chunks that named nothing, with their first lines."""
        self._reading = Reading()

    def take(self, first: int, texts: Sequence[str]) -> Iterator[Read]:
        """What stands before these lines, where they are no part of it."""
        texts = [text[:_LONGEST] for text in texts]
        gap = self._is_after_gap and bool(texts[0].strip()) and not texts[0].startswith("\t")
        if not self._lines or gap or _BEGINS.match(texts[0]) or self._size > _LARGEST_CHUNK:
            yield from self.rest()
            self._first = first
        self._lines += texts
        self._size += sum(map(len, texts))
        self._is_after_gap = not texts[-1].strip()

    def rest(self) -> Iterator[Read]:
        """What has not been read yet."""
        lines, self._lines, self._size, self._is_after_gap = self._lines, [], 0, False
        if not any(map(str.strip, lines)):
            return
        first = self._first
        if lines[0].lstrip().startswith("|") and not any(map(_UNDER_HEAD.fullmatch, lines[1:2])):
            # Rows without a head, or the later ones of a long table.
            columns = min(_MOST_COLUMNS, max(line.count("|") for line in lines))
            lines, first = ["|" * (columns + 1), "|-" * columns + "|", *lines], first - 2
        text = "\n".join(lines)
        if not _MARKED_UP.search(text):
            yield from _bare_lines(lines, first)
            return
        for unit in self._units(first, text):
            yield from map(_made, self._reading.papers(unit))

    def end(self) -> Iterator[Read]:
        """The rest, and what is known at the end alone."""
        yield from self.rest()
        yield from map(_made, self._reading.rest())

    def _units(self, first: int, text: str) -> Iterator[Unit]:
        """Those of a chunk; of one that names nothing only where a later one may have its title there."""
        self._passed_over.append((first, text))
        if _MAY_NAME.search(text):
            for begins, chunk in self._passed_over:
                for unit in units(chunk, self._known):
                    unit.line += begins
                    yield unit
            self._passed_over.clear()


def _bare_lines(lines: Iterable[str], first: int) -> Iterator[Read]:
    for number, line in enumerate(lines, first):
        for reference in list(references_in(line))[:_MOST_A_LINE]:
            if _is_paper(reference):
                yield _made(LinkedPaper("", [reference], number))


def _is_paper(reference: Reference) -> bool:
    if isinstance(reference, Address):
        return is_paper_page(reference.url)
    return not isinstance(reference, OwnId)


def _made(found: LinkedPaper) -> Read:
    where = f"line {found.line}"
    arxiv_id = next((each.id for each in found.references if isinstance(each, ArxivId)), None)
    doi = next((each.doi for each in found.references if isinstance(each, Doi)), None)
    if not found.references:
        return Skipped("no link to a paper", where)
    addresses = [each.url for each in found.references if isinstance(each, Address)]
    record = build(
        {
            "id": arxiv_id,
            "title": found.title,
            "doi": doi,
            "url": Pointers(addresses=addresses).url(),
        },
        where,
    )
    return with_remark(record, remark_of(status=(Status.READ if found.done else Status.TO_READ).value))
