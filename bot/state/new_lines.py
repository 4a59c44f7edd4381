"""Papers that come onto a list, with what their reader noted elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, update

from bot.errors import UserError
from bot.paper.model import Paper
from bot.paper.remarks import Remark, Status, both, joined
from bot.paper.sameness import by_fullness
from bot.readers import lists as limits
from bot.readers.follows import Standing
from bot.readers.lists import LONGEST_KEPT, ReadingList, Saving
from bot.state.inserting import insert_new
from bot.state.kept_papers import KeptPapers
from bot.state.list_rows import ids_of
from bot.state.reader_tables import lists, reading, saved
from bot.state.saved_rows import parts
from bot.state.server_saves import count_in
from bot.state.standings import begin

_NOTHING = Remark()
_STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class NewLines:
    """Within one transaction that holds the list and its owner."""

    connection: Connection
    on: ReadingList
    within: ColumnElement[bool]
    """Where a paper that is there already stays."""
    by: int
    now: datetime
    server: int | None = None
    """Where it was done, if that counts there."""

    def put(self, papers: Sequence[Paper], records: Collection[str], remarks: Mapping[str, Remark]) -> Saving:
        """Those that aren't there come onto the list; the others take what is noted, where they lack it."""
        kept = KeptPapers(self.connection, self.within, papers, records)
        # The surest first: whichever may be either of two papers finds both.
        in_turn = sorted(papers, key=lambda each: (each.id in records, by_fullness(each)))
        met = {each.id: kept.meet(each, remarks.get(each.id, _NOTHING).note) for each in in_turn}
        there = {each: line.paper_id for each, line in met.items() if line is not None}
        wanted = {kept.free_id(paper): paper for paper in papers if paper.id not in there}
        self._check_room(len(wanted))
        rows = [
            {
                "list_id": self.on.id,
                "paper_id": paper_id,
                "title": paper.title,
                "record": _record(paper, paper_id) if paper.id in records else None,
                "added_by": self.by,
                "note": remarks.get(paper.id, _NOTHING).note[:LONGEST_KEPT],
                "saved_at": self._saved_at(remarks.get(paper.id, _NOTHING), place, len(wanted)),
            }
            for place, (paper_id, paper) in enumerate(wanted.items())
        ]
        inserted = [row for some in parts(rows) for row in insert_new(self.connection, saved, some)]
        # What they have now is no news. A record of a file may be old: of it nothing is known.
        fresh = {row.paper_id: wanted[row.paper_id] for row in inserted}
        seen = {
            each: Standing(each, "", None, None) if paper.id in records else Standing.of(paper)
            for each, paper in fresh.items()
        }
        begin(self.connection, seen)
        if new := len(inserted):
            self.connection.execute(update(lists).where(lists.c.id == self.on.id).values(used_at=self.now))
        called = there | {paper.id: paper_id for paper_id, paper in wanted.items()}
        of_lines: dict[str, Remark] = {}
        for paper_id, remark in remarks.items():
            if (line := called.get(paper_id)) is not None:
                of_lines[line] = joined(of_lines[line], remark) if line in of_lines else remark
        if self.server is not None:
            count_in(self.connection, self.server, self.by, called.values(), self.now)
        stood = {*there.values()}
        noted, refused = self._note({each: of_lines[each] for each in of_lines if each in stood})
        self._read_to(of_lines)
        return Saving(
            replace(self.on, papers=self.on.papers + new),
            new,
            len({paper.id for paper in papers}) - new,
            sum(row.record is not None for row in inserted),
            noted + sum(bool(row.note) for row in inserted),
            refused,
        )

    def _check_room(self, more: int) -> None:
        all_of_owner = saved.c.list_id.in_(ids_of(self.on.owner))
        held = self.connection.scalar(select(func.count()).select_from(saved).where(all_of_owner))
        if more and (held or 0) + more > limits.MOST_SAVED:
            raise UserError(
                f"There is room for {limits.MOST_SAVED:,} saved papers. Remove some with "
                "`/list remove`, or delete a list."
            )

    def _saved_at(self, remark: Remark, place: int, of: int) -> datetime:
        """No two at the same instant, so that the list has them in their order."""
        if remark.added is None:
            return self.now - place * _STEP
        return min(remark.added, self.now) + (of - place) * _STEP

    def _note(self, remarks: Mapping[str, Remark]) -> tuple[int, int]:
        """How many lines have got a note, and how many keep another one.

        Of a paper that the list keeps itself, several records may come: their notes come together.
        """
        noted = refused = 0
        ids = [each for each, remark in remarks.items() if remark.note]
        for some in parts(ids):
            these = and_(self.within, saved.c.paper_id.in_(some))
            is_kept = saved.c.record.is_not(None).label("is_kept")
            query = select(saved.c.list_id, saved.c.paper_id, saved.c.note, is_kept).where(these)
            for row in self.connection.execute(query).all():
                theirs = remarks[row.paper_id].note[:LONGEST_KEPT]
                note = both(row.note, theirs) if row.is_kept or not row.note else row.note
                if note != row.note and len(note) <= LONGEST_KEPT:
                    this = and_(saved.c.list_id == row.list_id, saved.c.paper_id == row.paper_id)
                    self.connection.execute(update(saved).where(this).values(note=note))
                    noted += 1
                elif both(row.note, theirs) != row.note:
                    refused += 1
        return noted, refused

    def _read_to(self, remarks: Mapping[str, Remark]) -> None:
        """Whoever has said how far they are is left alone, but with a paper that a list keeps itself.

        Of such a one several records may come: the furthest counts.
        """
        rows = [
            {
                "person_id": self.by,
                "paper_id": paper_id,
                "status": remark.status.value,
                "changed_at": self.now,
            }
            for paper_id, remark in remarks.items()
            if remark.status is not Status.TO_READ
        ]
        for some in parts(rows):
            insert_new(self.connection, reading, some)
        is_kept = exists().where(
            self.within, saved.c.paper_id == reading.c.paper_id, saved.c.record.is_not(None)
        )
        of_person = and_(reading.c.person_id == self.by, reading.c.status == Status.READING.value, is_kept)
        read = [paper_id for paper_id, remark in remarks.items() if remark.status is Status.READ]
        for ids in parts(read):
            these = and_(of_person, reading.c.paper_id.in_(ids))
            now = {"status": Status.READ.value, "changed_at": self.now}
            self.connection.execute(update(reading).where(these).values(now))


def _record(paper: Paper, paper_id: str) -> str:
    return paper.model_copy(update={"id": paper_id}).model_dump_json(exclude_defaults=True)
