"""Whether two papers of one title are one: "Editorial" is the title of many."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import from_json

from bot.paper.ids import OWN_PREFIX, own_id
from bot.paper.model import Paper
from bot.paper.namesakes import share_people
from bot.paper.text import title_key, words

_SHORT = 5
"""Words; a title of fewer says too little by itself."""
_FAR = 5
"""Years; a preprint is published sooner than that, and who writes of the same again does so later."""
_COUNTED: Final = re.compile(
    r"\d+ | [^\W_]{1,3} |"
    r"[\W_]*(?:(?:[A-Z]?[a-z]{1,12}|[A-Z]{1,6})[\W_]{0,2})?\d{1,5}(?:[.-]\d{1,3})?[A-Za-z]?",
    re.VERBOSE,
)
"""What lists call their own lines, each from the beginning: `7`, `B`, `P1`, `ref-003`, `doe2020a`, `3.2`."""


def known_as(paper: Paper) -> tuple[str, ...]:
    """The ids under which it may have been kept: its own until a source knew another."""
    return tuple(dict.fromkeys((paper.id, own_id(title_key(paper.title)))))


def is_same(row: Mapping[str, Any], paper: Paper) -> bool:
    """Whether the paper of `row` and `paper`, whose titles are equal, may be taken for one.

    Two DOIs decide. Else neither the authors nor the years may speak against it, and a short title needs an
    author or the year in common.
    """
    return _may_be_one(row["doi"], from_json(row["authors"]), row["year"], paper)


def _may_be_one(doi: str | None, authors: Sequence[str], year: int | None, paper: Paper) -> bool:
    if doi and paper.doi:
        return doi == paper.doi
    shared = share_people(authors, paper.authors)
    if shared is False or _are_far_apart(year, paper.year):
        return False
    if shared or len(words(paper.title)) >= _SHORT:
        return True
    says_nothing = not (authors or paper.authors or year or paper.year)
    return says_nothing or (year is not None and year == paper.year)


def agrees(row: Mapping[str, Any], paper: Paper) -> bool:
    """Whether a row that has the paper's id is that paper, perhaps under a new title.

    Two lists may both number their papers from 1: of a plain number something else has to say so, too. Of
    any other id nothing may speak against it.
    """
    if title_key(row["title"]) == title_key(paper.title):
        return True
    if row["doi"] and paper.doi:
        return bool(row["doi"] == paper.doi)
    shared = share_people(from_json(row["authors"]), paper.authors)
    return bool(shared) if paper.id.isdecimal() else shared is not False


def is_one(known: Paper, paper: Paper) -> bool:
    """Whether two records are of one paper, as the catalog would find it.

    An own id was made from a title, and a number is a list's own count: neither says so by itself.
    """
    if known.arxiv_id and paper.arxiv_id:
        return known.id == paper.id
    if known.id == paper.id and says_which(paper):
        return True
    if known.doi and paper.doi:
        return known.doi == paper.doi
    if known.title != paper.title and title_key(known.title) != title_key(paper.title):
        return False
    return _may_be_one(known.doi, known.authors, known.year, paper)


def compared(paper: Paper) -> dict[str, Any]:
    """As `is_same` reads a row."""
    return {"doi": paper.doi, "authors": json.dumps(paper.authors), "year": paper.year}


def id_by_itself(paper: Paper) -> str:
    """The id of a paper that no catalog has: equal for equal records, and never another paper's.

    What its source calls it where that says which paper it is; else from its DOI, or from title, authors and
    year, in the form of `bot.paper.ids.own_id`.
    """
    if says_which(paper):
        return paper.id
    # No title's key begins with a line feed.
    return own_id(f"\n{paper.doi}" if paper.doi else f"{title_key(paper.title)}\n{distinction(paper)}")


def says_which(paper: Paper) -> bool:
    """Whether its id says which paper it is, whatever else is known of it."""
    return not (paper.id.startswith(OWN_PREFIX) or _COUNTED.fullmatch(paper.id))


def distinction(paper: Paper) -> str:
    """What tells it from others of its title; equal for equal records."""
    return paper.doi or f"{' '.join(sorted(words(' '.join(paper.authors))))} {paper.year or ''}"


def closeness(known: Paper, paper: Paper) -> tuple[bool, ...]:
    """The more, the surer it is that the two, which may be one, are."""
    return (
        says_which(paper) and known.id == paper.id,
        paper.doi is not None and known.doi == paper.doi,
        bool(share_people(known.authors, paper.authors)),
        paper.year is not None and known.year == paper.year,
    )


def by_fullness(paper: Paper) -> tuple[Any, ...]:
    """Sorts first what says most surely which paper it is, alike in whatever order records come.

    Of the others each then finds all that it may be.
    """
    return (
        paper.arxiv_id is None,
        paper.doi is None,
        not says_which(paper),
        not paper.authors,
        paper.year is None,
        paper.model_dump_json(exclude_defaults=True),
    )


def _are_far_apart(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and abs(one - other) > _FAR
