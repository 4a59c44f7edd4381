"""Papers as files for other programs: what `paperboy import` reads, it gets back.

What their reader noted goes where other programs keep such things: BibTeX's `annote`, JabRef's `readstatus`
and BibDesk's `date-added`; RIS's `N1`, a keyword `status: read` and the access date; CSL's `note`, `custom`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any, TextIO

import rispy

from bot.paper.citing import address, annotation, bibtex, citation_key, is_proceedings
from bot.paper.instants import written_instant
from bot.paper.model import Paper
from bot.paper.names import person_of
from bot.paper.remarks import OWNER, Remark, Status, is_read_as_foreign
from bot.paper.table_cells import guarded

COLUMNS = tuple(name for name, field in Paper.model_fields.items() if not field.exclude)
OF_READERS = ("note", "status", "added")
"""Columns that a list's file has beside these."""
Remarks = Iterable[Remark] | None
"""One for each paper, in the same order; None where papers alone are written."""
_DIVIDES = re.compile(r"[;,|&\[\]{}]|\band\b")
_KEY = re.compile(r"(@\w+\{)([^,]+)")


def write_json_lines(chosen: Iterable[Paper], out: TextIO, remarks: Remarks = None) -> int:
    """One object a line, only with what is known. Returns how many papers were written, as the others do."""
    count = 0
    for paper, remark in _each(chosen, remarks):
        count += 1
        record = paper.model_dump(mode="json", exclude_defaults=True)
        if paper.summary:
            # By itself, a summary is what others call the abstract.
            record.setdefault("abstract", "")
        out.write(json.dumps(record | _columns(remark), ensure_ascii=False) + "\n")
    return count


def write_csv(chosen: Iterable[Paper], out: TextIO, remarks: Remarks = None) -> int:
    """A table with a header; lists are divided by semicolons, or JSON where their parts hold such signs.

    A spreadsheet takes no text for a formula: see `bot.paper.table_cells`.
    """
    table = csv.DictWriter(out, COLUMNS if remarks is None else COLUMNS + OF_READERS)
    table.writeheader()
    count = 0
    for paper, remark in _each(chosen, remarks):
        count += 1
        record = paper.model_dump(mode="json", exclude_defaults=True) | _columns(remark)
        table.writerow({name: _cell(value) for name, value in record.items()})
    return count


def write_bibtex(chosen: Iterable[Paper], out: TextIO, remarks: Remarks = None) -> int:
    """Entries whose keys differ."""
    used: set[str] = set()
    count = 0
    for paper, remark in _each(chosen, remarks):
        count += 1
        entry = bibtex(paper, whole=True, more=_bibtex_fields(remark))
        out.write(_KEY.sub(lambda head: head[1] + _unused(head[2], used), entry, count=1) + "\n\n")
    return count


def write_ris(chosen: Iterable[Paper], out: TextIO, remarks: Remarks = None) -> int:
    """Records as Zotero and EndNote read them."""
    count = 0
    for paper, remark in _each(chosen, remarks):
        count += 1
        record = {name: value for name, value in _ris(paper, remark).items() if value}
        text = rispy.dumps([record], implementation=_RisWriter, enforce_list_tags=False).lstrip()
        if remark is not None and remark.note:
            # A tag for each line: what reads RIS takes a line without one for the rest of a paragraph.
            note = "".join(f"N1  - {line}\n" for line in remark.note.split("\n"))
            if is_read_as_foreign(remark.note):
                note += f"DP  - {OWNER}\n"
            head, end, rest = text.rpartition("ER  -")
            text = f"{head}{note}{end}{rest}"
        out.write(text + "\n")
    return count


def write_csl_json(chosen: Iterable[Paper], out: TextIO, remarks: Remarks = None) -> int:
    """One array, as Zotero and pandoc read it."""
    count = 0
    out.write("[")
    for paper, remark in _each(chosen, remarks):
        record = {name: value for name, value in (_csl(paper) | _csl_remark(remark)).items() if value}
        out.write(f"{',' if count else ''}\n  {json.dumps(record, ensure_ascii=False)}")
        count += 1
    out.write("\n]\n")
    return count


def _each(chosen: Iterable[Paper], remarks: Remarks) -> Iterator[tuple[Paper, Remark | None]]:
    return zip(chosen, repeat(None) if remarks is None else remarks, strict=remarks is not None)


