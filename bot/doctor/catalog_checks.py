"""The catalog of papers, and its index."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.catalog import changes, file, papers, status
from bot.catalog.changes import BEGINNING, Position
from bot.clock import Clock
from bot.doctor.finding import Finding, note, skipped, well, wrong
from bot.errors import CatalogError
from bot.search.index import storage
from bot.search.index.live import LARGEST_DELTA
from bot.settings import Settings
from bot.views.markdown import counted

_OLD: Final = timedelta(days=2)


async def check_catalog(settings: Settings, clock: Clock) -> list[Finding]:
    """Whether it opens, is sound, and is kept fresh."""
    return await asyncio.to_thread(_catalog, settings, clock)


def _catalog(settings: Settings, clock: Clock) -> list[Finding]:
    name, path = "catalog", settings.catalog
    if not path.exists():
        return [note(name, "There is none yet: `paperboy run` makes one of the papers that come with it.")]
    try:
        file.check(path)
        with closing(file.open_for_reading(path)) as connection:
            count, sources = papers.count(connection), status.statuses(connection)
    except CatalogError as error:
        return [wrong(name, str(error))]
    except sqlite3.Error as error:
        return [wrong(name, f"{path} can't be read ({error}): move it away, and it is built anew.")]
    if failing := next((each for each in sources if each.failing_since), None):
        since = f"{failing.failing_since:%Y-%m-%d %H:%M} UTC"
        return [wrong(name, f"{failing.name} fails since {since}: {failing.failure}")]
    updated = [each.updated_at for each in sources if each.updated_at]
    has = f"{counted(count, 'paper')}"
    if not settings.updates:
        return [well(name, f"{has}; PAPERBOY_UPDATES is off.")]
    if not updated:
        return [note(name, f"{has}, never updated: the running bot does that, or `paperboy update`.")]
    age = clock() - max(updated)
    if age > _OLD:
        return [wrong(name, f"{has}, last updated {age.days} days ago: start the bot, or `paperboy update`.")]
    return [well(name, f"{has}, updated {max(updated):%Y-%m-%d %H:%M} UTC.")]


async def check_index(settings: Settings) -> list[Finding]:
    """Whether searches have one that is near the catalog."""
    return await asyncio.to_thread(_index, settings.catalog)


def _index(path: Path) -> list[Finding]:
    name = "index"
    if not path.exists():
        return [skipped(name, "There is no catalog yet.")]
    beside = storage.path_beside(path)
    try:
        with closing(file.open_for_reading(path)) as connection:
            position, damage = _indexed(connection, beside)
            behind = len(changes.changed_since(connection, position, LARGEST_DELTA + 1))
    except (CatalogError, sqlite3.Error):
        return [skipped(name, "The catalog can't be read.")]
    if damage:
        return [wrong(name, f"{beside} can't be used ({damage}): `paperboy index` builds it anew.")]
    if behind > LARGEST_DELTA:
        far = "is missing" if position == BEGINNING else "is far behind the catalog"
        return [wrong(name, f"It {far}: `paperboy index` builds it.")]
    if position == BEGINNING:
        return [well(name, "None is needed for so few papers.")]
    held = f", but for {counted(behind, 'paper')} held in memory" if behind else ""
    return [well(name, f"It is current{held}.")]


def _indexed(connection: sqlite3.Connection, beside: Path) -> tuple[Position, str]:
    """How far it has come, and what is wrong with its file."""
    if not beside.exists():
        return BEGINNING, ""
    try:
        _, header = storage.load(beside)
    except storage.IndexUnusable as error:
        return BEGINNING, str(error)
    if header["catalog"] != changes.identity(connection):
        return BEGINNING, "it is of another catalog"
    return Position(header["number"], header["change"]), ""
