"""What stands before a note in Markdown, between two lines of dashes: YAML, of which plain parts are read.

Obsidian's notes on a paper and Hugo's pages of one have its title, authors and link there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from bot.paper.harvest import Read, Skipped
from bot.paper.model import Paper
from bot.sources.field_names import meanings
from bot.sources.records import paper_from_record

_FENCE = re.compile(r"\ufeff?---\s*")
_KEY = re.compile(r"([A-Za-z][\w -]{0,40}):(?:\s+(.*))?")
_ITEM = re.compile(r"\s*-\s+(.*)")
_LISTED = re.compile(r"\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,]+)")
_MOST_LINES = 200
_OF_PAPER = frozenset(
    {"title", "subtitle", "authors", "year", "arxiv_id", "doi", "addresses", "venue", "abstract"}
)
"""Dates and tags there are the note's."""


def apart(lines: Iterable[str]) -> tuple[Read | None, Iterable[str]]:
    """The paper that a note is about, where its front matter says so, and the lines that are left to read."""
    rest = iter(lines)
    head = list(_head(rest))
    record = _record(head[1:-1]) if len(head) > 1 and _FENCE.fullmatch(head[-1]) else None
    # In their place, so that lines keep their numbers.
    return record, chain(head if record is None else ["\n"] * len(head), rest)


def _head(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, None)
    if first is None:
        return
    yield first
    if not _FENCE.fullmatch(first):
        return
    for _, line in zip(range(_MOST_LINES), lines, strict=False):
        yield line
        if _FENCE.fullmatch(line):
            return


def _record(lines: Sequence[str]) -> Paper | Skipped | None:
    """None where nothing there names a paper."""
    fields = {key: value for key, value in _fields(lines).items() if meanings([key]) & _OF_PAPER}
    record = paper_from_record(fields, "line 1")
    if isinstance(record, Skipped):
        return record if record.named else None
    is_named = record.arxiv_id or record.doi or (record.url and record.authors)
    return record if is_named else None


def _fields(lines: Sequence[str]) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {}
    key = ""
    for line in lines:
        if found := _KEY.fullmatch(line.rstrip()):
            key, value = found[1].strip(), (found[2] or "").strip()
            is_listed = value.startswith("[") and value.endswith("]")
            fields[key] = list(map(_plain, _LISTED.findall(value[1:-1]))) if is_listed else _plain(value)
        elif key and (item := _ITEM.fullmatch(line.rstrip())):
            listed = fields[key]
            fields[key] = [*(listed if isinstance(listed, list) else ()), _plain(item[1])]
    return fields


def _plain(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return "" if value in ("|", ">", "|-", ">-") else value
