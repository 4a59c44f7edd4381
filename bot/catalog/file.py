"""The catalog as a file: open it, bring it to this version, or say clearly why not."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bot.catalog import schema
from bot.errors import CatalogBusy, CatalogCorrupt, CatalogError, CatalogTooNew

BUSY_TIMEOUT = 10.0
"""Seconds to wait for another process's write."""

_PAGE_SIZE = 8192
"""Bytes; an abstract and its index entries leave less room unused in these than in SQLite's usual 4,096."""
_CACHE = 16_384
"""KiB that an import may keep in memory."""

_LONGEST_MAKING = 3_600.0
"""Seconds after which what a process was making is left over."""

_CHECKED_SIZE = 64 * 2**20
"""Bytes up to which a file is checked whole on opening; a larger one shows its damage when it is read."""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """The catalog at `path`, made or migrated where needed. For use in one thread at a time.

    Each statement is a transaction of its own, but within `merging.writing`.

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
        check(path)
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT, check_same_thread=False, isolation_level=None
        )
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    try:
        if not exists:
            connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")  # a row that is replaced is also a row deleted
        if not schema.known() <= schema.applied(connection):
            with _alone(path):
                schema.migrate(connection)
    except (sqlite3.Error, CatalogBusy) as error:
        connection.close()
        if isinstance(error, CatalogBusy):
            raise
        raise _explained(path, error) from error
    return connection


@contextmanager
def made_whole(path: Path) -> Iterator[Path]:
    """A place to make a new catalog in; it comes to `path` when it is done, or never.

    Where another process was quicker, its catalog stays.
    """
    new = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_up(path)
        yield new
        _put(new, path)
    except OSError as error:
        raise _unopened(path, error.strerror or type(error).__name__) from error
    finally:
        for left in path.parent.glob(f"{new.name}*"):
            left.unlink()


def _put(new: Path, path: Path) -> None:
    if stamp(path) is not None:
        return
    if any(part.exists() for part in (path, *_beside(path))):
        _put_instead(new, path)
        return
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not path.exists():
            new.rename(path)


def _put_instead(new: Path, path: Path) -> None:
    """Where a catalog was emptied, or deleted without what SQLite keeps beside it: that would be taken for a
    part of the new one."""
    with _alone(path):
        if stamp(path) is None:
            remove_beside(path)
            new.replace(path)


def _clear_up(path: Path) -> None:
    """Remove what processes that were killed were making."""
    for left in path.parent.glob(f"{path.name}.*.new*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LONGEST_MAKING:
                left.unlink()


Stamp = tuple[int, int]
"""By which a file is told from another that has taken its place."""


def stamp(path: Path) -> Stamp | None:
    """None where there is no file, or one without anything in it."""
    return _identity(path, least=1)


def _identity(path: Path, least: int = 0) -> Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino) if found.st_size >= least else None


def remove_beside(path: Path, only: Collection[Stamp] | None = None) -> None:
    """Remove what SQLite keeps beside a catalog that is not there any more; with `only`, of these files."""
    for part in _beside(path):
        if only is None or _identity(part) in only:
            part.unlink(missing_ok=True)


def stamps_beside(path: Path) -> set[Stamp]:
    """Of what SQLite keeps beside the catalog."""
    return {found for part in _beside(path) if (found := _identity(part))}


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal")]


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
        connection.execute("PRAGMA schema_version").fetchone()  # SQLite opens the file only now
    except sqlite3.Error as error:
        connection.close()
        raise _explained(path, error) from error
    connection.row_factory = sqlite3.Row
    return connection


def check(path: Path, *, whole: bool = False) -> None:
    """Raises CatalogError where the file is no catalog of this version; with `whole`, however long it takes.

    Read-only, so that a file that is not ours stays as it is, to the byte.
    """
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT)
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and application != schema.APPLICATION_ID:
                raise CatalogError(
                    f"{path} is an SQLite database, but no catalog of Paperboy. It was left untouched: "
                    "name another file."
                )
            if whole or path.stat().st_size <= _CHECKED_SIZE:
                (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
                if verdict != "ok":
                    raise CatalogCorrupt(path)
            if not schema.applied(connection) <= schema.known():
                raise CatalogTooNew(path)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _explained(path, error) from error


def _explained(path: Path, error: sqlite3.Error) -> CatalogError:
    message = str(error)
    if isinstance(error, sqlite3.OperationalError):
        if "locked" in message or "busy" in message:
            return CatalogBusy(path)
        return _unopened(path, message)
    return CatalogCorrupt(path)


def _unopened(path: Path, reason: str) -> CatalogError:
    if path.is_dir():
        return CatalogError(
            f"The catalog {path} is a folder: name a file in it, as in {path / 'catalog.db'}."
        )
    return CatalogError(
        f"The catalog {path} cannot be opened ({reason}). Check that its folder can be written to."
    )
