"""The state as it is at one instant, in an SQLite file, while others write."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Coroutine
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, create_engine

from bot import __version__
from bot.backup.archive import FORMAT, About, BackupError, counted, made_beside, refuse_foreign, save
from bot.backup.last_sign import last_sign_in
from bot.backup.rows_between import VERSION, copy_rows, go_on_from, last_ids
from bot.clock import Clock
from bot.errors import PaperboyError
from bot.state.address import engine_url
from bot.state.failures import is_failure, unusable
from bot.state.migrating import revision_of, revisions, upgrade
from bot.state.patience import MIGRATING

_BUSY = 30.0
"""Seconds to wait for whoever has the file to himself."""


async def back_up(database_url: str, path: Path, clock: Clock) -> About:
    """Write a backup of the state, as it is at this instant, to `path`, and read it there again.

    PaperboyError, in one sentence, where that fails: then `path` is as it was.
    """
    url = engine_url(database_url)
    is_file = url.get_backend_name() == "sqlite"
    try:
        refuse_foreign(path)
        # The copy lies beside the file that it goes into: there the room has to be anyway.
        with made_beside(path) as state:
            if is_file:
                about = await asyncio.to_thread(_of_file, Path(url.database or ""), state, clock())
            else:
                about = await _in_loop_of_its_own(_of_server(url, state, clock()))
            await asyncio.to_thread(save, path, state, about)
    except PaperboyError:
        raise
    except OSError as error:
        if error.filename is None:
            raise unusable(error) from error
        why = error.strerror or type(error).__name__
        raise BackupError(f"I can't write {path} ({why}): name a file where I may write.") from error
    except Exception as error:
        if not (is_failure(error) or isinstance(error, sqlite3.Error)):
            raise
        raise unusable(error) from error
    return about


def _of_file(source: Path, state: Path, now: datetime) -> About:
    if not source.is_file():
        raise _nothing()
    # Not read-only: the file's last connection has to be able to tidy up what SQLite keeps beside it.
    address = f"{source.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=_BUSY, isolation_level=None)) as opened,
        closing(sqlite3.connect(state, isolation_level=None)) as copy,
    ):
        # From its first reading on the transaction sees one state, and keeps nobody from writing.
        opened.execute("BEGIN")
        rows = counted(opened)
        if not rows.get(VERSION):
            raise _nothing()
        (revision,) = opened.execute(f"SELECT version_num FROM {VERSION}").fetchone()  # noqa: S608
        opened.backup(copy, progress=patience())
        opened.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        return _about("sqlite", revision, now, rows, last_sign_in(copy))


def patience() -> Callable[[int, int, int], None]:
    """For SQLite's copying, which waits for ever for a file that another program has to itself."""
    until = time.monotonic() + _BUSY

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise sqlite3.OperationalError("database is locked by another program")

    return progress


async def _in_loop_of_its_own(copying: Coroutine[Any, Any, About]) -> About:
    """In a thread: writing what was read, and making the tables for it, would hold a running bot up."""
    return await asyncio.to_thread(asyncio.run, copying)


async def _of_server(url: URL, state: Path, now: datetime) -> About:
    from bot.state.postgres import engine_for

    engine = engine_for(url, MIGRATING, pooled=False)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                return await connection.run_sync(_of_tables, state, now)
    finally:
        await engine.dispose()


def _of_tables(source: Connection, state: Path, now: datetime) -> About:
    revision = revision_of(source)
    if revision is None:
        raise _nothing()
    if revision not in revisions():
        raise BackupError("The state was written by a newer Paperboy: upgrade this one, then back it up.")
    engine = create_engine(f"sqlite:///{state}")
    try:
        with engine.begin() as target:
            upgrade(target, revision)
            copy_rows(source, target)
            go_on_from(target, last_ids(source))
    finally:
        engine.dispose()
    with closing(sqlite3.connect(state)) as copy:
        return _about("postgresql", revision, now, counted(copy), last_sign_in(copy))


def _about(
    kind: Literal["sqlite", "postgresql"],
    revision: str,
    now: datetime,
    rows: dict[str, int],
    listed_until: datetime | None,
) -> About:
    return About(
        format=FORMAT,
        paperboy=__version__,
        revision=revision,
        kind=kind,
        made_at=now,
        rows=rows,
        listed_until=listed_until,
    )


def _nothing() -> BackupError:
    return BackupError("There is no state to back up yet: `paperboy run` or `paperboy migrate` makes one.")
