"""What is closed is closed: no connection, thread or task stays behind."""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
import threading
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.catalog import file, papers
from bot.cli import cli
from bot.errors import CatalogError
from bot.paper.model import Paper
from bot.search.library import Library
from bot.services import Services
from bot.settings import Settings
from tests.support.putting import on_its_connection, put_in
from tests.support.time import SettableClock


def connections() -> set[int]:
    """The open connections to SQLite files, wherever in this process."""
    gc.collect()
    return {id(each) for each in gc.get_objects() if isinstance(each, sqlite3.Connection) and is_open(each)}


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.total_changes  # noqa: B018 (asking is the test)
    except sqlite3.ProgrammingError as error:
        return "closed" not in str(error)
    return True


def threads() -> set[str]:
    return {
        each.name for each in threading.enumerate() if not each.name.startswith(("asyncio_", "MainThread"))
    }


async def use(services: Services) -> None:
    """A little of everything that opens something."""
    await services.store.migrate()
    await services.restore_added()
    await asyncio.gather(*(services.parked.park(f"text {number}") for number in range(5)))
    await put_in(services.library, [Paper(id="2601.00001", title="A new one", featured=(date(2026, 1, 1),))])
    searches = [services.library.find(f"agents {number}") for number in range(8)]
    await asyncio.gather(*searches, services.library.suggest("multi"), services.library.random())
    await services.library.background.read(papers.count)
    await on_its_connection(services.library, lambda database: database.execute("PRAGMA optimize"))


async def test_closed_services_leave_nothing_open(settings: Settings) -> None:
    before = connections(), threads(), asyncio.all_tasks()
    services = Services.open(settings, SettableClock())
    await use(services)
    assert len(connections()) > len(before[0])
    await services.close()
    assert (connections(), threads(), asyncio.all_tasks()) == before


async def test_a_catalog_closed_at_once_or_in_the_middle_leaves_nothing_open(seed_catalog: Path) -> None:
    before = connections(), threads()
    Library(seed_catalog).close()
    library = Library(seed_catalog)
    searches = [asyncio.ensure_future(library.find(f"agents {number}")) for number in range(20)]
    await asyncio.sleep(0)
    library.close()
    await asyncio.gather(*searches, return_exceptions=True)
    assert (connections(), threads()) == before


async def test_another_file_in_its_place_leaves_no_former_connection(seed_catalog: Path) -> None:
    before = connections()
    library = Library(seed_catalog)
    await asyncio.gather(*(library.count() for _ in range(4)))
    held = len(connections())
    os.unlink(seed_catalog)  # noqa: PTH108
    for _ in range(20):
        await asyncio.gather(library.count(), library.background.read(papers.count))
    await put_in(library, [Paper(id="2601.00001", title="A new one")])
    assert len(connections()) == held
    library.close()
    assert connections() == before


@pytest.mark.parametrize(
    "arguments",
    [["find", "agents"], ["find", "--json", "("], ["export"], ["catalog"], ["index"], ["import", "IT"]],
)
def test_no_command_leaves_a_connection(seed_catalog: Path, arguments: list[str], tmp_path: Path) -> None:
    before = connections()
    source = tmp_path / "some.jsonl"
    source.write_text('{"id": "2602.00001", "title": "From a file"}')
    named = [str(source) if argument == "IT" else argument for argument in arguments]
    result = CliRunner().invoke(cli, [*named, "--catalog", str(seed_catalog)])
    assert result.exit_code == 0, result.output
    assert connections() == before


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0 and then nothing", b"x" * 5000])
def test_a_file_that_is_refused_is_closed(tmp_path: Path, content: bytes) -> None:
    before = connections()
    path = tmp_path / "catalog.db"
    path.write_bytes(content)
    for open_it in (file.open_for_writing, Library):
        with pytest.raises(CatalogError):
            open_it(path)
    assert connections() == before
