"""What a server liked and saved: data that needs no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.paper.model import Paper

ENOUGH_SAVERS = 3
"""Saves of a paper count from so many people on: in a small server one would tell who it was."""


class Since(StrEnum):
    """Of which days votes and saves count."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"

    @property
    def days(self) -> int | None:
        """How many days back; None for all of them."""
        return {Since.WEEK: 7, Since.MONTH: 30, Since.YEAR: 365}.get(self)


@dataclass(frozen=True, slots=True)
class Liked:
    """Of a paper how many people of a server like it, and how many saved it to one of the server's lists."""

    paper_id: str
    votes: int
    saves: int = 0


def by_paper(found: Iterable[tuple[Paper, Liked]]) -> list[tuple[Paper, Liked]]:
    """One row for each paper, however many ids it was kept under; the most liked first."""
    rows: dict[str, tuple[Paper, Liked]] = {}
    for paper, liked in found:
        before = rows.get(paper.id)
        votes = liked.votes + (before[1].votes if before else 0)
        saves = liked.saves + (before[1].saves if before else 0)
        rows[paper.id] = (paper, Liked(paper.id, votes, saves))
    return sorted(rows.values(), key=lambda each: (-each[1].votes, -each[1].saves, each[0].title))
