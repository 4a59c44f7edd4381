"""The host: what is installed, its time zones, its disk."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import discord
from sqlalchemy import Connection, select

from bot import __version__
from bot.backup.former import file_of
from bot.clock import Clock
from bot.doctor.finding import Finding, note, skipped, well, wrong
from bot.errors import PaperboyError
from bot.settings import Settings
from bot.state.all_tables import metadata
from bot.state.store import Store

_LEAST_SQLITE: Final = (3, 35)
"""Has RETURNING."""
_LEAST_ROOM: Final = 500 * 2**20
"""Bytes."""
_OLD_ZONES: Final = 2
"""Years."""


async def check_versions() -> list[Finding]:
    """What runs, and whether SQLite can do what is needed."""
    return [versions(sqlite3.sqlite_version_info, full_text=_has_full_text())]


def versions(sqlite: tuple[int, ...], *, full_text: bool) -> Finding:
    """Of a host with this SQLite."""
    name, numbered = "versions", ".".join(map(str, sqlite))
    if sqlite < _LEAST_SQLITE:
        return wrong(name, f"SQLite {numbered} is too old: take a Python whose sqlite3 has 3.35 or newer.")
    if not full_text:
        return wrong(name, f"SQLite {numbered} has no FTS5: take a Python whose sqlite3 has it.")
    python = platform.python_version()
    return well(
        name, f"Paperboy {__version__}, Python {python}, discord.py {discord.__version__}, SQLite {numbered}."
    )


def _has_full_text() -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        except sqlite3.OperationalError:
            return False
        return True


async def check_zones(store: Store | PaperboyError, clock: Clock) -> list[Finding]:
    """Whether each zone that anybody uses is known here."""
    name = "time zones"
    if not _known("Europe/Berlin"):
        return [wrong(name, "This host has no time zones: `pip install tzdata`.")]
    if not isinstance(store, Store):
        return [skipped(name, f"Whose are used isn't known: {store}.")]
    used = await store.read(_zones)
    if unknown := sorted(zone for zone in used if not _known(zone)):
        listed = ", ".join(f"“{each[:64]}”" for each in unknown[:5])
        return [wrong(name, f"{listed} is used and not known here: `pip install --upgrade tzdata`.")]
    count = f"All {len(used)} that are used are known" if used else "None is used yet; they are known here"
    try:
        of = version("tzdata")
    except PackageNotFoundError:
        return [well(name, f"{count}.")]
    if of[:4].isdecimal() and clock().year - int(of[:4]) >= _OLD_ZONES:
        return [note(name, f"tzdata is of {of[:4]}, and clocks have changed since: upgrade it.")]
    return [well(name, f"{count} (tzdata {of}).")]


def _zones(connection: Connection) -> set[str]:
    found: set[str] = set()
    for table in metadata.sorted_tables:
        if "zone" in table.c and connection.dialect.has_table(connection, table.name):
            found |= set(connection.scalars(select(table.c.zone).distinct()))
    return found


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


async def check_disk(settings: Settings) -> list[Finding]:
    """Whether the folders can be written to, and have room for as much again as is in them."""
    return await asyncio.to_thread(_disk, settings)


def _disk(settings: Settings) -> list[Finding]:
    name, state = "disk", file_of(settings.state_url)
    folders = [settings.data, settings.catalog.parent, *([state.parent] if state else [])]
    # Whether that one can be written to is looked at with the backups.
    folders += [settings.backups] if settings.backups and not why_unwritable(settings.backups) else []
    least = None
    for folder in dict.fromkeys(folders):
        if not folder.exists():
            continue
        if why := why_unwritable(folder):
            return [wrong(name, f"I can't write to {folder} ({why}): change its owner or permissions.")]
        free, wanted = shutil.disk_usage(folder).free, _LEAST_ROOM + _size(settings, state)
        if free < wanted:
            return [
                wrong(
                    name,
                    f"{folder} has {_gib(free)} left and should have {_gib(wanted)}: make room, or move it "
                    "with PAPERBOY_DATA.",
                )
            ]
        least = free if least is None else min(least, free)
    return [well(name, f"{_gib(least)} are left." if least is not None else "Nothing is kept here yet.")]


def _size(settings: Settings, state: Path | None) -> int:
    """Of what may be written anew beside itself."""
    return sum(path.stat().st_size for path in (settings.catalog, state) if path and path.is_file())


def why_unwritable(folder: Path) -> str:
    """Why nothing can be written there, as the system says it; empty where it can, or the folder be made."""
    try:
        there = next(each for each in (folder, *folder.parents) if each.exists())
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"x")
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _gib(size: Any) -> str:
    return f"{size / 2**30:,.1f} GiB"
