"""What a server liked and saved: data that needs no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
