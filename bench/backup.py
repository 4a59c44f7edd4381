"""Backing up and restoring while others write, on both databases; and killed at random.

Prints for each database how long a backup took among 200 writes a second, whether what was restored is one
instant of the state, and what became of the state and the backup over the kills.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from sqlalchemy import func, insert, select

from bot.backup.archive import BackupError, read_about, taken_out
from bot.backup.restoring import restore
from bot.clock import system_clock
from bot.state.reader_tables import reading, votes
from bot.state.store import Store
from tests.support.postgres import Postgres, why_missing
from tests.support.project import PROJECT

ROWS = int(os.environ.get("ROWS", "200000"))
KILLS = int(os.environ.get("KILLS", "20"))
WRITES = 200
"""A second."""
_AT_ONCE = 5_000
_NOWHERE = Path("/nonexistent/catalog.db")


async def fill(store: Store) -> None:
    now = system_clock()
    for start in range(1, ROWS + 1, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, ROWS + 1))
        rows = [
            {"guild_id": 1, "paper_id": f"{each:09}", "person_id": each, "voted_at": now} for each in numbers
        ]
        await store.write(partial(_insert, rows))


def _insert(rows, connection):
    connection.execute(insert(votes), rows)


class Writer:
    """`WRITES` transactions a second, each of a row here and one there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.written = 0
        self.longest = 0.0
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        began = time.perf_counter()
        while True:
            due = began + self.written / WRITES
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await self._one(self.written + 1)
            self.longest = max(self.longest, time.perf_counter() - due)

    async def _one(self, number: int) -> None:
        now, paper = system_clock(), f"n{number:09}"
        person = 10**9 + number

        def work(connection):
            here = {"guild_id": 2, "paper_id": paper, "person_id": person, "voted_at": now}
            there = {"person_id": person, "paper_id": paper, "status": "read", "changed_at": now}
            connection.execute(insert(votes).values(here))
            connection.execute(insert(reading).values(there))

        await self._store.write(work)
        self.written = number

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def under_writes(kind: str, url: str, other: str, folder: Path) -> None:
    store = Store(url)
    await store.migrate()
    await fill(store)
    path, writer = folder / "bench.backup", Writer(store)
    await asyncio.sleep(2)
    before, began = writer.written, time.perf_counter()
    await asyncio.to_thread(_run, ["backup", str(path)], url, folder, None)
    took, during = time.perf_counter() - began, writer.written - before
    await asyncio.sleep(1)
    await writer.stop()
    began = time.perf_counter()
    await restore(path, other, aside=folder / "aside", clock=system_clock, catalog=_NOWHERE)
    back_took = time.perf_counter() - began
    back = Store(other)
    here, there, first, last = await back.read(_written)
    await back.close()
    await store.close()
    whole = here == there == last - first + 1 and before <= here <= before + during + 1
    rows, size = sum(read_about(path).rows.values()), path.stat().st_size / 2**20
    print(
        f"{kind}: {rows:,} rows backed up in {took:.1f} s ({size:.1f} MiB), {during / took:.0f} writes/s "
        f"meanwhile, the slowest {1000 * writer.longest:.0f} ms late; restored in {back_took:.1f} s, "
        f"one instant {'yes' if whole else 'NO'}",
        flush=True,
    )


def _written(connection):
    new = reading.c.person_id
    here = connection.scalar(select(func.count()).where(votes.c.guild_id == 2))
    there, first, last = connection.execute(select(func.count(), func.min(new), func.max(new))).one()
    return here, there, first, last


async def killed(kind: str, url: str, folder: Path) -> None:
    """Backup and restore in turn, killed at a random moment of how long they take."""
    path, former, restored, neither, broken = folder / "bench.backup", 0, 0, 0, 0
    for command in (["backup", str(path)], ["restore", str(path), "--yes", "--without-deletions"]):
        whole = await asyncio.to_thread(_run, command, url, folder, None)
        as_backed_up = await _fingerprint(url)
        for number in range(KILLS):
            await _write_one(url, number)
            before = await _fingerprint(url)
            await asyncio.to_thread(_run, command, url, folder, random.uniform(0.2, 1.0) * whole)
            after = await _fingerprint(url)
            former += after == before
            restored += after == as_backed_up
            neither += after not in (before, as_backed_up)
            try:
                with taken_out(path):
                    pass
            except BackupError:
                broken += 1
    left = [name for name in os.listdir(folder) if ".paperboy-new" in name]  # noqa: PTH208
    print(
        f"{kind}: kills {2 * KILLS}, the former state {former}, the restored one {restored}, "
        f"neither {neither}, broken backups {broken}, files left to clear up {len(left)}",
        flush=True,
    )


async def _write_one(url: str, number: int) -> None:
    """By which the state differs from its backup."""
    store = Store(url)
    row = {
        "guild_id": 3,
        "paper_id": f"{number}-{time.time_ns()}",
        "person_id": 1,
        "voted_at": system_clock(),
    }
    await store.change(insert(votes).values(row))
    await store.close()


async def _fingerprint(url: str) -> tuple[int, int]:
    store = Store(url)
    try:
        return await store.read(
            lambda connection: (
                connection.scalar(select(func.count()).select_from(votes)) or 0,
                connection.scalar(select(func.count()).select_from(reading)) or 0,
            )
        )
    finally:
        await store.close()


def _run(command: list[str], url: str, folder: Path, kill_after: float | None) -> float:
    """How long it took; -1 where it was killed."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "DATABASE_URL": url}
    environment["PAPERBOY_DATA"] = str(folder)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *command], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        code = process.wait(kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return -1.0
    assert code == 0, command
    return time.perf_counter() - began


async def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="paperboy-backup-"))
    server = None
    try:
        urls = {"SQLite": (f"sqlite:///{folder / 'state.db'}", f"sqlite:///{folder / 'other.db'}")}
        if (why := why_missing()) is None:
            server = Postgres()
            server.start()
            urls["PostgreSQL"] = server.new_database(), server.new_database()
        else:
            print(why)
        for kind, (url, other) in urls.items():
            await under_writes(kind, url, other, folder)
            await killed(kind, url, folder)
    finally:
        if server is not None:
            server.remove()
        shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
