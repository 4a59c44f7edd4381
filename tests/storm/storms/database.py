"""A database that goes silent, restarts, only reads, is full or slow; a file that is unwritable or gone."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg

from tests.crash.town import PLAIN
from tests.storm.ground import Ground, storm
from tests.support.proxy import Proxy, proxied

_TO_START = timedelta(seconds=12)
"""Until the posts are due: the bot is connected by then, and its connections to the database are open."""
_LATEST = 30.0
"""Seconds after the fault's end, or after a connection went silent, until every post is there."""


@storm("postgres-silent", database="postgres", sorts=(PLAIN,), short=True)
def postgres_silent(ground: Ground) -> None:
    """Every pooled connection goes silent just before the posts are due; new ones work."""
    proxy = _proxy(ground)
    _start(ground)
    _until_due(ground, before=0.5)
    proxy.hush()
    _all_within(ground, _LATEST)
    ground.expect("gave no sign of life" in ground.log or "cut off" in ground.log, "nothing was logged")


@storm("postgres-silent-midway", channels=300, database="postgres", sorts=(PLAIN,))
def postgres_silent_midway(ground: Ground) -> None:
    """In the middle of the posts, all connections go silent, and again ten seconds later."""
    proxy = _proxy(ground)
    _start(ground)
    for part in (0.2, 0.6):
        ground.wait_for(partial(_have_come, ground, part), 60, "the posts")
        proxy.hush()
    ground.over()
    _all_within(ground, _LATEST * 2)


@storm("postgres-frozen", database="postgres", sorts=(PLAIN,))
def postgres_frozen(ground: Ground) -> None:
    """The whole server stops in its tracks, answers nobody, and goes on a minute later."""
    _start(ground)
    _until_due(ground, before=0.5)
    with _frozen(ground.postgres.pids):
        ground.wait(ground.seconds(60, short=10))
    ground.over()
    _all_within(ground, _LATEST)


@storm("postgres-restart", channels=200, database="postgres", sorts=(PLAIN,))
def postgres_restart(ground: Ground) -> None:
    """The server is restarted in the middle of the posts, three times."""
    _start(ground)
    for part in (0.1, 0.4, 0.7):
        ground.wait_for(partial(_have_come, ground, part), 60, "the posts")
        ground.postgres.stop()
        ground.postgres.start()
    ground.over()
    _all_within(ground, _LATEST)


@storm("postgres-read-only", database="postgres", sorts=(PLAIN,), short=True)
def postgres_read_only(ground: Ground) -> None:
    """A failover: the server only reads from shortly before the posts are due, and takes writes again."""
    _start(ground)
    _until_due(ground, before=1.0)
    name = ground.url.rpartition("/")[2]
    _tell(ground, f"ALTER DATABASE {name} SET default_transaction_read_only = on", _cut(name))
    ground.wait(ground.seconds(30, short=4))
    ground.expect(not _posted(ground), "something was posted that could not be claimed")
    _tell(
        ground,
        "SET default_transaction_read_only = off",
        f"ALTER DATABASE {name} RESET default_transaction_read_only",
        _cut(name),
    )
    ground.over()
    _all_within(ground, _LATEST)


@storm("postgres-full", database="postgres", sorts=(PLAIN,))
def postgres_full(ground: Ground) -> None:
    """Others take every connection that the server has."""
    _start(ground)
    _until_due(ground, before=1.0)
    asyncio.run(_take_all(ground.url, ground.seconds(30, short=5)))
    ground.over()
    _all_within(ground, _LATEST)


@storm("postgres-slow-commit", database="postgres", sorts=(PLAIN,))
def postgres_slow_commit(ground: Ground) -> None:
    """No commit ends for half a minute, as with a disk whose fsync hangs."""
    _start(ground)
    _until_due(ground, before=0.5)
    _tell(ground, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
    ground.wait(ground.seconds(30, short=10))
    _tell(ground, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
    ground.over()
    _all_within(ground, _LATEST)


@storm("sqlite-unwritable", sorts=(PLAIN,), short=True)
def sqlite_unwritable(ground: Ground) -> None:
    """The state's file can only be read for a minute, from shortly before the posts are due."""
    _start(ground, module="tests.storm.unprivileged")
    _until_due(ground, before=1.0)
    files = [ground.state_file, *ground.folder.glob(f"{ground.state_file.name}-*"), ground.folder]
    modes = [path.stat().st_mode for path in files]
    for path in files:
        path.chmod(0o555 if path.is_dir() else 0o444)
    ground.wait(ground.seconds(60, short=5))
    for path, mode in zip(files, modes, strict=True):
        if path.exists():
            path.chmod(mode)
    ground.over()
    _all_within(ground, _LATEST)


@storm("sqlite-deleted", channels=1, sorts=(PLAIN,), short=True)
def sqlite_deleted(ground: Ground) -> None:
    """The state's file is deleted under the bot, which stops and says why."""
    _start(ground, due_in=timedelta(hours=3))
    ground.state_file.unlink()
    ground.ends = True
    (bot,) = ground.bots
    ground.expect(bot.wait_for_end(30), "it did not stop")
    ground.expect("was deleted or replaced while Paperboy was running" in ground.log, "it did not say why")
    ground.expect(not ground.state_file.exists(), "it began a new file")
    for channel in list(ground.town.sorts):
        ground.without(channel)
    ground.subscribe()  # so that there is a file again for whoever counts


def _proxy(ground: Ground) -> Proxy:
    """A proxy between the bot and its database, until the storm has been counted."""
    proxy, ground.url = ground._stack.enter_context(proxied(ground.url))
    return proxy


def _start(ground: Ground, *, due_in: timedelta = _TO_START, module: str = "bot") -> None:
    ground.due = (datetime.now(UTC) + due_in).replace(microsecond=0)
    ground.town.subscribe(due=ground.due)
    ground.start(module=module)


def _until_due(ground: Ground, *, before: float) -> None:
    ground.wait(max(0.0, ground.due.timestamp() - before - time.time()))


def _all_within(ground: Ground, seconds: float) -> None:
    ground.wait_for(lambda: not ground.town.count().missing, seconds + 60, "every post")
    since = max(ground.due.timestamp(), ground._over or 0.0)
    took = time.time() - since
    ground.expect(took <= seconds, f"the last post came after {took:.0f} s")


def _posted(ground: Ground) -> float:
    """The share of the channels that have their post."""
    return ground.town.count().messages / len(ground.town.sorts)


@contextmanager
def _frozen(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _cut(name: str) -> str:
    return (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )


def _tell(ground: Ground, *statements: str) -> None:
    async def work() -> None:
        admin = await asyncpg.connect(ground.url)
        try:
            await admin.execute("SET synchronous_commit = off")
            for statement in statements:
                await admin.execute(statement)
        finally:
            await admin.close()

    asyncio.run(work())


async def _take_all(url: str, seconds: float) -> None:
    taken: list[Any] = []
    try:
        first = await asyncpg.connect(url)
        taken.append(first)
        await first.execute(_cut(url.rpartition("/")[2]))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                taken.append(await asyncpg.connect(url))
            except asyncpg.TooManyConnectionsError:
                await asyncio.sleep(0.2)
    finally:
        await asyncio.gather(*(each.close() for each in taken))


def _have_come(ground: Ground, part: float) -> bool:
    return _posted(ground) >= part
