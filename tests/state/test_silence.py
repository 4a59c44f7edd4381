"""A PostgreSQL that goes silent, restarts, only reads or is full: every wait ends, so does the trouble."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from bot.state.failures import is_passing
from bot.state.parked import Parked
from bot.state.patience import Patience
from bot.state.store import Store
from tests.support.postgres import Postgres
from tests.support.proxy import Proxy, proxied
from tests.support.time import SettableClock

QUICK = Patience(connect=1.0, sign_of_life=0.5, statement=1.0, transaction=1.5, pool=2.0)
LONGEST = 30.0
"""Seconds after which the posts must have gone on; far less is the rule."""


@pytest.fixture
def silenced(postgres_url: str) -> Iterator[tuple[Proxy, str]]:
    with proxied(postgres_url) as found:
        yield found


@pytest.fixture
async def store(silenced: tuple[Proxy, str]) -> AsyncIterator[Store]:
    store = Store(silenced[1], QUICK)
    await store.migrate()
    yield store
    async with asyncio.timeout(LONGEST):
        await store.close()


def one(connection: Connection) -> Any:
    return connection.scalar(text("SELECT 1"))


def update(statement: str) -> Any:
    return lambda connection: connection.execute(text(statement))


def asleep(seconds: float) -> Any:
    return lambda connection: connection.execute(text("SELECT pg_sleep(:s)"), {"s": seconds})


async def insist(store: Store, work: Any = one) -> Any:
    """As the daily posts do: again and again while the failure is one that passes."""
    async with asyncio.timeout(LONGEST):
        while True:
            try:
                return await store.write(work)
            except Exception as error:
                if not is_passing(error):
                    raise
                await asyncio.sleep(0.05)


async def passes(work: Awaitable[Any]) -> Exception:
    """The failure that `work` ends with, soon, and of a kind that is tried again."""
    async with asyncio.timeout(LONGEST):
        try:
            await work
        except Exception as error:
            if not is_passing(error):
                raise
            return error
    raise AssertionError("it did not fail")


async def fill(store: Store, connections: int = 5) -> None:
    await asyncio.gather(*(store.read(asleep(0.1)) for _ in range(connections)))


async def test_pooled_connections_that_went_silent_are_replaced_and_nobody_sees_an_error(
    store: Store, silenced: tuple[Proxy, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await fill(store)
    silenced[0].hush()
    async with asyncio.timeout(LONGEST):
        assert await asyncio.gather(*(store.read(one) for _ in range(20))) == [1] * 20
    assert "gave no sign of life" in caplog.text


async def test_a_connection_that_goes_silent_in_a_statement_is_cut_off(
    store: Store, silenced: tuple[Proxy, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    waiting = asyncio.create_task(store.write(asleep(0.3)))
    await asyncio.sleep(0.1)
    silenced[0].hush()
    await passes(waiting)
    assert await insist(store) == 1
    assert "was cut off" in caplog.text


async def test_a_connection_that_goes_silent_between_statements_is_cut_off(
    store: Store, silenced: tuple[Proxy, str]
) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("SELECT 1"))
        silenced[0].hush()

    await passes(store.write(work))
    assert await insist(store) == 1


async def test_a_database_that_is_silent_as_a_whole_is_an_outage_and_ends(
    store: Store, silenced: tuple[Proxy, str]
) -> None:
    await fill(store)
    silenced[0].hush_all()
    assert "no answer within 1 s" in str(await passes(store.read(one)))
    going_on = asyncio.create_task(insist(store))
    await asyncio.sleep(0.3)
    silenced[0].speak()
    assert await going_on == 1


async def test_whoever_gives_up_earlier_does_not_wait_for_a_silent_connection(
    store: Store, silenced: tuple[Proxy, str]
) -> None:
    await fill(store)
    silenced[0].hush_all()
    loop = asyncio.get_running_loop()
    started = loop.time()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await store.read(one)
    # Virtual or real: it is the wait that the caller chose, and not the store's own.
    assert loop.time() - started < QUICK.sign_of_life


async def test_a_silent_transaction_does_not_hold_its_locks(
    store: Store, silenced: tuple[Proxy, str], postgres_url: str, clock: SettableClock
) -> None:
    await Parked(store, clock).park("locked")

    def hold(connection: Connection) -> None:
        connection.execute(text("UPDATE parked SET text = 'held'"))
        silenced[0].hush()
        connection.execute(text("SELECT 1"))

    await passes(store.write(hold))
    other = Store(postgres_url)
    try:
        async with asyncio.timeout(LONGEST):
            await insist(other, update("UPDATE parked SET text = 'free'"))
    finally:
        await other.close()


async def test_a_connection_asks_the_system_and_the_server_to_notice_a_dead_peer(store: Store) -> None:
    def work(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        sock = driver._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout", "tcp_keepalives_idle"):
            assert connection.scalar(text(f"SHOW {setting}")) != "0", setting

    await store.read(work)


async def test_a_server_that_only_reads_is_left_for_the_one_that_writes(
    store: Store, postgres_url: str
) -> None:
    name = postgres_url.rpartition("/")[2]
    admin = await asyncpg.connect(postgres_url)
    try:
        await insist(store)
        await admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        await _cut(admin, name)
        going_on = asyncio.create_task(insist(store, update("UPDATE parked SET text = text")))
        await asyncio.sleep(0.5)
        assert not going_on.done()
        await admin.execute("SET default_transaction_read_only = off")
        await admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await going_on
    finally:
        await admin.close()


async def test_a_pooled_connection_to_a_server_that_only_reads_by_now_is_not_kept(store: Store) -> None:
    await store.write(update("SET default_transaction_read_only = on"))
    await passes(store.write(update("UPDATE parked SET text = text")))
    await store.write(update("UPDATE parked SET text = text"))


async def test_a_server_whose_connections_are_all_taken_is_waited_for(
    store: Store, postgres_url: str
) -> None:
    admin = await asyncpg.connect(postgres_url)
    person = "paperboy_limited"
    await admin.execute(f"DROP ROLE IF EXISTS {person}")
    await admin.execute(f"CREATE ROLE {person} LOGIN CONNECTION LIMIT 1")
    url = postgres_url.replace("://paperboy@", f"://{person}@")
    taken = await asyncpg.connect(url)
    limited = Store(url, QUICK)
    try:
        await passes(limited.read(one))
        going_on = asyncio.create_task(insist(limited))
        await asyncio.sleep(0.2)
        await taken.close()
        assert await going_on == 1
    finally:
        await taken.close()
        await limited.close()
        await admin.execute(f"DROP ROLE {person}")
        await admin.close()


async def test_a_commit_that_hangs_ends_and_is_made_again(
    store: Store, postgres_url: str, clock: SettableClock
) -> None:
    """As with a disk whose fsync takes minutes: here the commit waits for a standby that there is not."""
    admin = await asyncpg.connect(postgres_url)
    await admin.execute("SET synchronous_commit = off")
    try:
        await admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        await admin.execute("SELECT pg_reload_conf()")
        await asyncio.sleep(0.2)
        await passes(Parked(store, clock).park("slow"))
    finally:
        await admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await admin.execute("SELECT pg_reload_conf()")
        await admin.close()
    await insist(store)
    parked = Parked(store, clock)
    assert await parked.fetch(await parked.park("at last")) == "at last"


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "53300", "57P01", "58030"])
async def test_what_another_transaction_or_the_server_undid_may_be_tried_again(
    store: Store, state: str
) -> None:
    undo = f"DO $$ BEGIN RAISE EXCEPTION 'undone' USING ERRCODE = '{state}'; END $$"
    await passes(store.write(lambda connection: connection.exec_driver_sql(undo)))


async def test_a_mistake_of_our_own_does_not_pass(store: Store) -> None:
    with pytest.raises(ProgrammingError) as failed:
        await store.write(lambda connection: connection.execute(text("SELECT nothing_of_that_name")))
    assert not is_passing(failed.value)


async def test_a_restart_costs_a_try_at_most(store: Store, postgres: Postgres) -> None:
    await fill(store)
    postgres.stop()
    postgres.start()
    assert await insist(store) == 1


async def _cut(admin: Any, name: str) -> None:
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = $1 AND pid <> pg_backend_pid()",
        name,
    )


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.InternalClientError("got result for unknown protocol state 3"), True),
        (asyncpg.DataError("invalid input for query argument $1"), False),
    ],
)
def test_a_connection_that_ends_in_the_middle_passes_and_a_wrong_value_does_not(error, passes):
    assert is_passing(error) is passes
