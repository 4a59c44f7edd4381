"""Inserting rows that may be there already, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Rows = Sequence[Mapping[str, Any]]


def insert_new(connection: Connection, table: Table, rows: Rows) -> Sequence[Row[Any]]:
    """Insert those that break no constraint; returns those that are new."""
    insert = _insert(connection, table, rows)
    return connection.execute(insert.on_conflict_do_nothing().returning(table)).all()


def insert_or_update(
    connection: Connection,
    table: Table,
    rows: Rows,
    *,
    by: Sequence[Column[Any]],
    takes: Sequence[str] | None = None,
    where: ColumnElement[bool] | None = None,
) -> Sequence[Row[Any]]:
    """Insert them; one that is there by the columns `by` takes the values of `takes`, all of them for None.

    Only where `where` holds for it. Returns the rows that are new or changed. `rows` have the same columns,
    and there is one at least.
    """
    insert = _insert(connection, table, rows)
    own = {column.name for column in by}
    names = takes if takes is not None else [name for name in rows[0] if name not in own]
    changed = {name: insert.excluded[name] for name in names}
    put = insert.on_conflict_do_update(index_elements=list(by), set_=changed, where=where)
    return connection.execute(put.returning(table)).all()


def _insert(connection: Connection, table: Table, rows: Rows) -> sqlite.Insert | postgresql.Insert:
    values = [dict(row) for row in rows]
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(values)
    # There already where the connection is PostgreSQL's; else two megabytes for nothing.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table).values(values)
