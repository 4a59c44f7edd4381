"""Papers that got another id: lines on reading lists follow them, with notes and how far they are read, and
so do votes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, select, true, update

from bot.paper.ids import OWN_PREFIX
from bot.paper.model import Paper
from bot.paper.remarks import Status, both
from bot.readers.follows import Standing
from bot.readers.lists import LONGEST_KEPT
from bot.readers.owner import Kind
from bot.state.inbox_tables import standings
from bot.state.inserting import insert_new
from bot.state.reader_tables import lists, reading, saved, votes
from bot.state.renaming import rename
from bot.state.server_saves import follow_saves
from bot.state.standings import begin


def steps(connection: Connection, former: str, current: str) -> list[Callable[[Connection], None]]:
    """What is to be done for what is kept of a paper of the catalog to follow, each in a transaction.

    One after the other, and short: whoever deletes or changes some of it meanwhile hardly waits.
    """
    query = select(saved.c.list_id).where(_of_catalog(former)).order_by(saved.c.list_id)
    found: list[Callable[[Connection], None]] = [
        partial(follow_on, list_id=each, former=former, current=current) for each in connection.scalars(query)
    ]
    for table, follow_rest in ((reading, follow_readers), (votes, follow_votes)):
        if connection.scalar(select(table.c.paper_id).where(table.c.paper_id == former).limit(1)) is not None:
            found.append(partial(follow_rest, former=former, current=current))
    return found


def follow_on(connection: Connection, list_id: int, former: str, current: str) -> None:
    """The line of a paper of the catalog on this list, where there is one still."""
    if not _hold(connection, list_id):
        return
    there = select(saved.c.list_id).where(_of_catalog(former), saved.c.list_id == list_id)
    if connection.scalar(there) is None:
        return
    _keep_known(connection, former, current)
    _follow_line(connection, list_id, former, current, None)


def follow_readers(connection: Connection, former: str, current: str) -> None:
    """How far anybody is with a paper of the catalog, once its lines have followed."""
    _follow_reading(connection, former, current, true(), furthest=False)


def follow_votes(connection: Connection, former: str, current: str) -> None:
    """Each person likes the paper once, by whichever id they did."""
    rename(connection, votes, former, current)


def own_ids(connection: Connection) -> set[str]:
    """The ids that titles made by which there are lines or votes, or somebody has read."""
    found: set[str] = set()
    for column in (saved.c.paper_id, reading.c.paper_id, votes.c.paper_id):
        of_titles = column.startswith(OWN_PREFIX, autoescape=True)
        found.update(connection.scalars(select(column).where(of_titles).distinct()))
    return found


def follow(
    connection: Connection, list_id: int, former: str, current: str, record: Paper | None = None
) -> None:
    """The line gets the paper's new id; where that is on the list, too, the notes become one.

    The list keeps `record`; for None it keeps the paper no more.
    """
    if not _hold(connection, list_id):
        return
    if _follow_line(connection, list_id, former, current, record) and former != current:
        readers = _readers(connection, list_id)
        _follow_reading(connection, former, current, readers, furthest=record is not None)


def _follow_line(
    connection: Connection, list_id: int, former: str, current: str, record: Paper | None
) -> bool:
    """Whether it was there still."""
    kept: dict[str, Any] = {"record": None}
    if record is not None:
        kept = {"title": record.title, "record": record.model_dump_json(exclude_defaults=True)}
    this, other = _is_line(list_id, former), _is_line(list_id, current)
    # Held from here on: a note that is written meanwhile is one of those that are put together.
    row = connection.execute(select(saved.c.note).where(this).with_for_update()).first()
    if row is None:
        return False
    if former == current:
        connection.execute(update(saved).where(this).values(kept))
        return True
    there = connection.execute(select(saved.c.note).where(other).with_for_update()).first()
    if there is None:
        connection.execute(update(saved).where(this).values(paper_id=current, **kept))
    else:
        note = both(there.note, row.note)[:LONGEST_KEPT]
        connection.execute(update(saved).where(other).values(note=note, **kept))
        connection.execute(delete(saved).where(this))
    follow_saves(connection, list_id, former, current)
    # Of a paper that its list kept itself nothing was known; what is seen first is no news.
    begin(connection, {current: Standing(current, "", None, None)})
    return True


def _keep_known(connection: Connection, former: str, current: str) -> None:
    """What is known of the paper is known of it by its new id."""
    rows = connection.execute(select(standings).where(standings.c.paper_id == former)).mappings().all()
    if rows:
        insert_new(connection, standings, [{**row, "paper_id": current} for row in rows])


def _follow_reading(
    connection: Connection, former: str, current: str, of: ColumnElement[bool], *, furthest: bool
) -> None:
    """Whoever has said so of `current` already is left alone, but where the `furthest` of both counts."""
    if furthest:
        was = reading.alias()
        of_same = and_(was.c.person_id == reading.c.person_id, was.c.paper_id == former)
        had_read = exists().where(of_same, was.c.status == Status.READ.value)
        again = update(reading).where(reading.c.paper_id == current, of, had_read)
        connection.execute(again.values(status=Status.READ.value))
    rename(connection, reading, former, current, of, stays=exists().where(saved.c.paper_id == former))


def _readers(connection: Connection, list_id: int) -> ColumnElement[bool]:
    """Of how far people are: those who see this list."""
    on = connection.execute(select(lists.c.owner_kind, lists.c.owner_id).where(lists.c.id == list_id)).one()
    return reading.c.person_id == on.owner_id if on.owner_kind == Kind.PERSON.value else true()


def _hold(connection: Connection, list_id: int) -> bool:
    """Nobody puts anything on the list, or deletes it, before the end; False where it is gone."""
    held = select(lists.c.id).where(lists.c.id == list_id).with_for_update()
    return connection.scalar(held) is not None


def _is_line(list_id: int, paper_id: str) -> ColumnElement[bool]:
    return and_(saved.c.list_id == list_id, saved.c.paper_id == paper_id)


def _of_catalog(paper_id: str) -> ColumnElement[bool]:
    """A line whose list keeps the paper itself may be another's paper."""
    return and_(saved.c.paper_id == paper_id, saved.c.record.is_(None))
