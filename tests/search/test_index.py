"""The derived index: it follows the catalog, and search goes on while it is missing, stale or broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers

from bot.catalog import file
from bot.paper.model import Paper
from bot.search.engine import SearchEngine
from bot.search.index import live, storage
from bot.search.results import Sort
from bot.wiring import start_builder
from tests.support.putting import put
from tests.support.waiting import until


@pytest.fixture
def connection(path: Path, database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with closing(file.open_for_reading(path)) as opened:
        yield opened


@pytest.fixture
def engine(path: Path, database: sqlite3.Connection) -> Iterator[SearchEngine]:
    made = SearchEngine(path, start_builder=start_builder)
    yield made
    made.close()


def paper(number: int, title: str, **known: object) -> Paper:
    return Paper(id=f"p{number}", title=title, **known)


def ids(engine: SearchEngine, connection: sqlite3.Connection, text: str) -> list[str]:
    return [hit.paper.id for hit in engine.on(connection).find(text, correct=False, limit=50).hits]


def test_what_was_added_changed_or_removed_is_so_in_the_next_search(
    database: sqlite3.Connection, connection: sqlite3.Connection, engine: SearchEngine
) -> None:
    put(database, [paper(1, "Walking robots"), paper(2, "Swimming robots")])
    assert set(ids(engine, connection, "robots")) == {"p1", "p2"}

    put(database, [paper(3, "Flying robots")])
    assert "p3" in ids(engine, connection, "robots")

    put(database, [paper(1, "Walking machines")])
    assert set(ids(engine, connection, "robots")) == {"p2", "p3"}
    assert ids(engine, connection, "machines") == ["p1"]

    with database:
        database.execute("DELETE FROM papers WHERE id = 'p2'")
    assert ids(engine, connection, "robots") == ["p3"]


def test_changes_since_the_base_replace_what_it_holds(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection, engine: SearchEngine
) -> None:
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 40)])
    live.write_base(connection, storage.path_beside(path))
    put(database, [paper(7, "A machine instead"), paper(99, "Robot number 99")])

    found = ids(engine, connection, "robot")
    assert len(found) == 39
    assert "p7" not in found
    assert "p99" in found
    assert ids(engine, connection, "machine") == ["p7"]
    assert "p7" not in [choice.id for choice in engine.on(connection).suggest("Robot number 7")]
    assert [choice.id for choice in engine.on(connection).suggest("A mach")] == ["p7"]


def test_a_base_and_a_delta_rank_as_one_index_does(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection
) -> None:
    titles = [f"Robot {'arm ' * (number % 3)}{'dog ' * (number % 5)}{number}" for number in range(60)]
    put(database, [paper(number, title) for number, title in enumerate(titles[:50])])
    live.write_base(connection, storage.path_beside(path))
    put(database, [paper(50 + number, title) for number, title in enumerate(titles[50:])])
    split, whole = SearchEngine(path), SearchEngine(path)
    found = ids(split, connection, "robot dog arm")
    live.write_base(connection, storage.path_beside(path))
    together = ids(whole, connection, "robot dog arm")
    assert set(found) == set(together)
    assert len(set(found[:20]) & set(together[:20])) >= 15  # mean lengths differ a little


def test_a_new_paper_is_supported_by_those_of_the_base(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection, engine: SearchEngine
) -> None:
    tides = "Currents under a bridge turn blades of steel"
    known = [paper(number, f"Turbines, part {number}", abstract=tides) for number in (1, 2, 3)]
    put(database, [*known, *(paper(number, f"Number {number}") for number in range(10, 40))])
    live.write_base(connection, storage.path_beside(path))
    new = [paper(50, "Turbines, part 4", abstract=tides), paper(51, "Turbines, part 5", abstract="Of jets")]
    put(database, new)
    found = ids(engine, connection, "how do turbines age that nobody maintains")
    assert set(found[:4]) == {"p1", "p2", "p3", "p50"}


@pytest.mark.parametrize("damage", ["cut off", "overwritten", "of another catalog", "not an index"])
def test_an_index_that_is_of_no_use_is_passed_over(
    path: Path,
    database: sqlite3.Connection,
    connection: sqlite3.Connection,
    engine: SearchEngine,
    damage: str,
) -> None:
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 30)])
    beside = storage.path_beside(path)
    live.write_base(connection, beside)
    whole = beside.read_bytes()
    if damage == "cut off":
        beside.write_bytes(whole[:-100])
    elif damage == "overwritten":
        beside.write_bytes(whole[:20] + b"\xff" * 60 + whole[80:])
    elif damage == "not an index":
        beside.write_bytes(b"")
    else:
        arrays, header = storage.load(beside)
        storage.save(beside, arrays, header | {"catalog": header["catalog"] ^ 1})
    assert len(ids(engine, connection, "robot")) == 29


def test_a_fault_of_ours_in_ranking_is_logged_with_its_trace_and_deletes_nothing(
    path: Path,
    database: sqlite3.Connection,
    connection: sqlite3.Connection,
    engine: SearchEngine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As if `build` had written what `ranking` can't read: the file is whole, and what it says is wrong."""
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 30)])
    beside = storage.path_beside(path)
    live.write_base(connection, beside)
    arrays, header = storage.load(beside)
    storage.save(beside, {**arrays, "text.places": arrays["text.places"] + 1_000_000}, header)
    before = beside.read_bytes()

    assert len(ids(engine, connection, "robot")) == 29
    assert len(engine.on(connection).about("robot")) == 29
    assert engine.on(connection).random("robot") is not None
    assert list(engine.on(connection).about_ids("robot", ["p7"])) == ["p7"]
    assert "Traceback" in caplog.text
    assert "IndexError" in caplog.text
    assert beside.read_bytes() == before


