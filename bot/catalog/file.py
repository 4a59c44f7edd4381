"""The catalog as a file: open it, bring it to this version, or say clearly why not."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlite_utils import Database

from bot.catalog.schema import APPLICATION_ID, migrations
from bot.errors import CatalogBusy, CatalogCorrupt, CatalogError, CatalogTooNew

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another process's write."""

_PAGE_SIZE = 8192
"""Bytes; an abstract and its index entries leave less room unused in these than in SQLite's usual 4,096."""
_CACHE = 16_384
"""KiB that an import may keep in memory."""

_CHECKED_SIZE = 64 * 2**20
"""Bytes up to which a file is checked whole on opening; a larger one shows its damage when it is read."""


def open_for_writing(path: Path) -> Database:
    """The catalog at `path`, made or migrated where needed. For use in one thread at a time.

    A file that is corrupt, of a newer Paperboy, or not a catalog is left untouched: CatalogError says why.
    """
    try:
        if not path.exists():
            with made_whole(path) as new:
                new.touch()
                open_for_writing(new).close()
        exists = path.stat().st_size > 0
    except OSError as error:
        raise _unopened(path, error.strerror or type(error).__name__) from error
    if exists:
        _check(path)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, check_same_thread=False)
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    try:
        db = Database(connection)
        if not exists:
            db.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        db.execute(f"PRAGMA cache_size = -{_CACHE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        if not exists or migrations.pending(db):
            with _alone(path):
                migrations.apply(db)
    except (sqlite3.Error, CatalogBusy) as error:
        connection.close()
        if isinstance(error, CatalogBusy):
            raise
        raise _explained(path, error) from error
    return db


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """A place to make a new catalog in; it comes to `path` when it is done, or never.

    Where another process was quicker, its catalog stays.
    """
    new = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield new
        _put(new, path)
    except OSError as error:
        raise _unopened(path, error.strerror or type(error).__name__) from error
    finally:
        for left in path.parent.glob(f"{new.name}*"):
            left.unlink()


def _put(new: Path, path: Path) -> None:
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if path.exists():
            return
        new.rename(path)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """While it lasts no other process changes the catalog's tables."""
    try:
        with FileLock(f"{path}.tables.lock", timeout=BUSY_TIMEOUT):
            yield
    except Timeout:
        raise CatalogBusy(path) from None


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A read-only connection to a catalog that `open_for_writing` has opened before."""
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    try:
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error as error:
        connection.close()
        raise _explained(path, error) from error
    connection.row_factory = sqlite3.Row
    return connection


def _check(path: Path) -> None:
    """Read-only, so that a file that is not ours stays as it is, to the byte."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT)
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and application != APPLICATION_ID:
                raise CatalogError(
                    f"{path} is an SQLite database, but no catalog of Paperboy. It was left untouched: "
                    "name another file."
                )
            if path.stat().st_size <= _CHECKED_SIZE:
                (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
                if verdict != "ok":
                    raise CatalogCorrupt(path)
            if any(applied.name not in _known() for applied in migrations.applied(Database(connection))):
                raise CatalogTooNew(path)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _known() -> set[str]:
    """The names of this version's migrations."""
    with closing(Database(memory=True)) as nothing:
        return {migration.name for migration in migrations.pending(nothing)}


def _explained(path: Path, error: sqlite3.Error) -> CatalogError:
    message = str(error)
    if isinstance(error, sqlite3.OperationalError):
        if "locked" in message or "busy" in message:
            return CatalogBusy(path)
        return _unopened(path, message)
    return CatalogCorrupt(path)


def _unopened(path: Path, reason: str) -> CatalogError:
    return CatalogError(
        f"The catalog {path} cannot be opened ({reason}). Check that its folder can be written to."
    )
