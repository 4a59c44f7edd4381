"""The state that a restore is about to replace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select

from bot.backup.last_sign import last_sign, last_sign_in
from bot.backup.rows_between import VERSION, last_ids
from bot.state.address import engine_url
from bot.state.all_tables import metadata
from bot.state.failures import is_failure, unusable
from bot.state.store import Store

_NO_MATTER = frozenset({VERSION, "begun", "synced_commands", "openings", "vote_edits"})
"""What a bot writes that nobody ever spoke to."""


async def holds_anything(database_url: str) -> bool:
    """Whether it has anything that would be lost; a file that can't be read counts. Raises SettingsError."""
    if (path := file_of(database_url)) is not None:
        return _file_holds_anything(path)
    store = Store(database_url)
    try:
        return await store.read(_any_row)
    except Exception as error:
        if not is_failure(error):
            raise
        raise unusable(error) from error
    finally:
        await store.close()


async def former_ids(database_url: str) -> dict[str, int]:
    """By table the highest id that it gave: buttons name it still. Nothing where it can't be read."""
    path = file_of(database_url)
    if path is None:
        store = Store(database_url)
        try:
            return await store.read(last_ids)
        finally:
            await store.close()
    if not path.exists():
        return {}
    try:
        with closing(_opened(path)) as connection:
            return dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    except sqlite3.Error:
        return {}


async def former_sign(database_url: str) -> datetime | None:
    """The last sign in a list of deletions that it has seen; None where it can't be read."""
    path = file_of(database_url)
    if path is None:
        store = Store(database_url)
        try:
            return await store.read(last_sign)
        except Exception as error:
            if not is_failure(error):
                raise
            return None
        finally:
            await store.close()
    if not path.exists():
        return None
    try:
        with closing(_opened(path)) as connection:
            return last_sign_in(connection)
    except sqlite3.Error:
        return None


def file_of(database_url: str) -> Path | None:
    """The state's file; None where it is in PostgreSQL."""
    url = engine_url(database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


def _file_holds_anything(path: Path) -> bool:
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        with closing(_opened(path)) as connection:
            named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return any(
                connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()  # noqa: S608 - its own names
                for (name,) in named
                if name not in _NO_MATTER and not name.startswith("sqlite_")
            )
    except sqlite3.Error:
        return True


def _any_row(connection: Connection) -> bool:
    there = set(inspect(connection).get_table_names()) - _NO_MATTER
    return any(
        connection.execute(select(table).limit(1)).first() is not None
        for name, table in metadata.tables.items()
        if name in there
    )
