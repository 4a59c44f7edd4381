"""RIS, which Zotero, EndNote and publishers write: one tag a line, from `TY` to `ER`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import rispy

from bot.paper.harvest import Skipped
from bot.paper.model import Paper
from bot.sources.people import given_first
from bot.sources.pointers import Pointers, is_venue
from bot.sources.record_dates import When, when
from bot.sources.records import build
from bot.sources.text_lines import LONGEST_LINE, CutLine

_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9])\s{1,2}-(?:\s|$)\s*(.*)", re.DOTALL)
_TITLES = ("title", "primary_title", "translated_title", "short_title")
_ABSTRACTS = ("abstract", "notes_abstract")
_AUTHORS = ("first_authors", "authors", "secondary_authors")
_DATES = ("date", "publication_year", "year")
_VENUES = (
    "journal_name",
    "alternate_title3",
    "secondary_title",
    "alternate_title1",
    "alternate_title2",
    "tertiary_title",
)
_NUMBERS = ("volume", "number", "accession_number", "note", "section", "type_of_work", "custom7")


def read_ris(lines: Iterable[str]) -> Iterator[Paper | Skipped]:
    """The papers, one record in memory at a time."""
    record: list[list[str]] = []
    size, first = 0, 0
    for number, line in enumerate(lines, 1):
        tag = _TAG.match(line.lstrip("\ufeff"))
        name, text = (tag[1], tag[2].strip()) if tag else ("", line.strip())
        if name == "TY":
            if record:
                yield _read(record, first, size)
            record, size, first = [["TY", text]], 0, number
        elif record and name == "ER":
            yield _read(record, first, size)
            record = []
        elif record and size <= LONGEST_LINE:
            size += LONGEST_LINE + 1 if isinstance(line, CutLine) else len(line)
            if name:
                record.append([name, text])
            else:
                # A line without a tag goes on with the one before.
                record[-1].append(text)
    if record:
        yield _read(record, first, size)


def _read(record: list[list[str]], line: int, size: int) -> Paper | Skipped:
    where = f"line {line}"
    if size > LONGEST_LINE:
        return Skipped("a record of more than 2 million characters", where)
    lines = (f"{name}  - {' '.join(texts)}" for name, *texts in record)
    (fields,) = rispy.loads("\n".join((*lines, "ER  - ", "")))
    return _paper(fields, where)


def _paper(fields: Mapping[str, Any], where: str) -> Paper | Skipped:
    date = _date(fields)
    authors = next((names for names in (_all(fields, key) for key in _AUTHORS) if names), [])
    pointers = Pointers(
        dois=_all(fields, "doi"),
        addresses=[*_all(fields, "urls"), *_all(fields, "link_to_pdf"), *_all(fields, "url")],
        volumes=[text for name in _NUMBERS for text in _all(fields, name)],
        journals=[text for name in (*_VENUES, "publisher") for text in _all(fields, name)],
    )
    return build(
        {
            "id": pointers.arxiv_id(),
            "title": _first(fields, _TITLES),
            "abstract": _first(fields, _ABSTRACTS),
            "authors": tuple(map(given_first, authors)),
            "published": date.day,
            "year": date.year,
            "keywords": tuple(_all(fields, "keywords")),
            "doi": pointers.doi(),
            "url": pointers.url(),
            "venue": next(
                (venue for key in _VENUES for venue in _all(fields, key) if is_venue(venue)),
                None,
            ),
        },
        where,
    )


def _date(fields: Mapping[str, Any]) -> When:
    found = [when(text) for name in _DATES for text in _all(fields, name)]
    return next((date for date in found if date.day), next((date for date in found if date.year), When()))


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next((text for name in names for text in _all(fields, name)), None)


def _all(fields: Mapping[str, Any], name: str) -> list[str]:
    value = fields.get(name)
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip()]
