"""The state store: SQLite by default, PostgreSQL where DATABASE_URL says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, inspect, text
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
    """Connections to the state. `reading` and `writing` give one in a transaction that ends with the block.

    Never keep a block open while waiting for Discord: PostgreSQL's is cut off after twelve seconds. `read`
    and `write` do the same for a function, at a third of the cost on SQLite: the async driver changes threads
    for every single step, they do so once.
    """

    def __init__(self, database_url: str, patience: Patience = postgres.USUAL) -> None:
        self._patience = patience
        self._url = engine_url(database_url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._file: StateFile | None = None
        self._in_thread: Engine | None = None
        if self.is_sqlite:
            self._file = StateFile(Path(self._url.database or ""))
            self.engine = self._file.async_engine()
            self._in_thread = self._file.engine()
        else:
            self.engine = postgres.engine_for(self._url, patience)
        self._writer = asyncio.Lock()

    async def migrate(self) -> None:
        """Bring the schema to this version; safe when several processes start at once."""
        if self._file is not None:
            async with self.writing() as connection:
                await connection.run_sync(_upgrade)
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

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read by. Raises what `failures` tells apart."""
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self.engine.connect())
            if not self.is_sqlite:
                await stack.enter_async_context(
                    postgres.cut_off_after(self._patience.transaction, connection)
                )
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that writes from its start."""
        if not self.is_sqlite:
            async with _transaction(self.engine, self._patience.transaction) as connection:
                yield connection
            return
        # SQLite lets its waiting writers poll, in no order; in one process they can queue instead.
        async with self._writer, self.engine.connect() as connection:
            await connection.execution_options(paperboy_writes=True)
            async with connection.begin():
                yield connection

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection that only reads."""
        if self._in_thread is not None:
            return await asyncio.to_thread(_run, self._in_thread, work, writes=False)
        async with self.reading() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection in a transaction that its end commits."""
        if self._in_thread is not None:
            async with self._writer:
                return await asyncio.to_thread(_run, self._in_thread, work, writes=True)
        async with self.writing() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        if self._in_thread is not None:
            self._in_thread.dispose()


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
