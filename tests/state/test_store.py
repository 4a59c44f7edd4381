"""The state's schema and its transactions."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, insert, select, text

import bot.state
from bot.errors import SettingsError
from bot.state.all_tables import metadata
from bot.state.feeds import Feeds
from bot.state.parked import Parked
from bot.state.store import Store
from bot.state.tables import parked
from tests.state.examples import plan
from tests.support.project import PROJECT
from tests.support.statements import running, value
from tests.support.time import SettableClock

MIGRATIONS = Path(bot.state.__file__).parent / "migrations"


async def test_the_migrations_build_exactly_the_tables(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await store.read(differences) == []


def test_a_migration_is_the_number_that_its_file_begins_with() -> None:
    """The store knows the newest by the files' names."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    newest = max((MIGRATIONS / "versions").glob("*.py"))
    assert scripts.get_heads() == [newest.name.partition("_")[0]]


async def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    stores = [Store(empty_url), Store(empty_url)]
    await asyncio.gather(*(store.migrate() for store in stores))
    for store in stores:
        assert await store.read(value(select(func.count()).select_from(parked))) == 0
        await store.close()


async def test_fifty_writers_at_once_lose_nothing(store: Store, clock: SettableClock) -> None:
    keeper = Parked(store, clock)
    keys = await asyncio.gather(*(keeper.park(f"text {number}") for number in range(50)))
    assert len(set(keys)) == 50
    assert [await keeper.fetch(key) for key in keys] == [f"text {number}" for number in range(50)]


async def test_work_that_fails_writes_nothing(store: Store, clock: SettableClock) -> None:
    def work(connection: Connection) -> None:
        connection.execute(insert(parked).values(key="k", text="t", parked_at=clock()))
        raise RuntimeError("pulled plug")

    with pytest.raises(RuntimeError, match="pulled plug"):
        await store.write(work)
    assert await Parked(store, clock).fetch("k") is None


async def test_a_state_of_a_newer_paperboy_is_left_untouched(store: Store) -> None:
    await store.write(running(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(SettingsError, match="newer Paperboy"):
        await store.migrate()


async def test_any_text_that_a_person_types_can_be_kept(store: Store, clock: SettableClock) -> None:
    parked = Parked(store, clock)
    assert await parked.fetch(await parked.park("left \0 right ' \" \\ 💣")) == "left  right ' \" \\ 💣"
    feeds = Feeds(store, clock)
    added = await feeds.add(plan(topic="agents\0"), created_by=30, next_due_at=clock())
    assert added.plan.topic == "agents"


_KILLED = """
import asyncio, os, signal, sys
from sqlalchemy import Engine, event
from bot.state.store import Store

left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def count(connection, cursor, statement, *_):
    global left
    if statement.lstrip().startswith(("CREATE", "ALTER", "INSERT", "UPDATE")):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(Store(sys.argv[1]).migrate())
"""


@pytest.mark.parametrize("statement", [1, 4, 12, 20])
async def test_a_kill_in_the_middle_of_migrating_leaves_nothing_half_done(
    empty_url: str, statement: int
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED, empty_url, str(statement), cwd=PROJECT
    )
    assert await process.wait() == -signal.SIGKILL
    store = Store(empty_url)

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with asyncio.timeout(30):
        await store.migrate()
    assert await store.read(differences) == []
    await store.close()
