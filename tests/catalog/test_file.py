"""The catalog as a file: made, migrated, or left untouched with a word why."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.catalog import file, papers, schema
from bot.errors import CatalogBusy, CatalogCorrupt, CatalogError, CatalogTooNew
from bot.paper.model import Paper
from bot.sources.seed import build_seed
from tests.support.project import PROJECT
from tests.support.putting import put


def test_a_missing_catalog_is_made(path: Path) -> None:
    with closing(file.open_for_writing(path)) as database:
        assert papers.count(database) == 0
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
        assert database.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_an_empty_file_becomes_a_catalog(path: Path) -> None:
    path.touch()
    with closing(file.open_for_writing(path)) as database:
        assert papers.count(database) == 0


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Paperboy with two migrations more: what this one made is a catalog of an older version."""

    def m900_shelves(db: Database) -> None:
        db.execute("ALTER TABLE papers ADD COLUMN shelf TEXT NOT NULL DEFAULT 'new'")

    def m901_shelf_index(db: Database) -> None:
        if db.execute("SELECT count(*) FROM papers WHERE title = 'Stops it'").fetchone() != (0,):
            raise sqlite3.OperationalError("disk I/O error")
        db.table("papers").create_index(["shelf"])

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, m900_shelves, m901_shelf_index))


def number_on(database: sqlite3.Connection, shelf: str) -> int:
    (number,) = database.execute("SELECT count(*) FROM papers WHERE shelf = ?", [shelf]).fetchone()
    return int(number)


def test_a_catalog_of_an_older_version_is_migrated(path: Path, request: pytest.FixtureRequest) -> None:
    build_seed(path)
    request.getfixturevalue("next_version")
    with closing(file.open_for_writing(path)) as database:
        assert number_on(database, "new") == 69
        put(database, [Paper(id="2411.13543", title="BALROG: Benchmarking anew")])
        query = "SELECT count(*) FROM papers_fts WHERE papers_fts MATCH 'benchmarking anew'"
        assert database.execute(query).fetchone() == (1,)
    with closing(file.open_for_writing(path)) as database:
        assert papers.count(database) == 69


def test_a_migration_that_was_interrupted_goes_on(path: Path, request: pytest.FixtureRequest) -> None:
    with closing(file.open_for_writing(path)) as database:
        put(database, [Paper(id="2411.13543", title="Stops it")])
    request.getfixturevalue("next_version")
    with pytest.raises(CatalogError, match="disk I/O error"):
        file.open_for_writing(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE papers SET title = 'Lets it pass'")
    with closing(file.open_for_writing(path)) as database:
        assert number_on(database, "new") == 1


def test_a_catalog_without_doi_address_and_venue_gains_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the version before these columns made it."""
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with closing(file.open_for_writing(path)) as database, database:
            database.execute(
                "INSERT INTO papers (id, title, own_id, year, provenance, withdrawn)"
                " VALUES ('2411.13543', 'BALROG: Benchmarking Anew', 'pb-1', 2024, 'a-----------a', 1)"
            )
    with closing(file.open_for_writing(path)) as database:
        known = papers.get(database, "2411.13543")
        assert known == Paper(id="2411.13543", title="BALROG: Benchmarking Anew", withdrawn=True)
        put(database, [Paper(id="2411.13543", title="x", doi="10.1234/p", venue="Ponds", year=2025)])
        after = papers.get(database, "2411.13543")
        assert after is not None
        assert (after.title, after.doi, after.venue, after.year) == (known.title, "10.1234/p", "Ponds", 2025)
        assert papers.unknown_to_arxiv(database, 10) == []


def test_a_newer_catalog_is_left_untouched(path: Path) -> None:
    build_seed(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('paperboy.catalog', 'm999_of_the_future', '2030-01-01')"
        )
    before = path.read_bytes()
    with pytest.raises(CatalogTooNew, match="upgrade Paperboy"):
        file.open_for_writing(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_corrupt_catalog_is_left_untouched(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    with pytest.raises(CatalogCorrupt, match="move it away and run `paperboy import`"):
        file.open_for_writing(path)
    assert path.read_bytes() == damage


def test_a_catalog_damaged_in_the_middle_is_left_untouched(path: Path) -> None:
    build_seed(path)
    data = bytearray(path.read_bytes())
    data[8192:65536] = b"\xee" * (65536 - 8192)
    path.write_bytes(data)
    with pytest.raises(CatalogCorrupt):
        file.open_for_writing(path)
    assert path.read_bytes() == data


def test_another_programs_database_is_left_untouched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    with pytest.raises(CatalogError, match="no catalog of Paperboy"):
        file.open_for_writing(path)
    assert path.read_bytes() == before


def test_a_folder_is_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"is a folder: name a file in it, as in .*catalog\.db"):
        file.open_for_writing(tmp_path)


def test_a_catalog_locked_by_another_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "BUSY_TIMEOUT", 0.05)
    build_seed(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CatalogBusy, match="locked by another program"):
            file.open_for_writing(path)


def test_a_reader_cannot_write(path: Path) -> None:
    build_seed(path)
    with (
        closing(file.open_for_reading(path)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("DELETE FROM papers")


MAKE = """
import sys
from pathlib import Path
from bot.sources.seed import build_seed
print(build_seed(Path(sys.argv[1])))
"""


def test_processes_that_make_one_catalog_at_once_make_it_once(path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", MAKE, str(path)], cwd=PROJECT, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert {process.communicate()[0] for process in processes} == {b"69\n"}
    assert [each.name for each in path.parent.iterdir() if each.suffix in (".new", ".lock")] == []


def test_a_catalog_whose_making_is_interrupted_is_not_there(path: Path) -> None:
    def make() -> None:
        with file.made_whole(path) as new:
            build_seed(new)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make()
    assert list(path.parent.iterdir()) == []


def test_what_is_left_of_a_deleted_catalog_becomes_no_part_of_the_next(path: Path) -> None:
    """Deleted without its -wal: SQLite would play that into the new file."""
    with closing(file.open_for_writing(path)) as database:
        put(database, [Paper(id="2411.13543", title="BALROG")])
        path.unlink()
        assert path.with_name("catalog.db-wal").stat().st_size > 0
        build_seed(path)
        with closing(file.open_for_reading(path)) as connection:
            assert papers.count(connection) == 69
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_what_a_killed_process_was_making_is_removed_by_a_later_one(path: Path) -> None:
    left, under_way = path.with_name("catalog.db.1-abc.new"), path.with_name("catalog.db.2-def.new")
    for each in (left, under_way):
        each.touch()
    os.utime(left, (0, 0))
    build_seed(path)
    assert not left.exists()
    assert under_way.exists()
