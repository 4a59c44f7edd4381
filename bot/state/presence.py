"""That a bot works on the state: each one that runs holds a lock together with the others, a restore alone.

The lock is the system's or PostgreSQL's own, so that a process that is killed leaves none behind.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from filelock import ReadWriteLock, Timeout
from sqlalchemy import URL

from bot.errors import OperatorError, SettingsError
from bot.state.address import engine_url
from bot.state.failures import is_failure
from bot.state.patience import USUAL

log = logging.getLogger(__name__)

_LOOK_EVERY = 5.0
"""Seconds between two looks at whether the lock is still held."""
_KEY = 0x50427275
"""Of PostgreSQL's advisory lock, which is the database's own."""


class StateInUse(OperatorError):
    """A bot runs on this state."""

    def __init__(self) -> None:
        super().__init__("A bot, or `paperboy web`, is running on this state: stop it, then restore.")


class BeingRestored(SettingsError):
    """Another process replaces the state at this moment."""

    def __init__(self) -> None:
        super().__init__("The state is just being restored: start Paperboy again when that is done.")


class _Lock(Protocol):
    async def share(self) -> bool: ...

    async def have(self) -> bool: ...

    async def still_there(self) -> bool: ...

    async def close(self) -> None: ...


class Presence:
    """This process on the state at `database_url`."""

    def __init__(self, database_url: str) -> None:
        url = engine_url(database_url)
        is_file = url.get_backend_name() == "sqlite"
        self._lock: _Lock = _FileLock(Path(url.database or "")) if is_file else _ServerLock(url)

    async def begin(self) -> None:
        """A bot runs from now on. BeingRestored while that is so; else what the database raises."""
        if not await self._lock.share():
            raise BeingRestored

    async def keep(self) -> None:
        """Hold on to it, until cancelled; BeingRestored where a restore began while the database was away."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                if not await self._lock.still_there():
                    await self.begin()
            except Exception as error:
                if not is_failure(error):
                    raise
                log.debug("The lock on the state can't be held: %s", error)

    async def begin_alone(self) -> None:
        """No bot runs, nor begins to, from now on. StateInUse where one does."""
        if not await self._lock.have():
            raise StateInUse

    async def end(self) -> None:
        """Let go."""
        await self._lock.close()


class _FileLock:
    """A file beside the state's."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.running")
        self._held: ReadWriteLock | None = None

    async def share(self) -> bool:
        try:
            lock = self._opened()
            lock.acquire_read(0)
        except Timeout:
            return False
        except (OSError, ValueError, RuntimeError, sqlite3.Error) as error:
            # A folder that takes no files for a while is no reason to stop; `still_there` tries again.
            log.debug("The lock %s can't be taken: %s", self._path, error)
            return True
        self._held = lock
        return True

    async def have(self) -> bool:
        try:
            lock = self._opened()
            lock.acquire_write(0)
        except Timeout:
            return False
        self._held = lock
        return True

    def _opened(self) -> ReadWriteLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return ReadWriteLock(self._path, is_singleton=False)

    async def still_there(self) -> bool:
        return self._held is not None

    async def close(self) -> None:
        if self._held is not None:
            self._held.release(force=True)
            self._held.close()
            self._held = None


class _ServerLock:
    """An advisory lock of a connection of its own."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._connection: Any = None

    async def share(self) -> bool:
        return await self._take("SELECT pg_try_advisory_lock_shared($1)")

    async def have(self) -> bool:
        return await self._take("SELECT pg_try_advisory_lock($1)")

    async def _take(self, statement: str) -> bool:
        from bot.state.postgres import connected

        connection = await connected(self._url, USUAL)
        try:
            taken = bool(await connection.fetchval(statement, _KEY))
        except BaseException:
            connection.terminate()
            raise
        if not taken:
            await connection.close()
            return False
        self._connection = connection
        return True

    async def still_there(self) -> bool:
        if self._connection is None:
            return False
        try:
            async with asyncio.timeout(USUAL.sign_of_life):
                await self._connection.execute("SELECT 1")
        except Exception as error:
            log.debug("The connection that held the lock on the state is gone: %s", error)
            self._connection.terminate()
            self._connection = None
            return False
        return True

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                await self._connection.close()
            self._connection = None
