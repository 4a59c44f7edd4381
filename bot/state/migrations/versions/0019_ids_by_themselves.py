"""Papers that lists keep themselves get ids that no other paper has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.paper.model import Paper
from bot.paper.sameness import id_by_itself
from bot.state.columns import Typed

revision = "0019"
down_revision = "0018"

_AT_ONCE = 200
_LONGEST_NOTE = 4_000

_lists = sa.table("lists", *map(sa.column, ("id", "owner_kind", "owner_id")))
_saved = sa.table(
    "saved",
    *map(sa.column, ("list_id", "paper_id", "added_by")),
    sa.column("record", Typed),
    sa.column("note", Typed),
)
_reading = sa.table("reading", *map(sa.column, ("person_id", "paper_id", "status", "changed_at")))
_saves = sa.table("server_saves", *map(sa.column, ("guild_id", "paper_id", "person_id", "saved_at")))


def upgrade() -> None:
    """Until here a file's own number, or a title that several share, was taken for the catalog's paper."""
    connection = op.get_bind()
    key = (_saved.c.list_id, _saved.c.paper_id, _lists.c.owner_kind, _lists.c.owner_id)
    of_list = _lists.c.id == _saved.c.list_id
    recorded = sa.select(*key).join(_lists, of_list).where(_saved.c.record.is_not(None))
    # Without the records: those of one list can be many megabytes.
    for line in connection.execute(recorded.order_by(*key[:2])).all():
        former, current = line.paper_id, _renamed(connection, line.list_id, line.paper_id)
        if current != former:
            whose = [line.owner_id] if line.owner_kind == "person" else _readers(connection, former)
            for person in whose:
                _bring_along(connection, person, former, current)


def _renamed(connection: sa.Connection, list_id: int, former: str) -> str:
    """The line's new id; where a line has that already, the two become one."""
    this = sa.and_(_saved.c.list_id == list_id, _saved.c.paper_id == former)
    row = connection.execute(sa.select(_saved.c.record, _saved.c.note).where(this)).one()
    try:
        paper = Paper.model_validate_json(row.record).model_copy(update={"id": former})
    except ValueError:
        return former
    current = id_by_itself(paper)
    if current == former:
        return former
    other = sa.and_(_saved.c.list_id == list_id, _saved.c.paper_id == current)
    there = connection.scalar(sa.select(_saved.c.note).where(other))
    if there is None:
        record = paper.model_copy(update={"id": current}).model_dump_json(exclude_defaults=True)
        connection.execute(sa.update(_saved).where(this).values(paper_id=current, record=record))
    else:
        note = "\n".join(dict.fromkeys(each for each in (there, row.note) if each))[:_LONGEST_NOTE]
        connection.execute(sa.update(_saved).where(other).values(note=note))
        connection.execute(sa.delete(_saved).where(this))
    return current


def _readers(connection: sa.Connection, paper_id: str) -> list[int]:
    people = (sa.select(each.c.person_id).where(each.c.paper_id == paper_id) for each in (_reading, _saves))
    return list(connection.scalars(sa.union(*people)))


def _bring_along(connection: sa.Connection, person: int, former: str, current: str) -> None:
    """How far the person is with it, and where it was saved: of the former id only while a line has that."""
    of_person = sa.and_(_lists.c.owner_kind == "person", _lists.c.owner_id == person)
    lines = sa.select(_saved.c.list_id).join(_lists, _lists.c.id == _saved.c.list_id)
    is_theirs = sa.or_(of_person, _saved.c.added_by == person)
    is_kept = connection.execute(lines.where(_saved.c.paper_id == former, is_theirs).limit(1)).first()
    for table in (_reading, _saves):
        this = sa.and_(table.c.person_id == person, table.c.paper_id == former)
        again = sa.and_(table.c.person_id == person, table.c.paper_id == current)
        rows = connection.execute(sa.select(table).where(this)).mappings().all()
        if rows and connection.execute(sa.select(table.c.paper_id).where(again)).first() is None:
            connection.execute(sa.insert(table), [{**row, "paper_id": current} for row in rows])
        if not is_kept:
            connection.execute(sa.delete(table).where(this))
