"""Faults of the database, its backups and the catalog: each is found, and nothing else is blamed."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta

from pydantic import SecretStr

from bot.catalog import file, status
from bot.doctor.finding import Mark
from bot.doctor.host_checks import versions
from bot.search.index import live, storage
from bot.state.store import Store
from tests.doctor.conftest import PASSWORD, damage, free_port
from tests.support.postgres import Postgres
from tests.support.time import SettableClock


def test_an_sqlite_that_is_too_old_or_cut_short():
    assert "SQLite 3.34.1 is too old" in versions((3, 34, 1), full_text=True).says
    assert versions((3, 40, 1), full_text=False).mark is Mark.WRONG
    assert versions((3, 40, 1), full_text=True).mark is Mark.WELL


async def test_a_database_that_is_away(patient):
    url = SecretStr(f"postgresql://me:{PASSWORD.replace(' ', '')}@127.0.0.1:{free_port()}/x")
    wrong = await patient.wrong(database_url=url)
    assert wrong.keys() == {"database"}
    assert "cannot be used" in wrong["database"]
    assert PASSWORD.replace(" ", "") not in str(patient.last)


async def test_a_database_that_is_well(patient, postgres_url):
    store = Store(postgres_url)
    await store.migrate()
    await store.close()
    found = await patient.examined(database_url=SecretStr(postgres_url))
    assert "PostgreSQL answers in" in next(each.says for each in found if each.name == "database")
    assert [each for each in found if each.mark is Mark.WRONG] == []


class SlowWay:
    """A TCP way to `port` on which everything takes longer."""

    def __init__(self, port: int, seconds: float) -> None:
        self._to, self._seconds = port, seconds

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer), return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            await asyncio.sleep(self._seconds)
            writer.write(data)
        writer.close()


async def test_a_database_that_is_far_away(patient, postgres: Postgres, postgres_url):
    store = Store(postgres_url)
    await store.migrate()
    await store.close()
    async with SlowWay(postgres.port, 0.03) as port:
        far = postgres_url.replace(f":{postgres.port}/", f":{port}/")
        assert (
            "ms to answer: bring it nearer" in (await patient.wrong(database_url=SecretStr(far)))["database"]
        )


async def test_a_state_of_a_newer_paperboy(patient, tmp_path):
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "written by a newer Paperboy: upgrade" in (await patient.wrong())["database"]


async def test_a_state_that_is_damaged(patient, tmp_path):
    damage(tmp_path / "state.db")
    assert "is damaged" in (await patient.wrong())["database"]


async def test_looking_makes_no_state(patient, tmp_path):
    nowhere = tmp_path / "new" / "state.db"
    assert await patient.wrong(database_url=SecretStr(f"sqlite:///{nowhere}")) == {}
    assert not nowhere.parent.exists()


async def test_backups_that_stopped(patient, tmp_path):
    from bot.backup.snapshot import back_up

    folder = tmp_path / "backups"
    await back_up(patient.state_url, folder / "a.backup", SettableClock(patient.clock() - timedelta(days=4)))
    assert "The latest is 4 days old" in (await patient.wrong(backups=folder))["backups"]
    (folder / "b.backup").write_text("x")
    found = await patient.examined(backups=folder)
    said = [each.says for each in found if each.name == "backups"]
    assert said[0] == "b.backup in it can't be read: move it to another folder."
    assert said[1].startswith("The latest is 4 days old"), "of those that can be read"


async def test_a_catalog_that_is_damaged(patient):
    damage(patient.catalog)
    assert "is not a readable SQLite database" in (await patient.wrong())["catalog"]


async def test_a_catalog_that_nobody_updates(patient):
    with closing(file.open_for_writing(patient.catalog)) as connection:
        status.succeeded(connection, "Hugging Face", patient.clock() - timedelta(days=5))
    assert "last updated 5 days ago: start the bot" in (await patient.wrong())["catalog"]


async def test_a_source_that_has_failed_for_days(patient):
    with closing(file.open_for_writing(patient.catalog)) as connection:
        status.failed(connection, "arXiv", patient.clock(), "arXiv answers 503.")
    assert "arXiv fails since" in (await patient.wrong())["catalog"]


async def test_an_index_that_is_broken_or_of_another_catalog(patient):
    beside = storage.path_beside(patient.catalog)
    with closing(file.open_for_reading(patient.catalog)) as connection:
        live.write_base(connection, beside)
    assert await patient.wrong() == {}
    whole = beside.read_bytes()
    beside.write_bytes(whole[:-9] + b"\xff" * 9)
    assert "`paperboy index` builds it anew" in (await patient.wrong())["index"]
    beside.write_bytes(whole)
    with closing(sqlite3.connect(patient.catalog)) as connection:
        connection.execute("PRAGMA user_version = 7")
    assert "it is of another catalog" in (await patient.wrong())["index"]
