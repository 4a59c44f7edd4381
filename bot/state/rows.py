"""Rows that can't be read: written by a newer version, or broken. One of them never holds up the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Row, Select, select, update

from bot.paper.model import Paper
from bot.state.failures import is_passing

T = TypeVar("T")

log = logging.getLogger(__name__)


def readable(
    connection: Connection,
    query: Select[Any],
    key: Column[Any],
    make: Callable[[Row[Any]], T],
    instead: Mapping[str, Any] | None = None,
) -> list[T]:
    """What `make` makes of the query's rows, in its order; a row that can't be read is logged and left out.

    `key` tells the rows of the query apart. With `instead`, what can't be read of a row is first overwritten
    with that, as `make_readable` does.
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
            if instead is None or not make_readable(connection, key, each, instead):
                log.exception("Row %s of %s can't be read, and is left out.", each, key.table.name)
                continue
            found += [make(row) for row in connection.execute(query.where(key == each))]
    return found


def paper_of_record(row: Row[Any]) -> Paper:
    """The paper in its column `record`; ValueError where a newer version wrote what this one can't read."""
    return Paper.model_validate_json(row.record)


def make_readable(
    connection: Connection, key: Column[Any], row_id: object, instead: Mapping[str, Any]
) -> bool:
    """Overwrite what can't be read in the row of `key`: with `instead`, by column, or with nothing.

    Whether there was any.
    """
    any_was = False
    for column in key.table.columns:
        try:
            connection.scalar(select(column).where(key == row_id))
        except (ValueError, TypeError):
            any_was = True
            log.warning("Column %s of row %s of %s was unreadable.", column.name, row_id, key.table.name)
            value = {column.name: instead.get(column.name)}
            connection.execute(update(key.table).where(key == row_id).values(value))
    return any_was
