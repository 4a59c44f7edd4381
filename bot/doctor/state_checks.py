"""The state: its database, and its backups."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from bot.backup.archive import BackupError, read_about
from bot.backup.former import file_of
from bot.clock import Clock
from bot.doctor.finding import Finding, note, skipped, well, wrong
from bot.doctor.host_checks import why_unwritable
from bot.errors import PaperboyError
from bot.settings import Settings
from bot.state.failures import is_failure, unusable
from bot.state.migrating import revision_of, revisions
from bot.state.store import Store

_ROUNDS: Final = 5
_SLOW: Final = 0.1
"""Seconds: a command asks several times, and has three."""
_OLD: Final = timedelta(days=2)


async def check_database(settings: Settings, store: Store | PaperboyError) -> list[Finding]:
    """Whether it answers, how quickly, and whether it is sound and of this version."""
    name = "database"
    if not isinstance(store, Store):
        if file_of(settings.state_url) is None:
            return [wrong(name, str(store))]
        return [note(name, "There is none yet: `paperboy run` makes it.")]
    try:
        revision = await store.read(_revision)
        took = await _latency(store)
    except Exception as error:
        if not (is_failure(error) or isinstance(error, sqlite3.Error)):
            raise
        return [wrong(name, str(unusable(error)))]
    kind = "SQLite" if store.is_sqlite else "PostgreSQL"
    path = file_of(settings.state_url)
    if path is not None and (verdict := await asyncio.to_thread(_verdict, path)) != "ok":
        return [wrong(name, f"{path} is damaged ({verdict[:100]}): stop the bot and restore a backup.")]
    if revision is not None and revision not in revisions():
        return [wrong(name, "The state was written by a newer Paperboy: upgrade this one.")]
    if took > _SLOW:
        return [wrong(name, f"{kind} takes {1000 * took:.0f} ms to answer: bring it nearer to the bot.")]
    answers = f"{kind} answers in {1000 * took:.1f} ms"
    if revision != revisions()[-1]:
        return [note(name, f"{answers}; `paperboy run` brings it to this version when it starts.")]
    return [well(name, f"{answers}, and is of this version.")]


def _revision(connection: Connection) -> str | None:
    return revision_of(connection)


async def _latency(store: Store) -> float:
    """The median in seconds, connecting left out."""
    took = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        await store.read(lambda connection: connection.scalar(text("SELECT 1")))
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def _verdict(path: Path) -> str:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)


async def check_backups(settings: Settings, clock: Clock) -> list[Finding]:
    """Whether the running bot makes them."""
    name, folder = "backups", settings.backups
    if folder is None:
        return [skipped(name, "PAPERBOY_BACKUPS is not set, so the bot makes none by itself.")]
    if why := await asyncio.to_thread(why_unwritable, folder):
        mend = "set PAPERBOY_BACKUPS to a folder that I may write to, or change this one's permissions"
        return [wrong(name, f"I can't write to {folder} ({why}), so none is made: {mend}.")]
    made, damaged = [], []
    for path in await asyncio.to_thread(lambda: sorted(folder.glob("*.backup"))):
        try:
            made.append(read_about(path).made_at)
        except BackupError:
            damaged.append(wrong(name, f"{path.name} in it can't be read: move it to another folder."))
    return [*damaged, _latest(name, made, clock)]


def _latest(name: str, made: Sequence[datetime], clock: Clock) -> Finding:
    if not made:
        return note(name, "There is none yet: the running bot makes one a day.")
    age = clock() - max(made)
    if age > _OLD:
        return wrong(name, f"The latest is {age.days} days old: see in the bot's log why, or start it.")
    return well(name, f"{len(made)}, the latest of {max(made):%Y-%m-%d %H:%M} UTC.")
