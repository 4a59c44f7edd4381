"""A table with a header: CSV, or with tabs, semicolons or bars between its cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from bot.errors import SourceError
from bot.paper.harvest import Skipped
from bot.paper.model import Paper
from bot.sources.field_names import names_a_title
from bot.sources.records import paper_from_record
from bot.sources.text_lines import LONGEST_LINE, CutLine

SEPARATORS = ",\t;|"

_EXCELS_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)


def read_csv(lines: Iterable[str]) -> Iterator[Paper | Skipped]:
    """The papers; the header has the names that JSON lines have, in any order and case.

    SourceError where the header names no title.
    """
    rest = _Lines(lines)
    separator, columns = _header(rest)
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
        elif any(cell.strip() for cell in cells[len(columns) :]):
            yield Skipped("more cells than the header names", where)
        elif any(cell.strip() for cell in cells):
            row = zip(columns, cells, strict=False)
            yield paper_from_record({name: cell.strip() for name, cell in row if name}, where)


def header_of(line: str) -> tuple[str, list[str]] | None:
    """The separator and the column names, where `line` is a header that names a title."""
    line = line.lstrip("\ufeff").strip("\r\n")
    separator = max(SEPARATORS, key=line.count)
    columns = [name.strip() for name in next(csv.reader([line], delimiter=separator), [])]
    return (separator, columns) if names_a_title(columns) else None


def _header(lines: _Lines) -> tuple[str, list[str]]:
    said = None
    for line in lines:
        if excel := _EXCELS_LINE.fullmatch(line):
            said = excel[1]
        elif line.strip("\ufeff \t\r\n"):
            if said:
                columns = [name.strip("\ufeff ") for name in next(csv.reader([line], delimiter=said), [])]
                found = (said, columns) if names_a_title(columns) else None
            else:
                found = header_of(line)
            if found:
                return found
            break
    raise SourceError(
        f"Line {max(1, lines.number)}: expected a header that names a column `title` "
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
