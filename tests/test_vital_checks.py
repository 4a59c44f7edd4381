"""What a process needs is looked at for itself, and each loss is one sentence that says what to do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.catalog import file
from bot.catalog.imports import import_under_way
from bot.paper.model import Paper
from bot.search.index import live
from bot.search.library import Library
from bot.sources.seed import build_seed
from bot.state.store import Store
from bot.vital_checks import catalog_is_open, index_is_current, state_is_writable
from bot.wiring import start_builder
from tests.support.postgres import Postgres, why_missing
from tests.support.putting import put
from tests.support.waiting import until_true

LONG = 60.0


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'state.db'}")
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
def library(seed_catalog: Path) -> Iterator[Library]:
    with closing(Library(seed_catalog, make=build_seed, start_builder=start_builder)) as library:
        yield library


async def test_a_write_that_is_taken_changes_nothing(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as other:
        before = other.execute("SELECT version_num FROM alembic_version").fetchall()
        assert await state_is_writable(store)() is None
        assert other.execute("SELECT version_num FROM alembic_version").fetchall() == before


async def test_a_state_that_is_not_there_yet_or_no_more_says_why(store: Store, tmp_path: Path) -> None:
    (tmp_path / "state.db").unlink()
    assert "was deleted or replaced" in str(await state_is_writable(store)())
    with closing(sqlite3.connect(tmp_path / "other.db")):
        new = Store(f"sqlite:///{tmp_path / 'other.db'}")
        assert "no such table" in str(await state_is_writable(new)())
        await new.close()


@pytest.mark.skipif(why_missing() is not None, reason=str(why_missing()))
async def test_a_postgresql_that_only_reads_is_not_writable(postgres: Postgres) -> None:
    url = postgres.new_database()
    store = Store(url)
    await store.migrate()
    check = state_is_writable(store)
    assert await check() is None
    name = url.rpartition("/")[2]
    only_reads = text(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await store.write(lambda connection: connection.execute(only_reads))
    await store.close()
    for each in (Store(url), Store("postgresql://paperboy@127.0.0.1:1/gone")):
        said = str(await state_is_writable(each)())
        await each.close()
        assert said.startswith("The database of the state can't be written (")
        assert said.endswith("check DATABASE_URL and the database.")


async def test_a_catalog_that_was_deleted_is_told_once_and_made_anew(library: Library) -> None:
    check = catalog_is_open(library)
    assert await check() is None
    library.path.unlink()
    assert "was gone: a new one has been made" in str(await check())
    assert await check() is None
    assert await library.count() == 69


async def test_a_catalog_that_cannot_be_made_anew_stays_lost(library: Library, tmp_path: Path) -> None:
    check = catalog_is_open(library)
    kept = Path(shutil.copy(library.path, tmp_path / "kept.db"))
    library.path.unlink()
    library.path.mkdir()
    (library.path / "in the way").touch()
    assert await check() is None, "whoever has the former file open goes on with it"
    shutil.rmtree(library.path)
    shutil.move(kept, library.path)
    assert await check() is None


async def test_an_index_is_current_when_it_has_what_came_or_an_import_is_under_way(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LARGEST_DELTA", 100)
    monkeypatch.setattr(live, "AT_ONCE", 10)
    monkeypatch.setattr(live, "_QUIET", 0.05)
    check = index_is_current(library)

    async def is_current() -> bool:
        return await check() is None

    await until_true(is_current, LONG)
    with import_under_way(library.path):
        with closing(file.open_for_writing(library.path)) as database:
            put(database, [Paper(id=f"p{n}", title=f"Robot number {n}") for n in range(1, 400)])
        assert await check() is None, "it follows at the end"
        assert await library.index_behind() == 399
    said = str(await check())
    assert said == "The search index is 399 papers behind the catalog, and is being brought up to date."
    await until_true(is_current, LONG)
