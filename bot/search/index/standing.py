"""How far the index's file is behind its catalog, as it can be told without opening it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bot.catalog import changes
from bot.catalog.changes import BEGINNING, Position
from bot.search.index import storage


@dataclass(frozen=True, slots=True)
class Standing:
    built_at: datetime | None
    """None where the catalog has no index of its own: it may be too small to need one."""
    behind: int
    """Papers that came or changed since; a search takes some thousands of them into memory."""
    being_built: bool


def standing(connection: sqlite3.Connection, catalog: Path) -> Standing:
    """Of the index beside the catalog, to which `connection` goes."""
    path = storage.path_beside(catalog)
    built_at, since = None, BEGINNING
    try:
        header = storage.header_of(path)
        if header["catalog"] == changes.identity(connection):
            since = Position(header["number"], header["change"])
            built_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (storage.IndexUnusable, OSError):
        pass
    return Standing(built_at, changes.count_since(connection, since), _is_being_built(path))


def _is_being_built(path: Path) -> bool:
    lock = path.with_name(f"{path.name}.lock")
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
