"""The state store: SQLite by default, PostgreSQL where DATABASE_URL says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, UpdateBase, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import SettingsError
from bot.state import postgres
from bot.state.address import engine_url
from bot.state.postgres import Patience
from bot.state.sqlite import StateFile

T = TypeVar("T")

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x50426F79
"""Key of the PostgreSQL advisory lock under which one process at a time migrates."""
_LOOK_EVERY = 2.0
"""Seconds between two looks at whether the state's file is still there."""


class Store:
    """The state's database. A function given to `read` or `write` runs within one transaction.

    Never wait for Discord in there: PostgreSQL's transaction is cut off after twelve seconds. On SQLite the
    function runs in a thread. Both raise what `failures` tells apart.
    """

    def __init__(self, database_url: str, patience: Patience = postgres.USUAL) -> None:
        self._patience = patience
        self._url = engine_url(database_url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._file = StateFile(Path(self._url.database or "")) if self.is_sqlite else None
        self._engine: Engine | AsyncEngine
        self._engine = self._file.engine() if self._file else postgres.engine_for(self._url, patience)
        self._writer = asyncio.Lock()

    async def migrate(self) -> None:
        """Bring the schema to this version; safe when several processes start at once."""
        if self._file is not None:
            await self.write(_upgrade)
            self._file.remember()
            return
        engine = postgres.engine_for(self._url, postgres.MIGRATING, pooled=False)
        try:
            async with _transaction(engine, postgres.MIGRATING.transaction) as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                await connection.run_sync(_upgrade)
        finally:
            await engine.dispose()

    async def watch(self) -> None:
        """Ends with StateGone when the state's file is deleted or replaced; else never."""
        while True:
            if self._file is not None:
                self._file.check()
            await asyncio.sleep(_LOOK_EVERY)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection that only reads."""
        engine = self._engine
        if isinstance(engine, Engine):
            return await asyncio.to_thread(_run, engine, work, writes=False)
        seconds = self._patience.transaction
        async with engine.connect() as connection, postgres.cut_off_after(seconds, connection):
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection in a transaction that its end commits."""
        engine = self._engine
        if isinstance(engine, Engine):
            # SQLite lets its waiting writers poll, in no order; in one process they can queue instead.
            async with self._writer:
                return await asyncio.to_thread(_run, engine, work, writes=True)
        async with _transaction(engine, self._patience.transaction) as connection:
            return await connection.run_sync(work)

    async def change(self, statement: UpdateBase) -> int:
        """Run one statement that writes; returns how many rows it changed."""
        return await self.write(lambda connection: connection.execute(statement).rowcount)

    async def close(self) -> None:
        """Close every connection."""
        if isinstance(self._engine, Engine):
            self._engine.dispose()
        else:
            await self._engine.dispose()


@asynccontextmanager
async def _transaction(engine: AsyncEngine, seconds: float) -> AsyncIterator[AsyncConnection]:
    """A PostgreSQL transaction that is cut off when it takes longer."""
    async with (
        engine.connect() as connection,
        postgres.cut_off_after(seconds, connection),
        connection.begin(),
    ):
        yield connection


def _run(engine: Engine, work: Callable[[Connection], T], *, writes: bool) -> T:
    with engine.connect() as connection:
        connection.execution_options(paperboy_writes=writes)
        with connection.begin():
            return work(connection)


def _upgrade(connection: Connection) -> None:
    known = sorted(path.name.partition("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*.py"))
    revision = _revision(connection)
    if revision == known[-1]:
        return
    if revision is not None and revision not in known:
        raise SettingsError(
            "The state was written by a newer Paperboy. It was left untouched: upgrade Paperboy, or point "
            "DATABASE_URL at another database."
        )
    # Only here: it is a tenth of the time and memory that a start takes.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """The migration that the database is at; none for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
