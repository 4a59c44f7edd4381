"""The state store: SQLite by default, PostgreSQL where DATABASE_URL says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import URL, Connection, UpdateBase

from bot.state.address import engine_url
from bot.state.migrating import upgrade
from bot.state.patience import USUAL, Patience
from bot.state.sqlite import StateFile

T = TypeVar("T")

_LOOK_EVERY = 2.0
"""Seconds between two looks at whether the state's file is still there."""


class _Database(Protocol):
    async def read(self, work: Callable[[Connection], T]) -> T: ...

    async def write(self, work: Callable[[Connection], T]) -> T: ...

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None: ...

    def check(self) -> None: ...

    async def close(self) -> None: ...


class Store:
    """The state's database. A function given to `read` or `write` runs within one transaction.

    Never wait for Discord in there: PostgreSQL's transaction is cut off after twelve seconds. On SQLite the
    function runs in a thread. Both raise what `failures` tells apart.
    """

    def __init__(self, database_url: str, patience: Patience = USUAL) -> None:
        url = engine_url(database_url)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._database = _database(url, patience)

    async def migrate(self) -> None:
        """Bring the schema to this version; safe when several processes start at once."""
        await self._database.migrate(upgrade)

    async def watch(self) -> None:
        """Ends with StateGone when the state's file is deleted or replaced; else never."""
        while True:
            self._database.check()
            await asyncio.sleep(_LOOK_EVERY)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection that only reads."""
        return await self._database.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, called with a connection in a transaction that its end commits."""
        return await self._database.write(work)

    async def change(self, statement: UpdateBase) -> int:
        """Run one statement that writes; returns how many rows it changed."""
        return await self.write(lambda connection: connection.execute(statement).rowcount)

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()


def _database(url: URL, patience: Patience) -> _Database:
    if url.get_backend_name() == "sqlite":
        return StateFile(Path(url.database or ""))
    # asyncpg and SQLAlchemy's asyncio are a sixth of a start's time: for those who have PostgreSQL.
    from bot.state.postgres import StateServer

    return StateServer(url, patience)
