"""The state as a file: unwritable for a while, deleted under the bot, in a folder with a strange name."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.errors import StateGone
from bot.state.failures import is_passing
from bot.state.parked import Parked
from bot.state.store import Store
from tests.support.time import SettableClock
from tests.support.unwritable import plain_folder, unwritable

__all__ = ["plain_folder"]


async def opened(path: Path) -> Store:
    store = Store(f"sqlite:///{path}")
    await store.migrate()
    return store


async def test_a_file_that_was_unwritable_for_a_while_is_written_again(
    plain_folder: Path, clock: SettableClock
) -> None:
    store = await opened(plain_folder / "state.db")
    parked = Parked(store, clock)
    key = await parked.park("before")
    with unwritable(plain_folder):
        # More at once than the pool had: connections are opened while SQLite can only open them for reading.
        await asyncio.gather(*(parked.fetch(key) for _ in range(20)), return_exceptions=True)
        for number in range(3):
            refused = await asyncio.gather(
                parked.park(f"meanwhile {number}"),
                store.write(lambda connection: connection.execute(text("UPDATE parked SET text = text"))),
                return_exceptions=True,
            )
            # A connection from before still writes; what SQLite opened meanwhile cannot, and that passes.
            assert all(is_passing(each) for each in refused if isinstance(each, Exception)), refused
    async with asyncio.timeout(20):
        for number in range(20):
            while True:
                try:
                    assert await parked.fetch(await parked.park(f"after {number}")) == f"after {number}"
                    await store.write(
                        lambda connection: connection.execute(text("UPDATE parked SET text = text"))
                    )
                    break
                except Exception as error:
                    if not is_passing(error):
                        raise
    await store.close()


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_file_deleted_under_the_bot_ends_it_and_no_new_one_is_begun(
    tmp_path: Path, clock: SettableClock, replaced: bool
) -> None:
    path = tmp_path / "state.db"
    store = await opened(path)
    parked = Parked(store, clock)
    await parked.park("before")
    watching = asyncio.create_task(store.watch())
    if replaced:
        path.rename(tmp_path / "elsewhere.db")
        sqlite3.connect(path).close()
    else:
        path.unlink()
    with pytest.raises(StateGone, match="was deleted or replaced"):
        await parked.park("after")
    with pytest.raises(StateGone):
        await parked.fetch("k")
    with pytest.raises(StateGone):
        await store.read(lambda connection: connection.scalar(text("SELECT 1")))
    async with asyncio.timeout(20):
        with pytest.raises(StateGone):
            await watching
    assert path.exists() == replaced
    await store.close()


@pytest.mark.parametrize("name", ["what?", "mode=ro?mode=memory", "a#b", "100%", "%2F", "a b", "é"])
async def test_any_folder_will_do(tmp_path: Path, name: str, clock: SettableClock) -> None:
    path = tmp_path / name / "state.db"
    store = await opened(path)
    await Parked(store, clock).park("here")
    await store.close()
    assert path.stat().st_size > 0
    assert not (tmp_path / name.partition("?")[0]).is_file()


async def test_work_that_outlasts_its_store_leaves_no_connection_open(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'state.db'}")
    begun, may_end, seen = threading.Event(), threading.Event(), []

    def work(connection: Connection) -> None:
        seen.append(connection.connection.driver_connection)
        begun.set()
        may_end.wait(30)

    waiting = asyncio.create_task(store.read(work))
    await asyncio.to_thread(begun.wait, 30)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await store.close()
    may_end.set()
    await asyncio.get_running_loop().shutdown_default_executor()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        seen[0].execute("SELECT 1")