@pytest.mark.parametrize("sort", list(Sort))
def test_no_fault_in_any_step_of_a_search_reaches_whoever_searches(
    path: Path,
    database: sqlite3.Connection,
    connection: sqlite3.Connection,
    engine: SearchEngine,
    sort: Sort,
) -> None:
    """Each array in turn is nonsense, though the file is whole."""
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 30)])
    beside = storage.path_beside(path)
    live.write_base(connection, beside)
    arrays, header = storage.load(beside)
    for name in arrays:
        storage.save(beside, {**arrays, name: arrays[name][:1]}, header)
        with closing(SearchEngine(path)) as broken:
            broken.on(connection).find("robot number 7", sort=sort)
            broken.on(connection).find("robto -number author:nobody", sort=sort)
            broken.on(connection).suggest("robot n")
            broken.on(connection).similar("p7")
            broken.on(connection).random("robot")
            broken.on(connection).about("robot")
            broken.on(connection).about_ids("robot", ["p7", "p8"])


def test_an_index_that_is_cut_short_or_overwritten_while_it_serves_changes_nothing(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection, engine: SearchEngine
) -> None:
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 200)])
    beside = storage.path_beside(path)
    live.write_base(connection, beside)
    before = ids(engine, connection, "robot 77"), engine.on(connection).suggest("robot number 5")
    size = beside.stat().st_size
    with beside.open("r+b") as opened:
        opened.write(b"\xff" * size)
        opened.truncate(0)
    assert (ids(engine, connection, "robot 77"), engine.on(connection).suggest("robot number 5")) == before


@given(place=integers(0, 2**30), bit=integers(0, 7))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_bit_that_is_wrong_anywhere_is_noticed(tmp_path: Path, place: int, bit: int) -> None:
    beside = tmp_path / "catalog.db.index"
    storage.save(beside, {"some": np.arange(1000), "more": np.zeros(7, np.uint8)}, {"catalog": 1})
    data = bytearray(beside.read_bytes())
    data[place % len(data)] ^= 1 << bit
    beside.write_bytes(data)
    with pytest.raises(storage.IndexUnusable):
        storage.load(beside)


def test_a_file_whose_data_alone_are_damaged_is_built_anew(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection
) -> None:
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 30)])
    beside = storage.path_beside(path)
    live.write_base(connection, beside)
    whole = beside.read_bytes()
    beside.write_bytes(whole[:-200] + b"\xff" * 200)
    live.write_base(connection, beside)
    assert beside.read_bytes() == whole


def test_two_processes_build_it_once(
    path: Path, database: sqlite3.Connection, connection: sqlite3.Connection
) -> None:
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 30)])
    beside = storage.path_beside(path)
    (path.parent / f"{beside.name}.4711.new").write_bytes(b"left by a process that was killed")
    with closing(file.open_for_reading(path)) as other, ThreadPoolExecutor(2) as both:
        built = [both.submit(live.write_base, each, beside) for each in (connection, other)]
        assert [each.result() for each in built] == [29, 29]
    inode = beside.stat().st_ino
    assert live.write_base(connection, beside) == 29
    assert beside.stat().st_ino == inode, "nothing has come since"
    assert not list(path.parent.glob("*.new"))


def test_a_catalog_without_an_index_is_searched_while_it_is_built_in_the_background(
    path: Path,
    database: sqlite3.Connection,
    connection: sqlite3.Connection,
    engine: SearchEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "LARGEST_DELTA", 50)
    monkeypatch.setattr(live, "AT_ONCE", 10)
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 200)])

    assert len(ids(engine, connection, "robot")) == 50
    until(lambda: engine.index.snapshot(connection) is not None, 60)
    assert storage.path_beside(path).exists()
    assert ids(engine, connection, "robot 77")[0] == "p77"


def test_a_build_that_fails_is_said_once_and_search_goes_on(
    path: Path,
    database: sqlite3.Connection,
    connection: sqlite3.Connection,
    engine: SearchEngine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(live, "LARGEST_DELTA", 50)
    monkeypatch.setattr(live, "AT_ONCE", 10)
    storage.path_beside(path).mkdir()
    put(database, [paper(number, f"Robot number {number}") for number in range(1, 200)])

    assert len(ids(engine, connection, "robot")) == 50
    until(lambda: "could not be built" in caplog.text, 60)
    assert len(ids(engine, connection, "robot")) == 50


def test_a_request_keeps_to_the_index_as_it_was_when_it_began(
    database: sqlite3.Connection, connection: sqlite3.Connection, engine: SearchEngine
) -> None:
    put(database, [paper(1, "Robots that walk")])
    request = engine.on(connection)
    put(database, [paper(2, "Robots that swim")])
    assert [hit.paper.id for hit in request.find("robots").hits] == ["p1"]
    assert [choice.id for choice in request.suggest("Robots")] == ["p1"]
    assert set(ids(engine, connection, "robots")) == {"p1", "p2"}


def test_a_catalog_named_from_the_folder_where_the_bot_started_is_built_there(
    seed_catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(seed_catalog.parent)
    process = start_builder(Path(seed_catalog.name))
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert storage.path_beside(seed_catalog).exists()
