"""SQLite as the state's database: one file, which may become unwritable for a while, or vanish."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool

from bot.errors import StateGone
from bot.state.failures import unusable

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
    """The file at `path`, and the engines that open it.

    Once it has been opened, a file that is gone, or another in its place, is an error instead of a new state.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: tuple[int, int] | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unusable(error) from error

    def remember(self) -> None:
        """From now on it is this file, and no other."""
        self._opened = self._identity()

    def check(self) -> None:
        """Raises StateGone where it is not the file that was opened."""
        if self._opened is not None and self._identity() != self._opened:
            raise StateGone(self.path)

    def async_engine(self) -> AsyncEngine:
        """The engine for asyncio."""

        async def connect() -> aiosqlite.Connection:
            self.check()
            failed: list[sqlite3.Error] = []

            def open_file() -> sqlite3.Connection:
                try:
                    opened: sqlite3.Connection = sqlite3.connect(self.path, **_OPTIONS)
                except sqlite3.Error as error:
                    # A connection that does not come about leaves its thread behind, which may outlive the
                    # event loop that it answers to: this one is closed below.
                    failed.append(error)
                    opened = sqlite3.connect(":memory:", **_OPTIONS)
                return opened

            connection = await aiosqlite.Connection(open_file, _ROWS_AT_ONCE)
            try:
                if failed:
                    raise failed[0]
                for pragma in _PRAGMAS:
                    await connection.execute_fetchall(pragma)
            except BaseException:
                await connection.close()  # it has a thread, which would wait for ever
                raise
            return connection

        engine = create_async_engine(
            URL.create("sqlite+aiosqlite"), async_creator=connect, poolclass=AsyncAdaptedQueuePool
        )
        self._set_up(engine.sync_engine)
        return engine

    def engine(self) -> Engine:
        """The engine that migrations use."""

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
