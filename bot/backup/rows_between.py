"""Rows of one database put into another, as they are: columns by their names, whatever their version."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, MetaData, Table, insert, select, text

_AT_ONCE: Final = 2_000
VERSION: Final = "alembic_version"
GAP: Final = 1_000_000
"""Ids that are left out after a restore: what was made since the backup had some, and buttons still name
them."""


def tables_of(connection: Connection) -> dict[str, Table]:
    """The tables of the state as they are there, by name."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != VERSION}


def copy_rows(source: Connection, target: Connection) -> dict[str, int]:
    """Put each row of `source` into the empty tables of `target`, which has the same; by table how many.

    ValueError where a value can't be read.
    """
    there, rows = tables_of(target), {}
    for name, table in tables_of(source).items():
        into, rows[name] = there[name], 0
        for some in _batches(source, table):
            target.execute(insert(into), [_fitting(each, target) for each in some])
            rows[name] += len(some)
    return rows


def _batches(source: Connection, table: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
    query = select(table).execution_options(yield_per=_AT_ONCE)
    found: Iterator[Mapping[str, Any]] = map(dict, source.execute(query).mappings())
    while some := list(itertools.islice(found, _AT_ONCE)):
        yield some


def _fitting(row: Mapping[str, Any], target: Connection) -> dict[str, Any]:
    return {name: _value(value, target) for name, value in row.items()}


def _value(value: Any, target: Connection) -> Any:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware if target.dialect.name == "postgresql" else aware.replace(tzinfo=None)
    if isinstance(value, str) and target.dialect.name == "postgresql":
        return value.replace("\0", "")
    return value


# Ids that are never used twice


def last_ids(connection: Connection) -> dict[str, int]:
    """By table the highest id that it ever gave, where it counts."""
    if connection.dialect.name == "sqlite":
        if not connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'")):
            return {}
        return {
            row.name: row.seq for row in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        }
    found = {}
    for name, sequence in _sequences(connection).items():
        found[name] = connection.scalar(text(f"SELECT last_value FROM {sequence}")) or 0  # noqa: S608
    return found


def go_on_from(connection: Connection, ids: Mapping[str, int]) -> None:
    """Have each table count on from there at least."""
    here = last_ids(connection)
    if connection.dialect.name == "sqlite":
        for name, last in ids.items():
            if last > here.get(name, 0):
                values = {"name": name, "last": last}
                connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
                put = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
                connection.execute(put, values)
        return
    for name, sequence in _sequences(connection).items():
        last = max(ids.get(name, 0), here.get(name, 0))
        if last:
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _sequences(connection: Connection) -> dict[str, str]:
    found = {}
    for name, table in tables_of(connection).items():
        for column in table.primary_key:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": name, "column": column.name}
            )
            if sequence:
                found[name] = sequence
    return found
