"""Papers as files for other programs: what `paperboy import` reads, it gets back."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from typing import Any, TextIO

import rispy

from bot.paper.citing import address, bibtex, citation_key, is_proceedings
from bot.paper.model import Paper
from bot.paper.names import person_of

COLUMNS = tuple(Paper.model_fields)
_DIVIDES = re.compile(r"[;,|&\[\]{}]|\band\b")
_KEY = re.compile(r"(@\w+\{)([^,]+)")


def write_json_lines(chosen: Iterable[Paper], out: TextIO) -> int:
    """One object a line, only with what is known. Returns how many papers were written, as the others do."""
    count = 0
    for paper in chosen:
        count += 1
        record = paper.model_dump(mode="json", exclude_defaults=True)
        if paper.summary:
            # By itself, a summary is what others call the abstract.
            record.setdefault("abstract", "")
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def write_csv(chosen: Iterable[Paper], out: TextIO) -> int:
    """A table with a header; lists are divided by semicolons, or JSON where their parts hold such signs."""
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
        entry = bibtex(paper, whole=True)
        out.write(_KEY.sub(lambda head: head[1] + _unused(head[2], used), entry, count=1) + "\n\n")
    return count


def write_ris(chosen: Iterable[Paper], out: TextIO) -> int:
    """Records as Zotero and EndNote read them."""
    count = 0
    for paper in chosen:
        count += 1
        record = {name: value for name, value in _ris(paper).items() if value}
        out.write(rispy.dumps([record], implementation=_RisWriter, enforce_list_tags=False).lstrip() + "\n")
    return count


def write_csl_json(chosen: Iterable[Paper], out: TextIO) -> int:
    """One array, as Zotero and pandoc read it."""
    count = 0
    out.write("[")
    for paper in chosen:
        record = {name: value for name, value in _csl(paper).items() if value}
        out.write(f"{',' if count else ''}\n  {json.dumps(record, ensure_ascii=False)}")
        count += 1
    out.write("\n]\n")
    return count


class _RisWriter(rispy.RisWriter):  # type: ignore[misc]
    def set_header(self, count: int) -> str:
        """No number before each record."""
        return ""


def _ris(paper: Paper) -> dict[str, Any]:
    kind = "JOUR" if paper.venue else "UNPB"
    return {
        "type_of_reference": "CONF" if paper.venue and is_proceedings(paper.venue) else kind,
        "title": paper.title,
        "authors": [_inverted(name) for name in paper.authors],
        "year": str(paper.year or ""),
        "date": f"{paper.published:%Y/%m/%d}" if paper.published else "",
        "journal_name": paper.venue,
        "abstract": " ".join(paper.abstract.split()),
        "keywords": list(paper.keywords),
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
        return "; ".join(value) if is_plain else json.dumps(value, ensure_ascii=False)
    return value
