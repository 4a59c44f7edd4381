"""Reading lists of people and of servers, and how far a person has read."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select, update

from bot.clock import Clock
from bot.errors import UserError
from bot.paper.cleaning import collapse, visible
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.readers import lists as limits
from bot.readers.lists import (
    FIRST_NAME,
    LONGEST_NAME,
    LONGEST_NOTE,
    Line,
    ReadingList,
    Saving,
    Status,
)
from bot.readers.owner import Owner
from bot.state.inserting import insert_new, insert_or_update
from bot.state.reader_tables import lists, reading, saved
from bot.state.store import Store
from bot.state.table_base import NOBODY

_AT_ONCE = 400
"""Rows in one statement: the databases take some 32,000 values."""


class ReadingLists:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    # Lists

    async def of(self, owner: Owner) -> list[ReadingList]:
        """The list that was last saved to first."""
        return await self._store.read(lambda connection: _lists(connection, _owned(owner)))

    async def named(self, owner: Owner, name: str) -> ReadingList | None:
        """The list of this name, upper case and spaces aside."""
        this = and_(_owned(owner), lists.c.name_key == _key(name))
        return await self._store.read(lambda connection: next(iter(_lists(connection, this)), None))

    async def get(self, list_id: int) -> ReadingList | None:
        """By its id; whose it is, is for the caller to look at."""
        return await self._store.read(
            lambda connection: next(iter(_lists(connection, lists.c.id == list_id)), None)
        )

    async def make(self, owner: Owner, name: str, edit_role_id: int | None = None) -> ReadingList:
        """A new one; UserError where there is one of this name, or there are too many."""
        name = _readable(name)

        def work(connection: Connection) -> ReadingList:
            made = self._make(connection, owner, name, edit_role_id)
            if made is None:
                raise UserError(f"There is a list called “{name}” already. Choose another name.")
            return made

        return await self._store.write(work)

    async def rename(self, on: ReadingList, name: str) -> ReadingList:
        """UserError where another list has this name."""
        name, key = _readable(name), _key(name)

        def work(connection: Connection) -> ReadingList:
            same = and_(_owned(on.owner), lists.c.name_key == key, lists.c.id != on.id)
            if connection.scalar(select(lists.c.id).where(same)) is not None:
                raise UserError(f"There is a list called “{name}” already. Choose another name.")
            new = {"name": name, "name_key": key}
            connection.execute(update(lists).where(lists.c.id == on.id).values(new))
            return replace(on, name=name)

        return await self._store.write(work)

    async def delete(self, on: ReadingList) -> int:
        """With all that stands on it; returns how many papers that were."""

        def work(connection: Connection) -> int:
            gone = connection.execute(delete(saved).where(saved.c.list_id == on.id)).rowcount
            connection.execute(delete(lists).where(lists.c.id == on.id))
            return gone

        return await self._store.write(work)

    # Papers

    async def save(
        self,
        owner: Owner,
        papers: Sequence[Paper],
        *,
        by: int,
        to: ReadingList | None = None,
        records: Collection[str] = (),
    ) -> Saving:
        """Put papers on the list `to`; without one on the list last saved to, where `owner` has none of it.

        Of the papers with the ids `records` the whole record is kept. UserError where there are too many.
        """
        now = self._clock()

        def work(connection: Connection) -> Saving:
            on = to or next(iter(_lists(connection, _owned(owner))), None)
            on = on or self._make(connection, owner, FIRST_NAME, None) or _first(connection, owner)
            within = saved.c.list_id == on.id if to else saved.c.list_id.in_(_ids_of(owner))
            ids = list(dict.fromkeys(each for paper in papers for each in _known_as(paper)))
            there = set(_having(connection, within, ids))
            wanted = {paper.id: paper for paper in papers if not there & {*_known_as(paper)}}
            rows = [
                {
                    "list_id": on.id,
                    "paper_id": paper.id,
                    "title": paper.title,
                    "record": paper.model_dump_json(exclude_defaults=True) if paper.id in records else None,
                    "added_by": by,
                    "note": "",
                    "saved_at": now,
                }
                for paper in wanted.values()
            ]
            held = connection.scalar(
                select(func.count()).select_from(saved).where(saved.c.list_id.in_(_ids_of(owner)))
            )
            if rows and (held or 0) + len(rows) > limits.MOST_SAVED:
                raise UserError(
                    f"There is room for {limits.MOST_SAVED:,} saved papers. Remove some with "
                    "`/list remove`, or delete a list."
                )
            new = sum(
                len(insert_new(connection, saved, rows[start : start + _AT_ONCE]))
                for start in range(0, len(rows), _AT_ONCE)
            )
            if new:
                connection.execute(update(lists).where(lists.c.id == on.id).values(used_at=now))
            distinct = len({paper.id for paper in papers})
            return Saving(replace(on, papers=on.papers + new), new, distinct - new)

        return await self._store.write(work)

    async def where(self, owner: Owner, paper: Paper, person: int) -> Line | None:
        """The line of `paper` on whichever list of `owner` has it, the last saved first."""
        this = and_(saved.c.list_id.in_(_ids_of(owner)), saved.c.paper_id.in_(_known_as(paper)))
        found = await self._store.read(lambda connection: _lines(connection, this, person))
        return found[0] if found else None

    async def lines(self, on: ReadingList, person: int) -> list[Line]:
        """All that stands on it, the last saved first, with how far `person` is with each."""
        return await self._store.read(lambda connection: _lines(connection, saved.c.list_id == on.id, person))

    async def line(self, on: ReadingList, paper_id: str, person: int) -> Line | None:
        """By the paper's id, or the one that its title makes."""
        lines = await self.lines(on, person)
        exact = (line for line in lines if line.paper_id == paper_id)
        titled = (line for line in lines if own_id(title_key(line.title)) == paper_id)
        return next(exact, None) or next(titled, None)

    async def note(self, line: Line, text: str) -> Line:
        """Write `text` beside the paper in the place of what stood there."""
        text = text.strip()[:LONGEST_NOTE]
        await self._store.change(update(saved).where(_this(line)).values(note=text))
        return replace(line, note=text)

    async def read_to(self, line: Line, status: Status, person: int) -> Line:
        """`person` is so far with the paper, on whichever list it is."""
        row = {
            "person_id": person,
            "paper_id": line.paper_id,
            "status": status.value,
            "changed_at": self._clock(),
        }
        this = and_(reading.c.person_id == person, reading.c.paper_id == line.paper_id)

        def work(connection: Connection) -> None:
            if status is Status.TO_READ:
                connection.execute(delete(reading).where(this))
            else:
                by = [reading.c.person_id, reading.c.paper_id]
                insert_or_update(connection, reading, [row], by=by)

        await self._store.write(work)
        return replace(line, status=status)

    async def move(self, line: Line, to: ReadingList) -> Line:
        """To another list of the same owner; a note that stands there already stays, this one below it."""

        def work(connection: Connection) -> Line:
            note, there = line.note, saved.c.list_id == to.id
            other = and_(there, saved.c.paper_id == line.paper_id)
            if line.list_id != to.id and (row := connection.execute(select(saved).where(other)).first()):
                note = _both(row.note, line.note)
                connection.execute(delete(saved).where(other))
            new = {"list_id": to.id, "note": note}
            if not connection.execute(update(saved).where(_this(line)).values(new)).rowcount:
                raise UserError("That paper isn't on the list any more. See it with `/list show`.")
            connection.execute(update(lists).where(lists.c.id == to.id).values(used_at=self._clock()))
            return replace(line, list_id=to.id, note=note)

        return await self._store.write(work)

    async def remove(self, line: Line) -> bool:
        """Returns whether it was there still."""
        return bool(await self._store.change(delete(saved).where(_this(line))))

    async def now_called(self, ids: Mapping[str, str]) -> None:
        """Papers have got other ids, the new by the former: lines, notes and readings follow them."""

        def work(connection: Connection) -> None:
            for former, current in ids.items():
                for row in connection.execute(select(saved).where(saved.c.paper_id == former)).all():
                    _follow(connection, row, current)
                _follow_reading(connection, former, current)

        if ids:
            await self._store.write(work)

    def _make(
        self, connection: Connection, owner: Owner, name: str, edit_role_id: int | None
    ) -> ReadingList | None:
        """None where there is one of this name."""
        count = connection.scalar(select(func.count()).select_from(lists).where(_owned(owner)))
        if (count or 0) >= limits.MOST_LISTS:
            most = limits.MOST_LISTS
            raise UserError(f"There is room for {most} lists. Delete one with `/list delete` first.")
        row = {
            "owner_kind": owner.kind.value,
            "owner_id": owner.id,
            "name": name,
            "name_key": _key(name),
            "edit_role_id": edit_role_id,
            "used_at": self._clock(),
        }
        made = insert_new(connection, lists, [row])
        return ReadingList(made[0].id, owner, name, 0, edit_role_id) if made else None


