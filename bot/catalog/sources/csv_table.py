"""A table with a header: CSV, or with tabs or semicolons between its cells."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from bot.catalog.ids import parse_arxiv_id, repair_arxiv_id
from bot.catalog.models import Paper
from bot.catalog.sources.harvest import Skipped
from bot.catalog.sources.json_lines import paper_from_record
from bot.errors import SourceError

_LONGEST_CELL = 2**24
_SEPARATORS = ",\t;"


def read_csv(lines: Iterable[str]) -> Iterator[Paper | Skipped]:
    """The papers; the header has the names that JSON lines have, in any order and case.

    SourceError where the header names no title.
    """
    csv.field_size_limit(_LONGEST_CELL)
    rest = iter(lines)
    header = next(rest, "").lstrip("\ufeff")
    separator = max(_SEPARATORS, key=header.count)
    columns = [name.strip() for name in next(csv.reader([header], delimiter=separator), [])]
    columns = [name.lower() if name.lower() in ("id", "arxiv_id", "title") else name for name in columns]
    if "title" not in columns:
        raise SourceError(
            "Line 1: expected a header that names a column `title` (and `arxiv_id`, `abstract`, `authors`…)."
        )
    table = csv.reader(rest, delimiter=separator)
    while True:
        try:
            cells = next(table, None)
        except csv.Error as error:
            yield Skipped(f"no row of a table ({error})", f"line {table.line_num + 1}")
            continue
        if cells is None:
            return
        where = f"line {table.line_num + 1}"
        if len(cells) > len(columns):
            yield Skipped("more cells than the header names", where)
        elif any(cell.strip() for cell in cells):
            yield paper_from_record(_record(columns, cells), where)


def _record(columns: list[str], cells: list[str]) -> dict[str, str]:
    record = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip() and name}
    for name in ("arxiv_id", "id"):
        # A table program takes an arXiv id for a number.
        given = record.get(name)
        if given and parse_arxiv_id(given) is None:
            record[name] = repair_arxiv_id(given) or given
    return record
