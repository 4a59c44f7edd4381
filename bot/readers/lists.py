"""Reading lists as whoever shows or changes them has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.errors import UserError
from bot.paper.cleaning import collapse
from bot.paper.remarks import Remark
from bot.paper.remarks import Status as Status
from bot.readers.owner import Kind, Owner

_LIKELY = 0.65
"""The least likeness, of 1, for a name to be taken for a slip of another."""
MOST_LISTS = 50
MOST_SAVED = 5_000
"""Papers over all lists of one person or server."""
LONGEST_NAME = 60
LONGEST_NOTE = 1_000
LONGEST_KEPT = 4_000
"""Of a note that became one of several, when their papers turned out to be one: what a form can hold."""
FIRST_NAMES = {Kind.PERSON: "Saved", Kind.SERVER: "Reading list"}
"""Of the list that the first saved paper makes."""


@dataclass(frozen=True, slots=True)
class ReadingList:
    id: int
    owner: Owner
    name: str
    papers: int = 0
    edit_role_id: int | None = None
    """Of a server's: who may edit it, None for everybody there."""
    created_by: int | None = None
    """Of a server's: the person, where that is known."""


def likely_name(typed: str, names: Sequence[str]) -> str | None:
    """That of the names of which `typed` is likely a slip."""
    found = process.extractOne(
        typed, names, scorer=OSA.normalized_similarity, processor=_folded, score_cutoff=_LIKELY
    )
    return found[0] if found else None


def _folded(name: str) -> str:
    return collapse(name).casefold()


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
    recorded: bool = False
    """Whether the list keeps the paper itself: no catalog had it when it was saved."""

    @property
    def remark(self) -> Remark:
        """What files hold of it beside its paper."""
        return Remark(self.note, self.status, self.saved_at)


@dataclass(frozen=True, slots=True)
class Saving:
    """What saving came to."""

    on: ReadingList
    new: int
    there: int
    """Papers that are on one of the lists already, and stay where they are."""
    lacking: int = 0
    """Of the new ones those that no catalog has."""
    noted: int = 0
    """Notes that came with them."""
    refused: int = 0
    """Notes that stayed out, since the paper has another one there."""


class NameTaken(UserError):
    """`on` is the list that has the name."""

    def __init__(self, on: ReadingList) -> None:
        self.on = on
        super().__init__("There is a list of that name already. Choose another name.")


class PaperLeft(UserError):
    """Somebody has taken it off the list meanwhile."""

    def __init__(self) -> None:
        super().__init__("That paper isn't on the list. See what is with `/list show`.")
