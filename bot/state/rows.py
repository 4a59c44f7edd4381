"""Rows that can't be read: written by a newer version, or broken. One of them never holds up the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Row, Select, Table, select, update

from bot.paper.model import Paper
from bot.state.failures import is_passing

T = TypeVar("T")

log = logging.getLogger(__name__)


def readable(
    connection: Connection, query: Select[Any], key: Column[Any], make: Callable[[Row[Any]], T]
) -> list[T]:
    """What `make` makes of the query's rows, in its order; a row that can't be read is logged and left out.

    `key` tells the rows of the query apart.
    """
    try:
        return [make(row) for row in connection.execute(query)]
    except Exception as error:
        if is_passing(error):
            raise
    found: list[T] = []
    for each in connection.scalars(query.with_only_columns(key)).all():
        try:
            found += [make(row) for row in connection.execute(query.where(key == each))]
        except Exception as error:
            if is_passing(error):
                raise
            log.exception("Row %s of %s can't be read, and is left out.", each, key.table.name)
    return found


def paper_of_record(row: Row[Any]) -> Paper:
    """The paper in its column `record`; ValueError where a newer version wrote what this one can't read."""
    return Paper.model_validate_json(row.record)


def make_readable(connection: Connection, table: Table, row_id: int, instead: Mapping[str, Any]) -> None:
    """Overwrite what can't be read in a row: with `instead`, by column, or with nothing."""
    for column in table.columns:
        try:
            connection.scalar(select(column).where(table.c.id == row_id))
        except (ValueError, TypeError):
            log.warning("Column %s of row %s of %s was unreadable.", column.name, row_id, table.name)
            value = {column.name: instead.get(column.name)}
            connection.execute(update(table).where(table.c.id == row_id).values(value))
