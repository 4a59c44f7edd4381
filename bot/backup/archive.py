"""The file of a backup: a ZIP archive of `about.json` and `state.db`, the state as an SQLite file."""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import shutil
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal

from pydantic import BaseModel, ValidationError

from bot.errors import OperatorError
from bot.state.migrating import revisions

FORMAT: Final = 1
"""Goes up whenever an earlier Paperboy would misread the file."""

_ABOUT, _STATE = "about.json", "state.db"
_LARGEST_ABOUT = 2**20
_PIECE = 2**20
_UNFINISHED = ".paperboy-new"
_LONGEST_MAKING = 3_600.0
"""Seconds after which what a process was making is left over."""


_BROKEN = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What reading a broken archive raises."""


class BackupError(OperatorError):
    """A file that is no backup, or can't be used as one; it has been left untouched."""


class About(BaseModel):
    """What a backup says of itself."""

    program: Literal["Paperboy"] = "Paperboy"
    format: int
    paperboy: str
    """The version that made it."""
    revision: str
    """The migration that the state was at."""
    kind: Literal["sqlite", "postgresql"]
    made_at: datetime
    """The instant that it shows the state at, by the clock of whoever made it."""
    rows: dict[str, int]
    """By table."""
    listed_until: datetime | None = None
    """The last sign in the list of deletions that this state had seen: those after it may be later."""
    sha256: str = ""
    """Of state.db."""


def save(path: Path, state: Path, about: About) -> None:
    """Write the file whole or not at all, and read it again before it takes its name."""
    with made_beside(path) as new:
        _write(new, state, about.model_copy(update={"sha256": _digest(state)}))
        try:
            with taken_out(new):
                pass
        except BackupError:
            raise BackupError(
                "The copy of the state isn't whole: its database is damaged, as `paperboy doctor` tells."
            ) from None
        put_in_place(new, path)


def refuse_foreign(path: Path) -> None:
    """BackupError where something is at `path` that is no backup of ours: it is never overwritten."""
    if path.is_dir():
        raise BackupError(f"{path} is a folder: name a file in it, as in {path / 'paperboy.backup'}.")
    if not path.exists():
        return
    try:
        _about(path)
    except BackupError:
        raise BackupError(
            f"{path} is there already and isn't a backup of mine: it was left untouched, name another file."
        ) from None


@contextmanager
def made_beside(path: Path) -> Iterator[Path]:
    """An empty file beside `path`, for its owner's eyes alone, and gone at the end."""
    new = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{_UNFINISHED}")
    lacking = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    _clear_up(path.parent)
    try:
        new.touch(mode=0o600)
        yield new
    finally:
        for left in path.parent.glob(f"{glob.escape(new.name)}*"):
            left.unlink()
        for made in lacking:
            with suppress(OSError):  # it has a file now
                made.rmdir()


def put_in_place(new: Path, path: Path) -> None:
    """Have what `made_beside` gave take its name, for good: on the disk before it does."""
    with new.open("rb+") as written:
        os.fsync(written.fileno())
    new.replace(path)
    _sync_folder(path.parent)


def _clear_up(folder: Path) -> None:
    """Remove what processes that were killed were making."""
    for left in folder.glob(f".*{_UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LONGEST_MAKING:
                left.unlink()


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(path: Path, state: Path, about: About) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(_ABOUT, about.model_dump_json(indent=1))
        archive.write(state, _STATE)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_about(path: Path) -> About:
    """What a backup says of itself; BackupError where this version can't restore it."""
    if path.is_dir():
        raise BackupError(f"{path} is a folder: name a backup in it, as `paperboy backup` made it.")
    if not path.is_file():
        raise BackupError(f"There is no file {path}: name a backup, as `paperboy backup` made it.")
    about = _about(path)
    if about.format > FORMAT or about.revision not in revisions():
        raise BackupError(
            f"{path} was made by Paperboy {about.paperboy}, which is newer: upgrade this one first."
        )
    return about


def any_about(path: Path) -> About:
    """What a backup says of itself, of a newer Paperboy's too; BackupError where it can't be read."""
    return _about(path)


def _about(path: Path) -> About:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_ABOUT) as file:
            return About.model_validate_json(file.read(_LARGEST_ABOUT))
    except OSError as error:
        raise BackupError(f"I can't read {path} ({error.strerror}): check its permissions.") from None
    except (*_BROKEN, ValidationError):
        raise _damaged(path) from None


def _damaged(path: Path) -> BackupError:
    return BackupError(
        f"{path} is damaged, or isn't a backup of mine: nothing was changed, restore another one."
    )


@contextmanager
def taken_out(path: Path, beside: Path | None = None) -> Iterator[Path]:
    """The state's file out of the archive, beside it or `beside` another file, and gone at the end.

    BackupError where anything in it is not as it was written.
    """
    about = _about(path)
    with made_beside(beside or path) as state:
        with state.open("wb") as out:
            _unpack(path, out)
        _check(path, state, about)
        yield state


def _unpack(path: Path, out: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_STATE) as packed:
            shutil.copyfileobj(packed, out, _PIECE)
    except _BROKEN:
        raise _damaged(path) from None


def _check(path: Path, state: Path, about: About) -> None:
    if _digest(state) != about.sha256:
        raise _damaged(path)
    try:
        with closing(sqlite3.connect(f"{state.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok" or counted(connection) != about.rows:
                raise _damaged(path)
    except sqlite3.Error:
        raise _damaged(path) from None


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    """The rows of each table of an SQLite state."""
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own names
        for (name,) in names
    }
