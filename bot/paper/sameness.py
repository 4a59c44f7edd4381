"""Whether two papers of one title are one: "Editorial" is the title of many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import from_json

from bot.paper.ids import OWN_PREFIX, own_id
from bot.paper.model import Paper
from bot.paper.text import title_key, words

_SHORT = 5
"""Words; a title of fewer says too little by itself."""


def known_as(paper: Paper) -> tuple[str, ...]:
    """The ids under which it may have been kept: its own until a source knew another."""
    return tuple(dict.fromkeys((paper.id, own_id(title_key(paper.title)))))


def is_same(row: Mapping[str, Any], paper: Paper) -> bool:
    """Whether the paper of `row` and `paper`, whose titles are equal, may be taken for one.

    Two DOIs decide. Else a short title needs an author or the year in common; under a long one they are one
    unless both the authors and the years speak against it.
    """
    if row["doi"] and paper.doi:
        return bool(row["doi"] == paper.doi)
    authors, years = _share_authors(row, paper), _share_year(row, paper)
    if authors:
        return True
    if len(words(paper.title)) < _SHORT:
        nothing_to_compare = not (row["authors"] != "[]" or paper.authors or row["year"] or paper.year)
        return nothing_to_compare if authors is None and years is None else authors is None and bool(years)
    return authors is None or bool(years)


def agrees(row: Mapping[str, Any], paper: Paper) -> bool:
    """Whether a row that has the paper's id, a plain number, is that paper, perhaps under a new title."""
    if title_key(row["title"]) == title_key(paper.title):
        return True
    return bool(row["doi"] and row["doi"] == paper.doi) or bool(_share_authors(row, paper))


def is_one(known: Paper, paper: Paper) -> bool:
    """Whether two records are of one paper, as the catalog would find it.

    An own id was made from a title, and a plain number is a list's own count: neither says so by itself.
    """
    if known.arxiv_id and paper.arxiv_id:
        return known.id == paper.id
    if known.id == paper.id and _tells(paper):
        return True
    if known.doi and paper.doi:
        return known.doi == paper.doi
    return title_key(known.title) == title_key(paper.title) and is_same(compared(known), paper)


def compared(paper: Paper) -> dict[str, Any]:
    """As `is_same` reads a row."""
    return {"doi": paper.doi, "authors": json.dumps(paper.authors), "year": paper.year}


def id_by_itself(paper: Paper) -> str:
    """The id of a paper that no catalog has: equal for equal records, and never another paper's.

    What its source calls it where that says which paper it is; else from its DOI, or from title, authors and
    year, in the form of `bot.paper.ids.own_id`.
    """
    if _tells(paper):
        return paper.id
    # No title's key begins with a line feed.
    return own_id(f"\n{paper.doi}" if paper.doi else f"{title_key(paper.title)}\n{distinction(paper)}")


def _tells(paper: Paper) -> bool:
    return not (paper.id.isdecimal() or paper.id.startswith(OWN_PREFIX))


def distinction(paper: Paper) -> str:
    """What tells it from others of its title; equal for equal records."""
    return paper.doi or f"{' '.join(sorted(_families(paper.authors)))} {paper.year or ''}"


def _share_authors(row: Mapping[str, Any], paper: Paper) -> bool | None:
    """None where it can't be told."""
    known = from_json(row["authors"])
    if not known or not paper.authors:
        return None
    return not _families(known).isdisjoint(_families(paper.authors))


def _share_year(row: Mapping[str, Any], paper: Paper) -> bool | None:
    return bool(row["year"] == paper.year) if row["year"] and paper.year else None


def _families(names: Iterable[str]) -> set[str]:
    """The last words of names, folded: `Doe, Ada`, `A. Doe` and `Ada Doe` share theirs."""
    families = set()
    for name in names:
        found = words(name.partition(",")[0])
        if found:
            families.add(found[-1])
    return families
