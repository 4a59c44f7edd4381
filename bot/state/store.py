"""The state store: SQLite by default, PostgreSQL where DATABASE_URL says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import SettingsError
from bot.state.failures import unusable

T = TypeVar("T")

_MIGRATIONS = Path(__file__).parent / "migrations"
_LIBPQ_ONLY = frozenset(
    {"application_name", "channel_binding", "connect_timeout", "gssencmode", "sslnegotiation"}
)
"""Options of an address that change nothing for us."""
_MIGRATION_LOCK = 0x50426F79
"""Key of the PostgreSQL advisory lock under which one process at a time migrates."""


def engine_url(database_url: str) -> URL:
    """The async SQLAlchemy URL of a DATABASE_URL; hosting platforms write `postgres://`."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise SettingsError(
            "DATABASE_URL is no database address: expected postgresql://… or sqlite:///…."
        ) from None
    match url.get_backend_name():
        case "postgres" | "postgresql":
            return _for_asyncpg(url)
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case other:
            raise SettingsError(
                f"DATABASE_URL names {other}: Paperboy keeps its state in PostgreSQL or SQLite."
            )


def _for_asyncpg(url: URL) -> URL:
    """Hosting platforms write libpq's options; asyncpg has `ssl` with the values of `sslmode`."""
    options = {name: value for name, value in url.query.items() if name not in _LIBPQ_ONLY}
    if "sslmode" in options:
        options["ssl"] = options.pop("sslmode")
    if unknown := sorted(set(options) - {"ssl"}):
        raise SettingsError(f"DATABASE_URL has the option {unknown[0]}, unknown to Paperboy: leave it out.")
    return url.set(drivername="postgresql+asyncpg", query=options)


class Store:
    """Connections to the state. `reading` and `writing` give one in a transaction that ends with the block.

    Never keep a block open while waiting for Discord. `read` and `write` do the same for a function, at a
    third of the cost on SQLite: the async driver changes threads for every single step, they do so once.
    """

    def __init__(self, database_url: str) -> None:
        self._url = engine_url(database_url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_pre_ping": True, "pool_size": 5}
        if self.is_sqlite and self._url.database not in (None, "", ":memory:"):
            _make_folder(Path(self._url.database).parent)
        self.engine = create_async_engine(self._url, **options)
        self._in_thread: Engine | None = None
        if self.is_sqlite:
            _use_immediate_transactions(self.engine.sync_engine)
            self._in_thread = create_engine(self._url.set(drivername="sqlite"))
            _use_immediate_transactions(self._in_thread)
        self._writer = asyncio.Lock()

    async def migrate(self) -> None:
        """Bring the schema to this version; safe when several processes start at once."""
        async with self.writing() as connection:
            if not self.is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            await connection.run_sync(_upgrade)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with AsyncExitStack() as stack:
            if self.is_sqlite:
                # SQLite lets its waiting writers poll, in no order; in one process they can queue instead.
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self.engine.connect())
            await connection.execution_options(paperboy_writes=True)
            async with connection.begin():
                yield connection

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection that only reads."""
        if self._in_thread is not None:
            return await asyncio.to_thread(_run, self._in_thread, work, writes=False)
        async with self.engine.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection in a transaction that its end commits."""
        if self._in_thread is not None:
            async with self._writer:
                return await asyncio.to_thread(_run, self._in_thread, work, writes=True)
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self.engine.dispose()
        if self._in_thread is not None:
            self._in_thread.dispose()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(error) from error


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


def _use_immediate_transactions(engine: Any) -> None:
    """Writers take SQLite's lock at BEGIN, where the busy timeout holds; readers never wait for it.

    A reader has no transaction at all: each of its statements sees one state, and costs half as much.
    """

    @event.listens_for(engine, "connect")
    def connect(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 10000")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("paperboy_writes", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
