"""SQLite as the state's database: one file, which may become unwritable for a while, or vanish."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from bot.errors import SettingsError, StateGone
from bot.state.failures import unusable

T = TypeVar("T")

_BUSY = 10.0
"""Seconds to wait for another program's write."""
_ROWS_AT_ONCE = 64
_OPTIONS: dict[str, Any] = {"timeout": _BUSY, "check_same_thread": False, "isolation_level": None}
_PRAGMAS = ("PRAGMA journal_mode = WAL", "PRAGMA foreign_keys = ON")
_BROKEN = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
    }
)
"""Primary codes after which a connection is not kept: SQLite opens a file that cannot be written for reading
alone, without a word, and stays so when it could be written again."""


class StateFile:
    """The file at `path`, and the engine that opens it.

    Once it has been opened, a file that is gone, or another in its place, is an error instead of a new state.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: tuple[int, int] | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable(error) from error
        if path.is_dir():
            raise SettingsError(
                f"DATABASE_URL names a folder, {path}: name a file in it, as in {path / 'state.db'}."
            )
        self._engine = self._made_engine()
        self._closed = False
        self._writer = asyncio.Lock()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, run in a thread."""
        return await asyncio.to_thread(self._run, work, writes=False)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, run in a thread, in one transaction."""
        # SQLite lets its waiting writers poll, in no order; in one process they can queue instead.
        async with self._writer:
            return await asyncio.to_thread(self._run, work, writes=True)

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """From now on it is this file, and no other."""
        await self.write(upgrade)
        self._opened = self._identity()

    async def close(self) -> None:
        """Close every connection; one whose work goes on in its thread, when that has ended."""
        self._closed = True
        self._engine.dispose()

    def _run(self, work: Callable[[Connection], T], *, writes: bool) -> T:
        pool = self._engine.pool
        try:
            with self._engine.connect() as connection:
                connection.execution_options(paperboy_writes=writes)
                with connection.begin():
                    return work(connection)
        finally:
            # Whoever waited for this may be gone, and have closed everything but this connection.
            if self._closed:
                pool.dispose()

    def check(self) -> None:
        """Raises StateGone where it is not the file that was opened."""
        if self._opened is not None and self._identity() != self._opened:
            raise StateGone(self.path)

    def _made_engine(self) -> Engine:
        """The engine; its connections may be used in any thread, one at a time."""

        def connect() -> sqlite3.Connection:
            self.check()
            connection: sqlite3.Connection = sqlite3.connect(self.path, **_OPTIONS)
            try:
                for pragma in _PRAGMAS:
                    connection.execute(pragma).fetchall()
            except BaseException:
                connection.close()
                raise
            return connection

        engine = create_engine(URL.create("sqlite"), creator=connect, poolclass=QueuePool)
        self._set_up(engine)
        return engine

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError:
            return self._opened  # its folder cannot be read at this moment: that passes
        return found.st_dev, found.st_ino

    def _set_up(self, engine: Engine) -> None:
        """Writers take SQLite's lock at BEGIN, where the busy timeout holds; readers never wait for it.

        A reader has no transaction at all: each of its statements sees one state, and costs half as much.
        """

        @event.listens_for(engine, "checkout")
        def checkout(_connection: Any, _record: Any, _proxy: Any) -> None:
            self.check()

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            if connection.get_execution_options().get("paperboy_writes", False):
                connection.exec_driver_sql("BEGIN IMMEDIATE")

        @event.listens_for(engine, "handle_error")
        def failed(context: Any) -> None:
            code = getattr(context.original_exception, "sqlite_errorcode", None)
            if code is not None and code & 0xFF in _BROKEN:
                context.is_disconnect = True
