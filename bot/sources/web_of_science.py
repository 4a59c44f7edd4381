"""Web of Science's own records ("Plain text file", .txt and .ciw): a tag of two signs, from `PT` to `ER`.

https://webofscience.help.clarivate.com/Content/wos-core-collection/wos-core-collection-field-tags.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.paper.harvest import Read, Skipped
from bot.paper.model import Paper
from bot.sources.people import given_first
from bot.sources.pointers import Pointers, is_venue
from bot.sources.record_dates import When, combined
from bot.sources.records import build
from bot.sources.text_lines import LONGEST_LINE, CutLine

BEGINNING = re.compile(r"\ufeff?\s*(?:FN [^\n]*\n\s*(?:VR [^\n]*\n\s*)?)?PT [A-Z]\s*\n")
"""Of a file."""
_TAG = re.compile(r"([A-Z][A-Z0-9])(?: |$)")
_AUTHORS = (("AF", "CA"), ("AU", "CA"), ("BE",), ("ED",))
"""Full names, short ones, each with groups, editors: the next where the one before has none."""
_ANONYMOUS = "[Anonymous]"
_BETWEEN_KEYWORDS = re.compile(r"\s*;\s*")

_Record = dict[str, list[str]]


def read_web_of_science(lines: Iterable[str]) -> Iterator[Read]:
    """The papers, one record in memory at a time; what they cite (`CR`) is none of them."""
    record: _Record = {}
    last: list[str] = []
    size, first = 0, 0
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").rstrip()
        tag = _TAG.match(text)
        if tag and tag[1] in ("PT", "ER", "EF") and record:
            yield _read(record, first, size)
            record = {}
        if tag and tag[1] == "PT":
            record, size, first = {"PT": []}, 0, number
        size += LONGEST_LINE + 1 if isinstance(line, CutLine) else len(line)
        if not record or size > LONGEST_LINE:
            continue
        if tag:
            last = record.setdefault(tag[1], [])
        if said := text[3:].strip():
            last.append(said)
    if record:
        yield _read(record, first, size)


def _read(record: _Record, line: int, size: int) -> Paper | Skipped:
    where = f"line {line}"
    if size > LONGEST_LINE:
        return Skipped("a record of more than 2 million characters", where)
    venues = [_text(record, "SO"), _text(record, "SE")]
    pointers = Pointers(
        dois=record.get("DI", []),
        addresses=record.get("DL", []),
        volumes=[_text(record, tag) for tag in ("VL", "IS", "AR")],
        journals=venues,
    )
    date = _date(record)
    return build(
        {
            "id": pointers.arxiv_id(),
            "title": _text(record, "TI"),
            "abstract": _text(record, "AB"),
            "authors": _authors(record),
            "published": date.day,
            "year": date.year,
            "keywords": tuple(filter(None, _BETWEEN_KEYWORDS.split(_text(record, "DE")))),
            "doi": pointers.doi(),
            "url": pointers.url(),
            "venue": next(filter(is_venue, venues), None),
        },
        where,
    )


def _text(record: _Record, tag: str) -> str:
    return " ".join(record.get(tag, []))


def _authors(record: _Record) -> tuple[str, ...]:
    listed = next((tags for tags in _AUTHORS if record.get(tags[0])), ("CA",))
    names = [name for tag in listed for name in record.get(tag, [])]
    return tuple(given_first(name) for name in names if not name.startswith(_ANONYMOUS))


def _date(record: _Record) -> When:
    """Of an article that has appeared online alone, when that was (`EA`)."""
    published = combined(_text(record, "PY"), _text(record, "PD"))
    return published if published.year else combined(_text(record, "EA"))
