"""Whatever happens to the catalog's file while the bot runs, the bot goes on, and nothing good is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.catalog import file, papers
from bot.paper.model import Paper
from bot.search.index import storage
from bot.search.library import Library
from bot.sources.seed import build_seed
from tests.support.putting import on_its_connection, put, put_in

NEW = Paper(id="2601.00001", title="Something quite new")


@pytest.fixture
async def library(seed_catalog: Path) -> AsyncIterator[Library]:
    opened = Library(seed_catalog, make=build_seed)
    await put_in(opened, [NEW])
    assert await opened.count() == 70
    yield opened
    opened.close()


def content(path: Path) -> bytes:
    return path.read_bytes()


def delete(path: Path) -> None:
    path.unlink()


def delete_all(path: Path) -> None:
    for each in path.parent.glob("catalog.db*"):
        each.unlink()


def empty(path: Path) -> None:
    os.truncate(path, 0)


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def fill_with_noise(path: Path) -> None:
    with path.open("r+b") as opened:
        opened.write(os.urandom(path.stat().st_size))


def replace_with_noise(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(os.urandom(100_000))
    other.replace(path)


@pytest.mark.parametrize(
    "harm",
    [delete, delete_all, empty, cut_short, fill_with_noise, replace_with_noise],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("first", ["a read", "a write"])
async def test_a_catalog_that_is_lost_is_made_anew(
    library: Library, seed_catalog: Path, harm: Callable[[Path], None], first: str
) -> None:
    await on_its_connection(
        library, lambda database: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    )
    harm(seed_catalog)
    if first == "a write":
        await put_in(library, [Paper(id="2601.00002", title="Another one")])
    # Of a file that is damaged under it SQLite may still remember some pages: it is noticed in time.
    for _ in range(3):
        await library.background.read(lambda connection: connection.execute("PRAGMA quick_check").fetchall())
        await library.find("multi-agent debate")
    await put_in(library, [Paper(id="2601.00003", title="The first of a new beginning")])
    assert await library.paper(NEW.id) is None
    assert (await library.find("first of a new beginning")).hits[0].paper.id == "2601.00003"
    assert await library.count() >= 70
    with closing(file.open_for_writing(seed_catalog)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert papers.get(database, "2601.00003") is not None


async def test_what_is_damaged_is_kept_beside(library: Library, seed_catalog: Path) -> None:
    await on_its_connection(
        library, lambda database: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    )
    whole = content(seed_catalog)
    half = whole[: len(whole) // 2]
    cut_short(seed_catalog)
    for _ in range(3):
        await library.background.read(lambda connection: connection.execute("PRAGMA quick_check").fetchall())
        await put_in(library, [NEW])
    assert content(seed_catalog.with_name("catalog.db.damaged")) == half


async def test_a_catalog_that_takes_its_place_is_used(library: Library, seed_catalog: Path) -> None:
    """As when an operator brings a larger one: `mv new.db catalog.db`."""
    other = seed_catalog.with_name("new.db")
    with closing(file.open_for_writing(other)) as database:
        put(database, [Paper(id=f"2602.{n:05}", title=f"Tides of place {n}") for n in range(200)])
    shutil.move(other, seed_catalog)
    assert (await library.find("tides of place 77")).hits[0].paper.id == "2602.00077"
    assert [found.id for found in await library.suggest("tides of place 5")]
    assert (await library.find("multi-agent debate")).hits == ()
    await put_in(library, [NEW])
    assert await library.count() == 201


async def test_a_file_that_is_no_catalog_is_left_alone_and_the_former_one_goes_on(
    library: Library, seed_catalog: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = seed_catalog.with_name("other.db")
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE notes (text)")
    before = content(other)
    assert (await library.find("multi-agent debate")).hits
    other.replace(seed_catalog)
    assert (await library.find("multi-agent debate")).hits
    await put_in(library, [Paper(id="2601.00002", title="Another one")])
    assert await library.paper("2601.00002")
    assert content(seed_catalog) == before
    assert caplog.text.count("can't be used") == 1


async def test_an_index_of_the_former_catalog_is_not_used(library: Library, seed_catalog: Path) -> None:
    await library.find("agents")
    delete(seed_catalog)
    assert await library.count() == 69
    assert (await library.find(NEW.title)).hits[0].paper.id != NEW.id
    assert not storage.path_beside(seed_catalog).exists()


async def test_a_file_that_cannot_be_read_is_left_alone_too(library: Library, seed_catalog: Path) -> None:
    delete_all(seed_catalog)
    os.mkdir(seed_catalog)  # noqa: PTH102 (a folder has taken its place)
    assert await library.count() == 70
    os.rmdir(seed_catalog)  # noqa: PTH106
    assert await library.count() == 69
