"""All that the state holds about a person, found by the columns that the tables mark as a person's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, select, update

from bot.state.all_tables import metadata
from bot.state.inbox_tables import inboxes
from bot.state.reader_tables import picked
from bot.state.store import Store
from bot.state.table_base import NOBODY, Person

Rows = Sequence[Mapping[str, Any]]
_AT_ONCE = 400
"""Values in one statement."""


Note = Callable[[int], Awaitable[None]]
"""Notes that this person's data is deleted now, for the backups that still have it."""


class People:
    def __init__(self, store: Store, note: Note | None = None) -> None:
        self._store = store
        self._note = note

    async def about(self, person_id: int) -> dict[str, Rows]:
        """By table, each row that names the person, by column; a table without one is left out."""

        def work(connection: Connection) -> dict[str, Rows]:
            found: dict[str, dict[tuple[Any, ...], Mapping[str, Any]]] = {}
            for table, this in [
                *_parts(person_id),
                *((table, this) for table, _, _, this in _held(person_id)),
            ]:
                keys = [column.name for column in table.primary_key]
                known = found.setdefault(table.name, {})
                for row in connection.execute(select(table).where(this)).mappings():
                    known.setdefault(tuple(row[key] for key in keys), dict(row))
            return {name: list(rows.values()) for name, rows in found.items() if rows}

        return await self._store.read(work)

    async def forget(self, person_id: int) -> dict[str, int]:
        """Delete it all, in one transaction: by table how many rows went, or lost the person's id."""

        def work(connection: Connection) -> dict[str, int]:
            changed: Counter[str] = Counter()
            # Whoever adds a row for somebody holds another of theirs meanwhile, or finds it gone: it is
            # waited for there, and the row that it added is found when all is looked through again.
            while found := _forget(connection, person_id):
                changed += found
            return dict(changed)

        if self._note is not None:
            # Before, not after: nothing shall come between that keeps it from being noted.
            await self._note(person_id)
        return await self._store.write(work)


def _forget(connection: Connection, person_id: int) -> Counter[str]:
    """Delete what is there now, by table how many rows."""
    changed: Counter[str] = Counter()
    # Wholes before their parts: whoever adds a part holds its whole meanwhile, or finds it gone.
    for whole, parts, theirs in _wholes(person_id):
        gone = connection.scalars(delete(whole.table).where(theirs).returning(whole)).all()
        changed[whole.table.name] += len(gone)
        for part in parts:
            for start in range(0, len(gone), _AT_ONCE):
                some = part.in_(gone[start : start + _AT_ONCE])
                changed[part.table.name] += connection.execute(delete(part.table).where(some)).rowcount
    for table, column, says, this in _held(person_id):
        nameless = update(table).where(this).values({column.name: NOBODY})
        statement = delete(table).where(this) if says.row else nameless
        changed[table.name] += connection.execute(statement).rowcount
    return +changed


def _wholes(person_id: int) -> Iterator[tuple[Column[Any], Sequence[Column[Any]], ColumnElement[bool]]]:
    """Each column that parts are named by, those columns of the parts, and the rows that are the person's."""
    parts: dict[Column[Any], list[Column[Any]]] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            whole: Column[Any] | None = column.info.get("part_of")
            if whole is not None:
                parts.setdefault(whole, []).append(column)
    for whole, named in parts.items():
        for marked in whole.table.columns:
            says: Person | None = marked.info.get("person")
            if says is not None and says.row:
                yield whole, named, _is(marked, says, person_id)


def _parts(person_id: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """The rows that belong to a row of the person's."""
    for whole, named, theirs in _wholes(person_id):
        for column in named:
            yield column.table, column.in_(select(whole).where(theirs))


def _held(person_id: int) -> Iterator[tuple[Table, Column[Any], Person, ColumnElement[bool]]]:
    """Each column that may hold the person's id, and the rows in which it does."""
    # A letter that arrives locks its own row before its person's inbox: in the same order nobody waits for
    # somebody who waits for them. What was picked goes after all that somebody likes: whoever adds to it
    # holds a row of that meanwhile, or finds none.
    for table in sorted(metadata.sorted_tables, key=lambda table: (table is inboxes, table is picked)):
        for column in table.columns:
            says = column.info.get("person")
            if says is not None:
                yield table, column, says, _is(column, says, person_id)


def _is(column: Column[Any], says: Person, person_id: int) -> ColumnElement[bool]:
    this = column == person_id
    return and_(this, column.table.c[says.where[0]] == says.where[1]) if says.where else this
