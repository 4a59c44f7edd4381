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
    """Of a paper who of a server likes it, and who saved it there."""

    paper_id: str
    voters: frozenset[int]
    savers: frozenset[int] = frozenset()

    @property
    def votes(self) -> int:
        """How many people like it."""
        return len(self.voters)

    @property
    def saves(self) -> int:
        """How many people saved it, where they are enough."""
        return len(self.savers) if len(self.savers) >= ENOUGH_SAVERS else 0

    def together(self, other: Liked) -> Liked:
        """The same paper under another id: each person counts once."""
        return Liked(self.paper_id, self.voters | other.voters, self.savers | other.savers)


def by_paper(found: Iterable[tuple[Paper, Liked]]) -> list[tuple[Paper, Liked]]:
    """One row for each paper, however many ids it was kept under; the most liked first."""
    rows: dict[str, tuple[Paper, Liked]] = {}
    for paper, liked in found:
        before = rows.get(paper.id)
        rows[paper.id] = (paper, before[1].together(liked) if before else liked)
    there = [row for row in rows.values() if row[1].votes or row[1].saves]
    return sorted(there, key=lambda each: (-each[1].votes, -each[1].saves, each[0].title))
