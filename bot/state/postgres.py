"""PostgreSQL whose every wait has an end: it may refuse, and it may also just go silent.

A server that fails over, a router that forgets a connection, or a frozen process answers neither with data
nor with a reset. So connecting, the first sign of life of a pooled connection, each statement and each
transaction have their deadlines. What passes one is cut off, not waited for, and the pool opens connections
anew. The server is told the same limits: locks of a connection whose client is gone are not held for long.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import URL, Connection, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.state.patience import MIGRATING, USUAL, Patience

log = logging.getLogger(__name__)
T = TypeVar("T")

_POOL = 5
"""Connections that are kept; twice as many more are opened in a rush."""
_READ_ONLY = "25006"
"""SQLSTATE of a write to a server that only reads: after a failover, the former primary."""
_MIGRATION_LOCK = 0x50426F79
"""Key of the advisory lock under which one process at a time migrates."""


class _Impatient(asyncpg.Connection):  # type: ignore[misc] # asyncpg has no types
    """Closing politely waits for the server's last word, which a silent one never says."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's own
        await super().close(timeout=min(timeout or USUAL.close, USUAL.close))


class StateServer:
    """The database at `url`."""

    def __init__(self, url: URL, patience: Patience) -> None:
        self._url = url
        self._patience = patience
        self._engine = engine_for(url, patience)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`; what it changes is not kept."""
        seconds = self._patience.transaction
        async with self._engine.connect() as connection, _cut_off_after(seconds, connection):
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """The result of `work`, in one transaction."""
        async with _transaction(self._engine, self._patience.transaction) as connection:
            return await connection.run_sync(work)

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """Run `upgrade` while no other process does, with the patience that takes."""
        engine = engine_for(self._url, MIGRATING, pooled=False)
        try:
            async with _transaction(engine, MIGRATING.transaction) as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                await connection.run_sync(upgrade)
        finally:
            await engine.dispose()

    def check(self) -> None:
        """A server that is away says so when it is asked."""

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def engine_for(url: URL, patience: Patience, *, pooled: bool = True) -> AsyncEngine:
    """An engine for `url` whose waits end as `patience` says; without a pool each use connects anew."""
    pool: dict[str, Any] = (
        {"pool_size": _POOL, "max_overflow": 2 * _POOL, "pool_timeout": patience.pool}
        if pooled
        else {"poolclass": NullPool}
    )

    async def connect() -> asyncpg.Connection[Any]:
        return await connected(url, patience)

    engine = create_async_engine(url, async_creator=connect, **pool)
    _throw_away_what_is_silent(engine, patience)
    return engine


@asynccontextmanager
async def _transaction(engine: AsyncEngine, seconds: float) -> AsyncIterator[AsyncConnection]:
    """A transaction that is cut off when it takes longer."""
    async with (
        engine.connect() as connection,
        _cut_off_after(seconds, connection),
        connection.begin(),
    ):
        yield connection


@asynccontextmanager
async def _cut_off_after(seconds: float, connection: AsyncConnection) -> AsyncIterator[None]:
    """Within the block, `connection` is cut off when it takes longer; what waits for it fails at once."""
    driver: Any = (await connection.get_raw_connection()).driver_connection

    def cut_off() -> None:
        log.warning("A connection to the state's database was cut off after %.0f s without an end.", seconds)
        driver.terminate()

    timer = asyncio.get_running_loop().call_later(seconds, cut_off)
    try:
        yield
    finally:
        timer.cancel()


async def connected(url: URL, patience: Patience) -> asyncpg.Connection[Any]:
    """A connection of one's own, whose waits end as `patience` says."""
    try:
        async with asyncio.timeout(patience.connect):
            connection: asyncpg.Connection[Any] = await asyncpg.connect(
                host=url.host,
                port=url.port,
                user=url.username,
                password=url.password,
                database=url.database,
                ssl=url.query.get("ssl"),
                timeout=patience.connect,
                command_timeout=patience.statement,
                connection_class=_Impatient,
                target_session_attrs="read-write",
            )
            try:
                _keep_alive(connection, patience)
                await connection.execute(_LIMITS, *_server_limits(patience))
            except BaseException:
                connection.terminate()
                raise
            return connection
    except TimeoutError:
        raise TimeoutError(f"no answer within {patience.connect:.0f} s") from None


_LIMITS = """
SELECT set_config(known.name, wanted.value, false)
FROM unnest($1::text[], $2::text[]) AS wanted (name, value) JOIN pg_settings AS known USING (name)
"""
"""Only what this server's version knows."""


def _server_limits(patience: Patience) -> tuple[list[str], list[str]]:
    """What the server is to do with a connection whose client went silent: names and values."""
    limits = {
        "statement_timeout": f"{patience.statement + 2:.0f}s",
        "idle_in_transaction_session_timeout": f"{patience.transaction + 3:.0f}s",
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "20000",
    }
    return list(limits), list(limits.values())


def _keep_alive(connection: asyncpg.Connection[Any], patience: Patience) -> None:
    """Ask the system to notice a peer that is gone, also while the connection is idle."""
    transport = connection._transport
    sock = transport.get_extra_info("socket")
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    seconds = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}
    seconds["TCP_USER_TIMEOUT"] = int(patience.transaction * 1000)
    for name, value in seconds.items():
        if hasattr(socket, name):  # not every system has each
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _throw_away_what_is_silent(engine: AsyncEngine, patience: Patience) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(_: Any, record: Any) -> None:
        record.info["new"] = True

    @event.listens_for(engine.sync_engine, "checkout")
    def checked_out(connection: Any, record: Any, _: Any) -> None:
        if record.info.pop("new", False):
            return
        try:
            connection.run_async(lambda driver: _sign_of_life(driver, patience.sign_of_life))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if isinstance(error, TimeoutError):
                log.warning(
                    "A connection to the state's database gave no sign of life for %.0f s: "
                    "it and those opened with it are replaced.",
                    patience.sign_of_life,
                )
            raise InvalidatePoolError from error

    @event.listens_for(engine.sync_engine, "handle_error")
    def failed(context: Any) -> None:
        if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
            context.is_disconnect = True


async def _sign_of_life(driver: asyncpg.Connection[Any], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await driver.execute("SELECT 1")
    except BaseException:
        driver.terminate()
        raise
