"""Papers that got another id: lines on reading lists follow them, with notes and how far they are read, and
so do votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, select, update

from bot.paper.ids import OWN_PREFIX
from bot.paper.model import Paper
from bot.paper.remarks import Status, both
from bot.readers.follows import Standing
from bot.readers.lists import LONGEST_KEPT
from bot.state.inbox_tables import standings
from bot.state.inserting import insert_new
from bot.state.reader_tables import reading, saved, votes
from bot.state.saved_rows import parts
from bot.state.server_saves import follow_saves
from bot.state.standings import begin


@dataclass(slots=True)
class OnList:
    """A line, and what is noted there."""

    list_id: int
    paper_id: str
    note: str


def follow_all(connection: Connection, former: str, current: str) -> None:
    """Every line of a paper of the catalog, and every vote.

    A line whose list keeps the paper itself may be another's paper.
    """
    this = and_(saved.c.paper_id == former, saved.c.record.is_(None))
    _keep_known(connection, former, current)
    for row in connection.execute(select(saved).where(this)).all():
        follow(connection, row, current)
    _follow_votes(connection, former, current)


def own_ids(connection: Connection) -> set[str]:
    """The ids that titles made by which there are lines or votes."""
    found: set[str] = set()
    for column in (saved.c.paper_id, votes.c.paper_id):
        of_titles = column.startswith(OWN_PREFIX, autoescape=True)
        found.update(connection.scalars(select(column).where(of_titles).distinct()))
    return found


def _follow_votes(connection: Connection, former: str, current: str) -> None:
    """Each person likes the paper once, by whichever id they did."""
    this = votes.c.paper_id == former
    rows = connection.execute(select(votes).where(this)).mappings().all()
    for some in parts([{**row, "paper_id": current} for row in rows]):
        insert_new(connection, votes, some)
    connection.execute(delete(votes).where(this))


def follow(connection: Connection, row: Row[Any] | OnList, current: str, record: Paper | None = None) -> None:
    """The line gets the paper's new id; where that is on the list, too, the notes become one.

    The list keeps `record`; for None it keeps the paper no more.
    """
    kept: dict[str, Any] = {"record": None}
    if record is not None:
        kept = {"title": record.title, "record": record.model_dump_json(exclude_defaults=True)}
    this = and_(saved.c.list_id == row.list_id, saved.c.paper_id == row.paper_id)
    if row.paper_id == current:
        connection.execute(update(saved).where(this).values(kept))
        return
    other = and_(saved.c.list_id == row.list_id, saved.c.paper_id == current)
    there = connection.execute(select(saved.c.note).where(other)).first()
    if there is None:
        connection.execute(update(saved).where(this).values(paper_id=current, **kept))
    else:
        note = both(there.note, row.note)[:LONGEST_KEPT]
        connection.execute(update(saved).where(other).values(note=note, **kept))
        connection.execute(delete(saved).where(this))
    _follow_reading(connection, row.paper_id, current, furthest=record is not None)
    follow_saves(connection, row.list_id, row.paper_id, current)
    # Of a paper that its list kept itself nothing was known; what is seen first is no news.
    begin(connection, {current: Standing(current, "", None, None)})


def _keep_known(connection: Connection, former: str, current: str) -> None:
    """What is known of the paper is known of it by its new id."""
    rows = connection.execute(select(standings).where(standings.c.paper_id == former)).mappings().all()
    if rows:
        insert_new(connection, standings, [{**row, "paper_id": current} for row in rows])


def _follow_reading(connection: Connection, former: str, current: str, *, furthest: bool) -> None:
    """Whoever has said so of `current` already is left alone, but where the `furthest` of both counts."""
    this = reading.c.paper_id == former
    rows = connection.execute(select(reading).where(this)).mappings().all()
    if rows:
        insert_new(connection, reading, [{**row, "paper_id": current} for row in rows])
    if furthest:
        of_readers = reading.c.person_id.in_(
            [row["person_id"] for row in rows if row["status"] == Status.READ.value]
        )
        again = update(reading).where(reading.c.paper_id == current, of_readers)
        connection.execute(again.values(status=Status.READ.value))
    connection.execute(delete(reading).where(this, ~exists().where(saved.c.paper_id == former)))
