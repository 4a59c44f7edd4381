"""Reading lists as whoever shows or changes them has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.paper.model import Paper
from bot.readers.owner import Owner

MOST_LISTS = 50
MOST_SAVED = 5_000
"""Papers over all lists of one person or server."""
LONGEST_NAME = 60
LONGEST_NOTE = 1_000
FIRST_NAME = "Saved"
"""Of the list that the first saved paper makes."""


class Status(StrEnum):
    TO_READ = "to read"
    READING = "reading"
    READ = "read"


@dataclass(frozen=True, slots=True)
class ReadingList:
    id: int
    owner: Owner
    name: str
    papers: int = 0
    edit_role_id: int | None = None
    """Of a server's: who may edit it, None for everybody there."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paper on a list, as one person sees it."""

    list_id: int
    paper_id: str
    title: str
    note: str
    status: Status
    added_by: int | None
    """None where that person had their data deleted."""
    saved_at: datetime
    paper: Paper | None = None
    """The paper itself, where it is one that no catalog has."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What saving came to."""

    on: ReadingList
    new: int
    there: int
    """Papers that are on one of the lists already, and stay where they are."""
