"""Two records of one paper as one: of each field the fuller value, whichever record came first.

The catalog takes the value from the better source, then the later one (`bot.catalog.merging`): a list knows
neither. Here any number of records come to the same in any order, and a record put to itself changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.paper.ids import parse_reference
from bot.paper.model import Paper
from bot.paper.sameness import says_which

_PREPRINT = re.compile(r"\b(?:arxiv|corr|preprint)\b", re.IGNORECASE)
_LONGEST_ID = 200
_TEXTS = ("abstract", "code_url", "project_url", "picture_url", "summary", "url", "doi")
_COUNTS = ("year", "upvotes", "code_stars", "arxiv_version")


def fuller(one: Paper, other: Paper) -> Paper:
    """The paper of both. Citations are in no file, and left out."""
    fields: dict[str, Any] = {
        "id": max(one.id, other.id, key=lambda each: _sureness(each, one, other)),
        "title": max(one.title, other.title, key=_title),
        "authors": max(one.authors, other.authors, key=_length),
        "categories": max(one.categories, other.categories, key=_length),
        "published": _earlier(one.published, other.published),
        "featured": one.featured + other.featured,
        "keywords": _all(one.keywords, other.keywords),
        "venue": max(one.venue or "", other.venue or "", key=_venue) or None,
        "withdrawn": one.withdrawn or other.withdrawn,
    }
    for name in _TEXTS:
        fields[name] = max((getattr(each, name) or "" for each in (one, other)), key=_text) or None
    for name in _COUNTS:
        known = [getattr(each, name) for each in (one, other) if getattr(each, name) is not None]
        fields[name] = max(known, default=None)
    fields["abstract"] = fields["abstract"] or ""
    return Paper(**fields)


def _sureness(paper_id: str, one: Paper, other: Paper) -> tuple[Any, ...]:
    of = one if one.id == paper_id else other
    return of.arxiv_id is not None, says_which(of), paper_id


def _title(title: str) -> tuple[Any, ...]:
    """An id for a title is no title."""
    is_id = len(title) <= _LONGEST_ID and parse_reference(title) is not None
    return not is_id, len(title), title


def _venue(venue: str) -> tuple[Any, ...]:
    return _PREPRINT.search(venue) is None and venue != "", len(venue), venue


def _text(text: str) -> tuple[int, str]:
    return len(text), text


def _length(lines: Sequence[str]) -> tuple[int, int, Sequence[str]]:
    return len(lines), sum(map(len, lines)), lines


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _all(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Each word of both once; in a row that hangs on no order, where they differ."""
    if one == other or not other:
        return one
    return tuple(sorted({*one, *other})) if one else other
