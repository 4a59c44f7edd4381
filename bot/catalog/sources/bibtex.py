"""BibTeX, as reference managers and arXiv give it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware, RemoveEnclosingMiddleware
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import DuplicateBlockKeyBlock, Entry

from bot.catalog.ids import arxiv_ids_in, parse_arxiv_id
from bot.catalog.models import Paper
from bot.catalog.sources.harvest import Skipped
from bot.catalog.sources.records import build

# What it can't read is skipped and counted here.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_BRACES = re.compile(r"(?<!\\)[{}]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ID_FIELDS = ("eprint", "arxiv", "arxivid", "doi", "url", "journal", "note", "howpublished")


def read_bibtex(text: str) -> Iterator[Paper | Skipped]:
    """The papers of every kind of entry that has a title."""
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    for block in library.failed_blocks:
        if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            # A key used twice is no fault of the entry.
            yield from map(_paper, _finished(block.ignore_error_block))
        else:
            yield Skipped("no BibTeX entry that can be read", f"line {(block.start_line or 0) + 1}")
    for entry in library.entries:
        yield _paper(entry)


def _finished(entry: Entry) -> list[Entry]:
    """What the parser does with each entry but those whose key was used before."""
    library = Library([entry])
    for middleware in (RemoveEnclosingMiddleware(), LatexDecodingMiddleware()):
        library = middleware.transform(library)
    return library.entries


def _paper(entry: Entry) -> Paper | Skipped:
    fields = {field.key.lower(): str(field.value).strip() for field in entry.fields}
    where = f"entry {entry.key}, line {(entry.start_line or 0) + 1}"
    primary = fields.get("primaryclass", "")
    day = fields.get("date", "")
    return build(
        {
            "id": _arxiv_id(fields),
            "title": _BRACES.sub("", fields.get("title", "")),
            "abstract": _BRACES.sub("", fields.get("abstract", "")),
            "authors": tuple(_authors(fields.get("author", ""))),
            "published": day if _DAY.fullmatch(day) else None,
            "categories": (primary,) if primary else (),
            "keywords": tuple(filter(None, re.split(r"\s*[,;]\s*", fields.get("keywords", "")))),
        },
        where,
    )


def _arxiv_id(fields: dict[str, str]) -> str | None:
    for name in _ID_FIELDS:
        value = fields.get(name, "")
        found = parse_arxiv_id(value) or parse_arxiv_id(f"https://doi.org/{value}")
        if found is None and name in ("journal", "note", "howpublished", "url"):
            found = next(arxiv_ids_in(value), None)
        if found:
            return found
    return None


def _authors(text: str) -> Iterator[str]:
    for person in split_multiple_persons_names(" ".join(text.split())):
        try:
            parts = parse_single_name_into_parts(person, strict=False)
        except InvalidNameError:
            name = person
        else:
            name = parts.merge_first_name_first
        name = _BRACES.sub("", name).strip()
        if name and name.lower() != "others":
            yield name