def _key(name: str) -> str:
    return collapse(unicodedata.normalize("NFKC", name)).casefold()[:128]


def _readable(name: str) -> str:
    readable = collapse(visible(name))
    if not readable or not _key(readable):
        raise UserError("A list needs a name with at least one letter or digit.")
    if len(readable) > LONGEST_NAME:
        raise UserError(f"A list's name can have up to {LONGEST_NAME} characters.")
    return readable


def _known_as(paper: Paper) -> tuple[str, ...]:
    """The ids under which it may have been saved: its own until a source knew another."""
    return tuple(dict.fromkeys((paper.id, own_id(title_key(paper.title)))))


def _both(one: str, other: str) -> str:
    if not one or not other or one == other:
        return one or other
    return f"{one}\n{other}"


def _owned(owner: Owner) -> ColumnElement[bool]:
    return and_(lists.c.owner_kind == owner.kind.value, lists.c.owner_id == owner.id)


def _ids_of(owner: Owner) -> Any:
    return select(lists.c.id).where(_owned(owner))


def _this(line: Line) -> ColumnElement[bool]:
    return and_(saved.c.list_id == line.list_id, saved.c.paper_id == line.paper_id)


def _lists(connection: Connection, where: ColumnElement[bool]) -> list[ReadingList]:
    papers = select(func.count()).where(saved.c.list_id == lists.c.id).scalar_subquery()
    query = select(lists, papers.label("papers")).where(where).order_by(lists.c.used_at.desc(), lists.c.id)
    return [_list(row) for row in connection.execute(query)]


