"""Why this paper: the words under a daily paper's title."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol

from bot.views.markdown import joined

_WHERE: Final = {
    "title": "topic in its title",
    "keywords": "topic in its keywords",
    "abstract": "topic in its abstract",
    "text": "matches the topic",
}


class Reasons(Protocol):
    """What spoke for a paper; see `bot.state.deliveries.Pick`."""

    @property
    def featured_on(self) -> date | None:
        """The day of Daily Papers that featured it; None for one never featured."""

    @property
    def rank(self) -> int | None:
        """Its place by upvotes on that day, from 1."""

    @property
    def archive(self) -> bool:
        """Whether it is no new paper."""

    @property
    def where(self) -> str | None:
        """Where the topic stands in it: a key of `_WHERE`."""

    @property
    def votes(self) -> int:
        """How many members liked it, where they chose it."""

    @property
    def saves(self) -> int:
        """How many saved it to a list of theirs."""


def why(pick: Reasons, today: date) -> str:
    """`Thursday's most upvoted · topic in its title`, `from the archive · #17 on 20 March 2025`,
    `liked by 5 people · saved by 3`."""
    if pick.votes or pick.saves:
        return _by_members(pick.votes, pick.saves)
    place = _place(pick, today)
    parts = ["from the archive", place] if pick.archive else [place or "new in the catalog"]
    return " · ".join(part for part in (*parts, _WHERE.get(pick.where or "", "")) if part)


def _by_members(votes: int, saves: int) -> str:
    if not votes:
        return f"saved by {_people(saves)}"
    return joined(f"liked by {_people(votes)}", f"saved by {saves:,}" if saves else "")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _place(pick: Reasons, today: date) -> str:
    if pick.featured_on is None:
        return ""
    near = 0 <= (today - pick.featured_on).days < 7
    name = f"{pick.featured_on:%A}" if near else f"{pick.featured_on.day} {pick.featured_on:%B %Y}"
    if pick.rank is None:
        return f"featured on {name}"
    if pick.rank == 1:
        return f"{name}'s most upvoted" if near else f"most upvoted on {name}"
    return f"#{pick.rank} on {name}"