def _columns(remark: Remark | None) -> dict[str, str]:
    if remark is None:
        return {}
    added = {"added": written_instant(remark.added)} if remark.added else {}
    return {**({"note": remark.note} if remark.note else {}), "status": remark.status.value, **added}


def _bibtex_fields(remark: Remark | None) -> dict[str, str]:
    if remark is None:
        return {}
    return {
        "annote": annotation(remark.note),
        "owner": OWNER if is_read_as_foreign(remark.note) or _has_loose_spaces(remark.note) else "",
        "readstatus": remark.status.value if remark.status is not Status.TO_READ else "",
        "date-added": f"{remark.added:%Y-%m-%d %H:%M:%S} +0000" if remark.added else "",
    }


def _has_loose_spaces(note: str) -> bool:
    """Whether some of its white space is more than a break or one space between words."""
    return any(line != " ".join(line.split()) for line in note.split("\n"))


def _csl_remark(remark: Remark | None) -> dict[str, Any]:
    if remark is None:
        return {}
    own = {name: value for name, value in _columns(remark).items() if name != "note"}
    return {"note": remark.note, "custom": {"paperboy": own}}


class _RisWriter(rispy.RisWriter):  # type: ignore[misc]
    def set_header(self, count: int) -> str:
        """No number before each record."""
        return ""


def _ris(paper: Paper, remark: Remark | None) -> dict[str, Any]:
    kind = "JOUR" if paper.venue else "UNPB"
    is_begun = remark is not None and remark.status is not Status.TO_READ
    status = [f"status: {remark.status.value}"] if remark is not None and is_begun else []
    return {
        "type_of_reference": "CONF" if paper.venue and is_proceedings(paper.venue) else kind,
        "title": paper.title,
        "authors": [_inverted(name) for name in paper.authors],
        "year": str(paper.year or ""),
        "date": f"{paper.published:%Y/%m/%d}" if paper.published else "",
        "journal_name": paper.venue,
        "abstract": " ".join(paper.abstract.split()),
        "keywords": [*paper.keywords, *status],
        "access_date": f"{remark.added:%Y/%m/%d/%H:%M:%S}" if remark is not None and remark.added else "",
        "doi": paper.doi,
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "publisher": "arXiv" if paper.arxiv_id else "",
        "urls": list(filter(None, [address(paper), paper.url if paper.arxiv_id or paper.doi else None])),
    }


def _csl(paper: Paper) -> dict[str, Any]:
    day = paper.published
    parts = [day.year, day.month, day.day] if day else [paper.year] if paper.year else []
    kind = "article-journal" if paper.venue else "article"
    return {
        "id": citation_key(paper),
        "type": "paper-conference" if paper.venue and is_proceedings(paper.venue) else kind,
        "title": paper.title,
        "author": [_csl_name(name) for name in paper.authors],
        "issued": {"date-parts": [parts]} if parts else None,
        "container-title": paper.venue,
        "abstract": paper.abstract,
        "keyword": ", ".join(paper.keywords),
        "DOI": paper.doi,
        "URL": address(paper) if paper.arxiv_id or not paper.url else paper.url,
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "publisher": "arXiv" if paper.arxiv_id else "",
    }


def _csl_name(name: str) -> dict[str, str | bool]:
    person = person_of(name)
    if person is None or not person.given:
        return {"literal": name}
    parts: dict[str, str | bool] = {"family": person.family, "given": person.given}
    return parts | {"suffix": person.suffix, "comma-suffix": True} if person.suffix else parts


def _inverted(name: str) -> str:
    """`van Dam, Jean-Paul, Jr.`, as RIS wants it; a group's name stays as it is."""
    person = person_of(name)
    if person is None:
        return name
    return ", ".join(part for part in (person.family, person.given, person.suffix) if part)


def _unused(key: str, used: set[str]) -> str:
    candidate, number = key, 1
    while candidate in used:
        number += 1
        candidate = f"{key}-{number}"
    used.add(candidate)
    return candidate


def _cell(value: object) -> object:
    if isinstance(value, list):
        is_plain = not any(_DIVIDES.search(part) for part in value)
        value = "; ".join(value) if is_plain else json.dumps(value, ensure_ascii=False)
    return guarded(value) if isinstance(value, str) else value
