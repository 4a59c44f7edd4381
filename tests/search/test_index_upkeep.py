"""While papers are imported searches are answered, and the index is built once, at the end."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.catalog import file
from bot.catalog.imports import import_under_way
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.search.index import live
from bot.search.index.standing import standing
from bot.wiring import start_builder
from tests.support.putting import put
from tests.support.waiting import until

LONG = 60.0


class Builders:
    """Starts real ones, and counts them."""

    def __init__(self) -> None:
        self.started = 0

    def __call__(self, catalog: Path) -> subprocess.Popen[bytes]:
        self.started += 1
        return start_builder(catalog)


@pytest.fixture
def builders(monkeypatch: pytest.MonkeyPatch) -> Builders:
    monkeypatch.setattr(live, "LARGEST_DELTA", 50)
    monkeypatch.setattr(live, "AT_ONCE", 10)
    monkeypatch.setattr(live, "_QUIET", 0.05)
    return Builders()


@pytest.fixture
def connection(path: Path, database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with closing(file.open_for_reading(path)) as connection:
        yield connection


@pytest.fixture
def engine(path: Path, builders: Builders) -> Iterator[SearchEngine]:
    engine = SearchEngine(path, start_builder=builders)
    yield engine
    engine.close()


def found(engine: SearchEngine, connection: sqlite3.Connection, query: str) -> list[str]:
    return [hit.paper.id for hit in engine.on(connection).find(query).hits]


def robots(first: int, last: int) -> list[Paper]:
    return [Paper(id=f"p{number}", title=f"Robot number {number}") for number in range(first, last)]


def waits() -> bool:
    return any(thread.name == "catalog-index" for thread in threading.enumerate())


def test_the_index_is_built_once_when_an_import_has_ended(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection, engine: SearchEngine, builders
) -> None:
    put(database, robots(1, 5))
    assert found(engine, connection, "robot 3")[0] == "p3"
    with import_under_way(path):
        for batch in range(6):
            put(database, robots(100 * batch + 10, 100 * batch + 110))
            assert found(engine, connection, "robot 3")[0] == "p3", "answered by the index as it was"
        time.sleep(0.3)  # longer than papers may fail to come for, were it no import
        assert found(engine, connection, "robot 3")
        assert builders.started == 0
        assert standing(connection, path).built_at is None
    until(lambda: bool(found(engine, connection, "robot 77")[:1] == ["p77"]), LONG)
    assert builders.started == 1
    told = standing(connection, path)
    assert (told.behind, told.being_built) == (0, False)
    assert told.built_at is not None


def test_an_import_that_brings_nothing_for_long_is_waited_for_no_longer(
    path: Path,
    database: sqlite3.Connection,
    connection: sqlite3.Connection,
    engine: SearchEngine,
    builders: Builders,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "_STALLED", 0.2)
    with import_under_way(path):
        put(database, robots(1, 200))
        until(lambda: found(engine, connection, "robot 77")[:1] == ["p77"] and not waits(), LONG)
    assert builders.started == 1


def test_closing_does_not_wait_for_an_import(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection, engine: SearchEngine, builders
) -> None:
    with import_under_way(path):
        put(database, robots(1, 200))
        found(engine, connection, "robot 77")
        until(waits, LONG)
        engine.close()
    assert builders.started == 0