def _first(connection: Connection, owner: Owner) -> ReadingList:
    """Another process has made it just now."""
    return _lists(connection, _owned(owner))[0]


def _list(row: Row[Any]) -> ReadingList:
    return ReadingList(row.id, Owner.of(row.owner_kind, row.owner_id), row.name, row.papers, row.edit_role_id)


def _lines(connection: Connection, where: ColumnElement[bool], person: int) -> list[Line]:
    mine = and_(reading.c.paper_id == saved.c.paper_id, reading.c.person_id == person)
    query = (
        select(saved, reading.c.status)
        .outerjoin(reading, mine)
        .where(where)
        .order_by(saved.c.saved_at.desc(), saved.c.paper_id)
    )
    return [_line(row) for row in connection.execute(query)]


def _line(row: Row[Any]) -> Line:
    return Line(
        list_id=row.list_id,
        paper_id=row.paper_id,
        title=row.title,
        note=row.note,
        status=_status(row.status),
        added_by=None if row.added_by == NOBODY else row.added_by,
        saved_at=row.saved_at,
        paper=_paper(row.record) if row.record else None,
    )


def _status(stored: str | None) -> Status:
    """To be read where there is none, or a newer version's."""
    return next((each for each in Status if each.value == stored), Status.TO_READ)


def _paper(record: str) -> Paper | None:
    """None for what a newer version wrote: its id and title are known all the same."""
    try:
        return Paper.model_validate_json(record)
    except ValueError:
        return None


def _having(connection: Connection, within: ColumnElement[bool], ids: Sequence[str]) -> Iterable[str]:
    for start in range(0, len(ids), _AT_ONCE):
        some = saved.c.paper_id.in_(ids[start : start + _AT_ONCE])
        yield from connection.scalars(select(saved.c.paper_id).where(within, some))


def _follow(connection: Connection, row: Row[Any], current: str) -> None:
    """The line gets the paper's new id; where that is on the list, too, the notes become one."""
    this = and_(saved.c.list_id == row.list_id, saved.c.paper_id == row.paper_id)
    other = and_(saved.c.list_id == row.list_id, saved.c.paper_id == current)
    there = connection.execute(select(saved.c.note).where(other)).first()
    if there is None:
        connection.execute(update(saved).where(this).values(paper_id=current, record=None))
        return
    connection.execute(update(saved).where(other).values(note=_both(there.note, row.note)))
    connection.execute(delete(saved).where(this))


def _follow_reading(connection: Connection, former: str, current: str) -> None:
    rows = connection.execute(select(reading).where(reading.c.paper_id == former)).mappings().all()
    if rows:
        insert_new(connection, reading, [{**row, "paper_id": current} for row in rows])
        connection.execute(delete(reading).where(reading.c.paper_id == former))
