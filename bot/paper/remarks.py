"""What a reader wrote down about a paper: a note, how far it is read, when it was kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.paper.cleaning import writable
from bot.paper.foreign_notes import by_reader
from bot.paper.instants import instant_of

OWNER = "paperboy"
"""Whose notes are read as they stand: written beside one that would be taken for another program's."""
LONGEST_REMARK = 4_000
"""Characters of a note in a file of which anything is kept."""


class Status(StrEnum):
    TO_READ = "to read"
    READING = "reading"
    READ = "read"


_WORDS = {
    "toread": Status.TO_READ,
    "unread": Status.TO_READ,
    "notread": Status.TO_READ,
    "notreading": Status.TO_READ,
    "new": Status.TO_READ,
    "notstarted": Status.TO_READ,  # Notion's
    "todo": Status.TO_READ,
    "wanttoread": Status.TO_READ,
    "later": Status.TO_READ,  # Readwise's, as the next
    "shortlist": Status.TO_READ,
    "reading": Status.READING,
    "currentlyreading": Status.READING,
    "inprogress": Status.READING,
    "skimmed": Status.READING,  # JabRef's
    "read": Status.READ,
    "finished": Status.READ,
    "done": Status.READ,
    "completed": Status.READ,
    "archive": Status.READ,  # Pocket's and Readwise's
    "archived": Status.READ,
}
_OF_READING_LIST = re.compile(r"\s*Read_Status(?:_Date:.*|:\s*(?P<status>[^\n]*?))\s*\\*\s*", re.IGNORECASE)
_READING_LISTS = re.compile(r"\bRead_Status:\s*([^\n]{1,60})", re.IGNORECASE)
_MOST_WORDS = 3
_BETWEEN = re.compile(r"[\W_]+")
"""What stands between the words of a status, and the pictures that people put beside it."""
_BREAK = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Remark:
    note: str = ""
    status: Status = Status.TO_READ
    added: datetime | None = None
    """Aware, in whole seconds; None where a file doesn't say."""


def remark_of(note: str = "", status: object = "", added: object = "") -> Remark | None:
    """What a record says of its reader; None where that is nothing. What can't be read is left out."""
    remark = Remark(tidied(note), status_of(status) or Status.TO_READ, instant_of(added))
    return None if remark == Remark() else remark


def foreign_remark_of(
    note: str = "", status: object = "", added: object = "", *, of_arxiv: bool = False
) -> Remark | None:
    """`remark_of` a record, maybe `of_arxiv`, into whose note other programs may have written things."""
    note, within = status_within(tidied(by_reader(note, of_arxiv=of_arxiv)))
    return remark_of(note, status_of(status) or within, added)


def both(one: str, other: str) -> str:
    """Two notes as one; what the one has already comes no second time."""
    if f"\n{other}\n" in f"\n{one}\n":
        return one
    if not one or f"\n{one}\n" in f"\n{other}\n":
        return other
    return f"{one}\n{other}" if other else one


def joined(one: Remark, other: Remark) -> Remark:
    """What two records of one paper say of its reader: both notes, the furthest status, the first day."""
    added = min((each.added for each in (one, other) if each.added is not None), default=None)
    return Remark(both(one.note, other.note), max(one.status, other.status, key=[*Status].index), added)


def is_read_as_foreign(note: str) -> bool:
    """Whether a note would not come back whole from where other programs' notes are expected."""
    remark = foreign_remark_of(note, of_arxiv=True)
    return bool(note) and (remark is None or remark.note != note or remark.status is not Status.TO_READ)


def tidied(note: str) -> str:
    """As lists keep notes: its breaks are line feeds, nothing stands around it."""
    return writable(_BREAK.sub("\n", note)).strip()[:LONGEST_REMARK].rstrip()


def status_of(word: object) -> Status | None:
    """In the words of Paperboy, JabRef, Notion and people; None for any other."""
    return _WORDS.get(_BETWEEN.sub("", word[:40]).lower()) if isinstance(word, str) else None


def status_in(extra: str) -> Status | None:
    """The status that Zotero's Reading List keeps in an item's Extra, whose lines tables have in one."""
    found = _READING_LISTS.search(extra)
    words = found[1].split()[:_MOST_WORDS] if found else []
    said = (status_of(" ".join(words[:count])) for count in range(len(words), 0, -1))
    return next(filter(None, said), None)


def status_within(note: str) -> tuple[str, Status | None]:
    """A note without the lines that Zotero's Reading List writes, and the status that they say."""
    lines = note.split("\n")
    found = [match for line in lines if (match := _OF_READING_LIST.fullmatch(line))]
    if not found:
        return note, None
    said = next((match["status"] for match in found if match["status"]), None)
    left = [line for line in lines if not _OF_READING_LIST.fullmatch(line)]
    return "\n".join(left).strip(), status_of(said)
