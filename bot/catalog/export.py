"""Papers as files for other programs: what `paperboy import` reads, it gets back."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from bot.catalog import papers
from bot.catalog.citing import bibtex
from bot.catalog.finding import Finder
from bot.catalog.models import Paper

COLUMNS = tuple(Paper.model_fields)
_PAGE = 500
_KEY = re.compile(r"(@\w+\{)([^,]+)")


def all_papers(connection: sqlite3.Connection) -> Iterator[Paper]:
    """Every paper, in the order in which they came, in constant memory."""
    last = 0
    while page := papers.after(connection, last, _PAGE):
        last = page[-1][0]
        yield from (paper for _, paper in page)


def found_papers(connection: sqlite3.Connection, query: str) -> Iterator[Paper]:
    """What `query` finds, best first; unknown words are not corrected."""
    (_, _, catalog) = connection.execute("PRAGMA database_list").fetchone()
    finder = Finder(Path(catalog))
    finder.index.wait_until_current(connection)
    offset = 0
    while hits := finder.find(connection, query, limit=_PAGE, offset=offset, correct=False).hits:
        offset += len(hits)
        yield from (hit.paper for hit in hits)


def write_json_lines(chosen: Iterable[Paper], out: TextIO) -> int:
    """One object a line, only with what is known. Returns how many papers were written, as the others do."""
    count = 0
    for paper in chosen:
        count += 1
        record = paper.model_dump(mode="json", exclude_defaults=True)
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def write_csv(chosen: Iterable[Paper], out: TextIO) -> int:
    """A table with a header; lists are divided by semicolons."""
    table = csv.DictWriter(out, COLUMNS)
    table.writeheader()
    count = 0
    for paper in chosen:
        count += 1
        record = paper.model_dump(mode="json", exclude_defaults=True)
        table.writerow({name: _cell(value) for name, value in record.items()})
    return count


def write_bibtex(chosen: Iterable[Paper], out: TextIO) -> int:
    """Entries whose keys differ."""
    used: set[str] = set()
    count = 0
    for paper in chosen:
        count += 1
        out.write(_KEY.sub(lambda head: head[1] + _unused(head[2], used), bibtex(paper), count=1) + "\n\n")
    return count


def _unused(key: str, used: set[str]) -> str:
    candidate, number = key, 1
    while candidate in used:
        number += 1
        candidate = f"{key}-{number}"
    used.add(candidate)
    return candidate


def _cell(value: object) -> object:
    if isinstance(value, list):
        # A single name may hold a comma: the semicolon says that it is one.
        return "; ".join(value) + (";" if len(value) == 1 and "," in value[0] else "")
    return value
