"""From a record with the names of Paper's fields to a Paper, or to the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bot.catalog.ids import own_id, parse_arxiv_id
from bot.catalog.models import Paper
from bot.catalog.sources.harvest import Skipped
from bot.catalog.text import title_key

_NOTICE = re.compile(
    r"(?:this|the|our)?\s*(?:paper|article|submission|manuscript|work|preprint|version|note|report)?\s*"
    r"(?:has been|have been|is|was|is being)?\s*(?:temporarily |now )?withdrawn\b",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(r"\bwithdrawn\b|\bthis (?:paper|article) has been retracted\b", re.IGNORECASE)
_LONGEST_NOTICE = 400
"""Characters; a longer abstract that begins by withdrawing an earlier claim is about something."""


def build(fields: Mapping[str, Any], where: str) -> Paper | Skipped:
    """A Paper from `fields`; only what a paper cannot be without makes it unusable.

    Any other field that is wrong is left out, as if the source did not know it. A record without an id gets
    one of its own from its title.
    """
    known = {name: value for name, value in fields.items() if value is not None}
    title = known.get("title")
    if not isinstance(title, str) or not title.strip():
        return Skipped("no title", where)
    if not known.get("id"):
        key = title_key(title)
        if not key:
            return Skipped("no title", where)
        known["id"] = own_id(key)
    try:
        return Paper(**known)
    except ValidationError as error:
        wrong = {str(part["loc"][0]) for part in error.errors(include_url=False, include_input=False)}
    if wrong & {"id", "title"}:
        return Skipped("no id that can be kept" if "id" in wrong else "no title", where)
    return Paper(**{name: value for name, value in known.items() if name not in wrong})


def identity(given: object) -> str | None:
    """The id to keep: an arXiv id in its plain form, else as it was given; None where nothing was."""
    text = str(given).strip() if given is not None else ""
    return parse_arxiv_id(text) or text or None


def names(value: object) -> tuple[str, ...]:
    """The texts of a list that may hold anything."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item for item in value if isinstance(item, str) and item.strip())


def is_withdrawn(abstract: str, comment: str = "") -> bool:
    """Whether arXiv's comment says so, or the abstract is nothing but the notice."""
    if _WITHDRAWN.search(comment):
        return True
    return len(abstract) <= _LONGEST_NOTICE and _NOTICE.match(abstract.strip()) is not None
