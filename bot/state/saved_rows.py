"""Rows of saved papers as lines of reading lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from bot.paper.model import Paper
from bot.readers.lists import Line, Status
from bot.state.reader_tables import reading, saved
from bot.state.table_base import NOBODY

T = TypeVar("T")

AT_ONCE = 400
"""Rows in one statement: the databases take some 32,000 values."""


def lines_of(connection: Connection, where: ColumnElement[bool], person: int) -> list[Line]:
    """The lines of which `where` holds, the last saved first, with how far `person` is with each."""
    mine = and_(reading.c.paper_id == saved.c.paper_id, reading.c.person_id == person)
    # Not the records: those of a long list are many megabytes.
    columns = [column for column in saved.columns if column is not saved.c.record]
    query: Select[Any] = (
        select(*columns, saved.c.record.is_not(None).label("recorded"), reading.c.status)
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
        recorded=bool(row.recorded),
    )


def _status(stored: str | None) -> Status:
    """To be read where there is none, or a newer version's."""
    return next((each for each in Status if each.value == stored), Status.TO_READ)


def paper_of(record: str) -> Paper | None:
    """None for what a newer version wrote: its id and title are known all the same."""
    try:
        return Paper.model_validate_json(record)
    except ValueError:
        return None


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as go into one statement."""
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
