"""What every source yields, and where knowledge came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from bot.paper.model import Paper
from bot.paper.remarks import Remark


class Origin(StrEnum):
    """Where a field's value came from; the letter stands in `papers.provenance`."""

    SEED = "s"
    FILE = "f"
    HUGGING_FACE = "h"
    DUMP = "d"
    ARXIV = "a"

    @property
    def rank(self) -> int:
        """Of two values the one of the higher rank stays; of equal ranks the later one."""
        return _RANKS[self]


_RANKS = {
    Origin.SEED: 0,
    Origin.FILE: 1,
    Origin.HUGGING_FACE: 2,
    Origin.DUMP: 3,
    Origin.ARXIV: 4,
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that could not be used."""

    reason: str
    """The same words for the same cause, so that records can be counted by it."""
    where: str
    """Which record: its id, or its line."""
    named: Paper | None = field(default=None, compare=False)
    """Where no more than its arXiv id or DOI is known: a paper with that for a title, for reading lists."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A record with what its reader wrote down about it."""

    record: Paper | Skipped
    remark: Remark


Read = Paper | Skipped | Marked
"""What a file's reader makes of a record."""


def record_of(read: Read) -> Paper | Skipped:
    """The record alone."""
    return read.record if isinstance(read, Marked) else read


def is_of_arxiv(record: Paper | Skipped) -> bool:
    """Whether it has an arXiv id, however little else is known of it."""
    paper = record.named if isinstance(record, Skipped) else record
    return paper is not None and paper.arxiv_id is not None


def with_remark(record: Paper | Skipped, remark: Remark | None) -> Read:
    """`record`, marked where there is a remark."""
    return Marked(record, remark) if remark is not None else record


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one answer, or one stretch of a file, gave. Days featured stand in each paper."""

    origin: Origin
    papers: tuple[Paper, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    day: date | None = None
    """The day of Daily Papers that this is the whole list of."""
    remarks: Mapping[int, Remark] = field(default_factory=dict)
    """By the places in `papers` what whoever wrote the file noted about them: for their own lists alone."""


ATTEMPTS_WHILE_WAITING = 2
"""Tries of a request for which a person waits."""


class Source(Protocol):
    """A place on the net that papers come from."""

    @property
    def name(self) -> str:
        """As people know it: `Hugging Face`."""
        ...

    async def paper(self, arxiv_id: str) -> Harvest:
        """One paper; an empty harvest where the source has none of that id. Raises SourceError."""
        ...

    def since(self, day: date, until: date) -> AsyncIterator[Harvest]:
        """What is new from `day` to `until`, both included. Raises SourceError."""
        ...


@dataclass
class Tally:
    """What became of the records so far."""

    added: int = 0
    changed: int = 0
    same: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """Records passed over, by reason."""
    examples: dict[str, str] = field(default_factory=dict)
    """For each reason, the first record passed over for it."""

    @property
    def papers(self) -> int:
        """How many records were papers."""
        return self.added + self.changed + self.same

    def skip(self, records: tuple[Skipped, ...]) -> None:
        """Count what was passed over by its reason, with a few examples."""
        for record in records:
            self.skipped[record.reason] += 1
            self.examples.setdefault(record.reason, record.where)
