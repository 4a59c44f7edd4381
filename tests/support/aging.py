"""A state in which time has passed: every instant of it lies further back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Interval,
    Text,
    func,
    literal,
    type_coerce,
    update,
)

from bot.state.columns import Instant
from bot.state.store import Store
from bot.state.table_base import metadata

_ASIDE = timedelta(days=10_000)
"""Away from every instant that is there: row by row, a unique one would meet its neighbour's old one."""


async def pass_time(store: Store, time: timedelta) -> None:
    """As if `time` had gone by while nothing ran, for the bots' clocks and the database's alike."""

    def work(connection: Connection) -> None:
        for step in (-_ASIDE, _ASIDE - time):
            for table in metadata.sorted_tables:
                names = [column.name for column in table.columns if isinstance(column.type, Instant)]
                for name in names:
                    moved = {name: _moved(connection, table.c[name], step)}
                    connection.execute(update(table).values(moved).where(table.c[name].is_not(None)))

    await store.write(work)


def _moved(connection: Connection, column: Column[datetime], step: timedelta) -> ColumnElement[datetime]:
    if connection.dialect.name == "sqlite":
        text, by = type_coerce(column, Text), f"{step.total_seconds():+.0f} seconds"
        return type_coerce(func.strftime("%Y-%m-%d %H:%M:%f000", text, by), DateTime())
    return type_coerce(column, DateTime(timezone=True)) + literal(step, Interval)
