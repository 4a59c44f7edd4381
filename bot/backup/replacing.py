"""The last step of a restore: a state made ready takes the place of the one there is, whole or not at all."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, delete
from sqlalchemy.exc import DataError, IntegrityError

from bot.backup.archive import BackupError, made_beside, put_in_place
from bot.backup.rows_between import copy_rows, go_on_from, last_ids, tables_of
from bot.backup.snapshot import patience
from bot.errors import PaperboyError, SettingsError
from bot.state.address import engine_url
from bot.state.failures import cause_of, is_failure, unusable
from bot.state.migrating import upgrade
from bot.state.patience import MIGRATING

_BUSY = 10.0


async def replace(ready: Path, database_url: str) -> Path | None:
    """Have the SQLite state `ready`, at this version, be the state at `database_url`, of either kind.

    Where a file there can't be read it is moved aside: where to. Raises PaperboyError.
    """
    url = engine_url(database_url)
    try:
        if url.get_backend_name() != "sqlite":
            await _replace_rows(ready, url)
            return None
        return await asyncio.to_thread(_replace_file, ready, Path(url.database or ""))
    except PaperboyError:
        raise
    except (ValueError, TypeError, DataError, IntegrityError) as error:
        raise _unfit(error) from error
    except Exception as error:
        if getattr(cause_of(error), "sqlstate", "").startswith("22"):
            raise _unfit(error) from error
        if not (is_failure(error) or isinstance(error, sqlite3.Error)):
            raise
        raise unusable(error) from error


def _unfit(error: Exception) -> BackupError:
    """SQLite takes longer texts, and others, than it was told."""
    why = " ".join(str(cause_of(error)).split())[:200]
    return BackupError(f"The backup holds what this database can't take ({why}): nothing was changed.")


def _replace_file(ready: Path, path: Path) -> Path | None:
    moved = _moved_if_unreadable(path) if path.exists() else None
    if path.exists():
        _overwrite(ready, path)
        return None
    for suffix in ("-wal", "-shm"):
        # Of a file that is gone: SQLite would take them for the new one's.
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with made_beside(path) as new:
        with closing(sqlite3.connect(ready)) as source, closing(sqlite3.connect(new)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        put_in_place(new, path)
    return moved


def _overwrite(ready: Path, path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=_BUSY, isolation_level=None)) as target:
        _refuse_foreign(target)
        (size,) = target.execute("PRAGMA page_size").fetchone()
        with closing(sqlite3.connect(ready, isolation_level=None)) as source:
            source.execute("PRAGMA journal_mode = DELETE")
            source.execute(f"PRAGMA page_size = {int(size)}")
            source.execute("VACUUM")  # a file's pages can't be of two sizes
            # One transaction of the file's: whoever is killed within leaves the former state.
            source.backup(target, progress=patience())


def _moved_if_unreadable(path: Path) -> Path | None:
    """Damage is a reason to restore; what is left may still tell something."""
    try:
        with closing(sqlite3.connect(path, timeout=_BUSY)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict == "ok":
                return None
    except sqlite3.OperationalError as error:
        raise unusable(error) from error
    except sqlite3.DatabaseError:
        pass
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _refuse_foreign(target: sqlite3.Connection) -> None:
    names = {
        name
        for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith("sqlite_")
    }
    if names and "alembic_version" not in names:
        raise SettingsError(
            "The file that DATABASE_URL names is another program's: it holds "
            f"{', '.join(sorted(names)[:3])}. It was left untouched: name a file of Paperboy's own."
        )


async def _replace_rows(ready: Path, url: URL) -> None:
    from bot.state.postgres import StateServer

    server = StateServer(url, MIGRATING)
    try:
        # In the one transaction in which a process migrates, while no other does.
        await server.migrate(lambda target: _put(ready, target))
    finally:
        await server.close()


def _put(ready: Path, target: Connection) -> None:
    upgrade(target)
    for table in tables_of(target).values():
        target.execute(delete(table))
    engine = create_engine(f"sqlite:///{ready}")
    try:
        with engine.connect() as source:
            copy_rows(source, target)
            ids = last_ids(source)
    finally:
        engine.dispose()
    go_on_from(target, ids)
