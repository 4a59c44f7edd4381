"""Why this paper: the words under a daily paper's title."""

from __future__ import annotations

from datetime import date
from typing import Protocol

_PLACES = {1: "most upvoted", 2: "second most upvoted", 3: "third most upvoted"}


class Chosen(Protocol):
    """A pick, as far as its reason goes: whose day's paper it is, its place there, whether that is past."""

    @property
    def day(self) -> date | None: ...
    @property
    def rank(self) -> int | None: ...
    @property
    def archive(self) -> bool: ...


def why(pick: Chosen, today: date) -> str:
    """`most upvoted of Thursday`, `from the archive: most upvoted of 20 March 2025`."""
    place = _place(pick, today)
    if not pick.archive:
        return place or "new in the catalog"
    return f"from the archive: {place}" if place else "from the archive"


def _place(pick: Chosen, today: date) -> str:
    if pick.day is None:
        return ""
    near = 0 <= (today - pick.day).days < 7
    name = f"{pick.day:%A}" if near else f"{pick.day.day} {pick.day:%B %Y}"
    if pick.rank is None:
        return f"featured on {name}"
    return f"{_PLACES.get(pick.rank, f'number {pick.rank} by upvotes')} of {name}"
