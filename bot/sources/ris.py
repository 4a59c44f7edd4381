"""RIS, which Zotero, EndNote and publishers write: one tag a line, from `TY` to `ER`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import rispy

from bot.paper.harvest import Read, Skipped, is_of_arxiv, with_remark
from bot.paper.model import Paper
from bot.paper.names import person_of
from bot.paper.remarks import OWNER, Remark, foreign_remark_of, remark_of
from bot.sources.people import apart, given_first, initials_first, is_list, people, texts
from bot.sources.pointers import Pointers, is_venue
from bot.sources.record_dates import When, when
from bot.sources.records import build
from bot.sources.text_lines import LONGEST_LINE, CutLine

_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9])\s{1,2}-(?:\s|$)\s*(.*)", re.DOTALL)
_TITLES = ("title", "primary_title", "translated_title", "short_title")
_ABSTRACTS = ("abstract", "notes_abstract")
_AUTHOR_TAGS = (("A1", "AU"), ("A2",))
"""The next where the one before has none: programs mix the two of authors."""
_STATUS = re.compile(r"status: (.+)")
"""A keyword, since other programs keep those. Theirs is no tag of RIS."""
_ADDED = re.compile(r"(\d{4})/(\d\d)/(\d\d)/(\d\d:\d\d:\d\d)")
"""An access date with its time, as Paperboy writes when a paper was saved."""
_FEWEST_LETTERS = 6
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


def read_ris(lines: Iterable[str]) -> Iterator[Read]:
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
            if name == "N1":
                # Its lines are a note's, which may be indented.
                record.append([name, line.partition("-")[2].removeprefix(" ").rstrip("\r\n")])
            elif name:
                record.append([name, text])
            else:
                # A line without a tag goes on with the one before.
                record[-1].append(text)
    if record:
        yield _read(record, first, size)


def _read(record: list[list[str]], line: int, size: int) -> Read:
    where = f"line {line}"
    if size > LONGEST_LINE:
        return Skipped("a record of more than 2 million characters", where)
    lines = (f"{name}  - {' '.join(texts)}" for name, *texts in record if name != "N1")
    (fields,) = rispy.loads("\n".join((*lines, "ER  - ", "")))
    paper = _paper(fields, record, where)
    return with_remark(paper, _remark(record, is_of_arxiv(paper)))


def _paper(fields: Mapping[str, Any], record: list[list[str]], where: str) -> Paper | Skipped:
    date = _date(fields)
    pointers = Pointers(
        dois=[*_all(fields, "doi"), *_tagged(record, "L3")],  # EBSCO's
        addresses=[*_all(fields, "urls"), *_all(fields, "link_to_pdf"), *_all(fields, "url")],
        volumes=[text for name in _NUMBERS for text in _all(fields, name)],
        journals=[text for name in (*_VENUES, "publisher") for text in _all(fields, name)],
    )
    return build(
        {
            "id": pointers.arxiv_id(),
            "title": _first(fields, _TITLES),
            "abstract": _first(fields, _ABSTRACTS),
            "authors": next((found for tags in _AUTHOR_TAGS if (found := _authors(record, tags))), ()),
            "published": date.day,
            "year": date.year,
            "keywords": tuple(each for each in _all(fields, "keywords") if not _STATUS.fullmatch(each)),
            "doi": pointers.doi(),
            "url": pointers.url(),
            "venue": next(
                (venue for key in _VENUES for venue in _all(fields, key) if is_venue(venue)),
                None,
            ),
        },
        where,
    )


def _authors(record: list[list[str]], tags: Iterable[str]) -> tuple[str, ...]:
    """In the order of the file; some programs put all of them behind one tag, or one letter behind each."""
    given = _tagged(record, *tags)
    if len(given) >= _FEWEST_LETTERS and all(len(text) <= 2 for text in given):
        return people("".join(text or " " for text in given)) or ()
    is_ours = OWNER in _tagged(record, "DP")
    if len(given) == 1 and not is_ours and _holds_several(given[0]):
        return people(given[0]) or ()
    parted = given if is_ours else map(apart, given)
    parts = [part.strip() for text in parted for part in text.split(";") if part.strip()]
    if not is_ours and not any("," in part for part in parts):
        return tuple(initials_first(parts))  # Embase's
    return tuple(map(given_first, parts))


def _holds_several(text: str) -> bool:
    """Whether it is a list of people, as Python writes it or with commas, and no group."""
    if ";" in text:
        return False
    return bool(texts(text)) or (is_list(text) and all(person_of(name) for name in text.split(",")))


def _tagged(record: list[list[str]], *tags: str) -> list[str]:
    return [" ".join(texts).strip() for name, *texts in record if name in tags]


def _remark(record: list[list[str]], of_arxiv: bool) -> Remark | None:
    note = "\n".join(line for name, *lines in record if name in ("N1", "RN") for line in lines)
    status = next((found[1] for text in _tagged(record, "KW") if (found := _STATUS.fullmatch(text))), "")
    added = next((found for text in _tagged(record, "Y2") if (found := _ADDED.fullmatch(text))), None)
    said = note, status, "{}-{}-{}T{}Z".format(*added.groups()) if added else ""
    is_ours = OWNER in _tagged(record, "DP")
    return remark_of(*said) if is_ours else foreign_remark_of(*said, of_arxiv=of_arxiv)


def _date(fields: Mapping[str, Any]) -> When:
    found = [when(text) for name in _DATES for text in _all(fields, name)]
    return next((date for date in found if date.day), next((date for date in found if date.year), When()))


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next((text for name in names for text in _all(fields, name)), None)


def _all(fields: Mapping[str, Any], name: str) -> list[str]:
    value = fields.get(name)
    values = value if isinstance(value, list) else [value]
    return [text.strip() for text in values if isinstance(text, str) and text.strip()]
