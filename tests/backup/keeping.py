"""What the tests of backups share: rows of every table, and a state read whole."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.backup.daily_backups import DailyBackups
from bot.backup.deletions import BEGUN, COMPLETE, Deletion, Deletions, read
from bot.backup.restoring import ReadChannels, Restored, restore
from bot.clock import Clock
from bot.state.all_tables import metadata
from bot.state.reader_tables import votes
from bot.state.store import Store
from tests.state.test_personal import row_of
from tests.support.project import PROJECT

NOWHERE = Path("/nonexistent/catalog.db")
"""No catalog."""


async def fill(store: Store, *people: int) -> None:
    """A row about each of them in every table."""

    def work(connection: Connection) -> None:
        for table in metadata.sorted_tables:
            for number, person in enumerate(people, 1):
                connection.execute(insert(table).values(row_of(table, number, person)))

    await store.write(work)


async def crowd(store: Store, people: int) -> None:
    """So many people who like a paper."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {"guild_id": 1, "paper_id": f"{each:09}", "person_id": each, "voted_at": at}
        for each in range(1, people + 1)
    ]
    await store.write(lambda connection: connection.execute(insert(votes), rows))


async def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return await store.read(
        lambda connection: {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }
    )


@asynccontextmanager
async def opened(url: str):
    store = Store(url)
    try:
        yield store
    finally:
        await store.close()


async def put_back(
    path: Path,
    url: str,
    clock: Clock,
    *,
    catalog: Path = NOWHERE,
    deletions: Sequence[Deletion] = (),
    keys: Sequence[bytes] = (),
    read_channels: ReadChannels | None = None,
) -> Restored:
    aside = path.with_name("restoring")
    return await restore(
        path,
        url,
        aside=aside,
        clock=clock,
        catalog=catalog,
        deletions=deletions,
        keys=keys,
        read_channels=read_channels,
    )


def deletions_in(path: Path) -> list[Deletion]:
    """The deletions in a list."""
    return [each for each in read(path) if each.kind not in (BEGUN, COMPLETE)]


async def sign(folder: Path, url: str, clock: Clock) -> None:
    """As a bot does that runs on this state and keeps backups in this folder."""
    async with opened(url) as store:
        await DailyBackups(folder, store, url, clock, Deletions(folder, None, clock)).sign()


def ls(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


def kill(command: Sequence[str], folder: Path, url: str, when: Callable[[], bool], pause: float) -> None:
    """Start `paperboy` in this folder, and kill it so many seconds after `when` is true, if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *command],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "DATABASE_URL": url,
            "PAPERBOY_DATA": str(folder / "data"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not when():
        time.sleep(0.001)
    time.sleep(pause)
    process.kill()
    process.wait()
