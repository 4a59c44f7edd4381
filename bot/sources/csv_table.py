"""A table with a header: CSV, or with tabs, semicolons or bars between its cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from bot.errors import SourceError
from bot.paper.addresses import doi_in
from bot.paper.harvest import Read, Skipped
from bot.paper.ids import parse_arxiv_id
from bot.paper.latex import end_of_group, plain
from bot.paper.table_cells import unguarded
from bot.sources.field_names import meanings, names_a_paper, names_a_title
from bot.sources.records import read_record
from bot.sources.text_lines import LONGEST_LINE, CutLine

SEPARATORS = ",\t;|"
_LATEST_HEADER = 6
"""Lines, of which all but the last may say what was searched and when."""
_DATABASES = frozenset({"scopus", "pubmed", "medline", "embase", "crossref", "openalex", "wos", "dblp"})
"""What a column `Source` may hold beside journals."""

_A_YEAR = re.compile(r"\s*(?:19|20)\d\d\s*")
_GLUED = re.compile(r"[^\W\d_A-Z][A-Z]")
"""Springer's names stand without anything between: `Ada DoeBen Roe`."""
_JSON = re.compile(r"\{\s*[\"'}]")
_EXCELS_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)


def read_csv(lines: Iterable[str]) -> Iterator[Read]:
    """The papers; the header has the names that JSON lines have, in any order and case.

    SourceError where the header names no title, id or address.
    """
    rest = _Lines(lines)
    separator, columns = _header(rest)
    columns = _told_apart(columns)
    table = csv.reader(rest, delimiter=separator)
    while True:
        rest.begin_row()
        try:
            cells = next(table, None)
        except csv.Error as error:
            yield Skipped(f"no row of a table ({error})", f"line {rest.number}")
            continue
        if cells is None:
            return
        where = f"line {rest.number}"
        if rest.is_too_long:
            yield Skipped("a row of more than 2 million characters", where)
        elif any(cell.strip() for cell in cells):
            sure = columns
            if any(cell.strip() for cell in cells[len(columns) :]):
                sure = columns[: _in_place(columns, cells)]
            if sure != columns and not names_a_title(sure):
                yield Skipped("more cells than the header names", where)
            else:
                yield read_record(_row(sure, cells), where)


def _in_place(columns: Sequence[str], cells: Sequence[str]) -> int:
    """How many columns of a row with a cell too many surely have theirs: those up to an id or a year."""
    sure = 0
    for place, (name, cell) in enumerate(zip(columns, cells, strict=False), 1):
        if any(is_it(cell) for meaning in meanings([name]) if (is_it := _TELLING.get(meaning))):
            sure = place
    return sure


_TELLING = {
    "doi": lambda cell: doi_in(cell) is not None,
    "arxiv_id": lambda cell: parse_arxiv_id(cell) is not None,
    "year": lambda cell: _A_YEAR.fullmatch(cell) is not None,
}
"""What no cell of another column looks like."""


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    row = {name: _bare(cell.strip()) for name, cell in zip(columns, cells, strict=False) if name}
    if row.get(_SOURCE, "").lower() in _DATABASES:
        del row[_SOURCE]
    if "Item Title" in row and _GLUED.search(row.get("Authors", "")):
        del row["Authors"]
    return row


def _bare(cell: str) -> str:
    """Without a guard, or the braces that a table made of BibTeX keeps."""
    if cell.startswith("{") and not _JSON.match(cell) and end_of_group(cell, 0) == len(cell):
        return plain(cell)
    return unguarded(cell)


_SOURCE = "publication"
_IN_TABLES = (
    ("name", "title", ()),  # Notion's, as the next
    ("paper", "title", ()),
    ("source", _SOURCE, ()),  # Cochrane's
    ("created", "added", ("excerpt",)),  # Raindrop's
    ("created", "added", ("last edited time",)),  # Notion's, as the next
    ("created time", "added", ()),
    ("timestamp", "added", ("selection",)),  # Instapaper's, as the next
    ("folder", "status", ("selection",)),
    ("location", "status", ("saved date",)),  # Readwise's
)
"""What means something in tables alone: its name, ours, and columns of which one has to stand beside it."""
_MEANT = {"title": "title", _SOURCE: "venue", "added": "added", "status": "status"}


def _told_apart(columns: Sequence[str]) -> list[str]:
    """Columns of tables by our names, where no other has that meaning."""
    known, there = meanings(columns), {name.lower() for name in columns}
    found = dict(zip(columns, columns, strict=True))
    for theirs, ours, beside in _IN_TABLES:
        for name in columns:
            is_it = name.lower() == theirs and (not beside or not there.isdisjoint(beside))
            if is_it and _MEANT[ours] not in known:
                found[name] = ours
                known.add(_MEANT[ours])
    return [found[name] for name in columns]


def header_of(line: str) -> tuple[str, list[str]] | None:
    """The separator and the names of columns, where `line` is a header with a title, or `Name` and an id."""
    separator, columns = _columns(line)
    named = any(name.lower() in ("name", "paper") for name in columns) and names_a_paper(columns)
    return (separator, columns) if named or names_a_title(columns) else None


def _columns(line: str, separator: str | None = None) -> tuple[str, list[str]]:
    line = line.lstrip("\ufeff").strip("\r\n")
    separator = separator or max(SEPARATORS, key=line.count)
    return separator, [name.strip("\ufeff ") for name in next(csv.reader([line], delimiter=separator), [])]


def _header(lines: _Lines) -> tuple[str, list[str]]:
    """The first line, where that names what tells a paper; else one of the next that names a title."""
    said, first = None, 0
    for line in lines:
        if excel := _EXCELS_LINE.fullmatch(line):
            said = excel[1]
        elif line.strip("\ufeff \t\r\n"):
            first = first or lines.number
            separator, columns = _columns(line, said)
            is_later = lines.number > first
            if len(columns) > 1 and header_of(line) if is_later and not said else names_a_paper(columns):
                return separator, columns
            if lines.number >= first + _LATEST_HEADER - 1:
                break
    raise SourceError(
        f"Line {max(1, first)}: expected a header that names a column `title` "
        "(and `arxiv_id`, `abstract`, `authors`…)."
    )


class _Lines:
    """The lines for csv's reader. Of a row that is too long only its end is handed on, and it says so."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self.number = 0
        self.begin_row()

    def begin_row(self) -> None:
        self.is_too_long = False
        self._size = 0
        self._is_quoted = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        was_quoted = self._is_quoted
        line = self._take(next(self._source))
        if not (isinstance(line, CutLine) or self._size > LONGEST_LINE):
            return line
        self.is_too_long = True
        while self._is_quoted and (following := next(self._source, None)) is not None:
            self._take(following)
        return '"\n' if was_quoted else "\n"

    def _take(self, line: str) -> str:
        self.number += 1
        self._size += len(line)
        quotes = line.quotes if isinstance(line, CutLine) else line.count('"')
        self._is_quoted ^= quotes % 2 == 1
        return line
