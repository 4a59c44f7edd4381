"""A backup is the state at one instant, whole, whoever writes meanwhile; or it isn't there."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.backup.archive import BackupError, made_beside, read_about, taken_out
from bot.backup.snapshot import back_up
from bot.errors import PaperboyError, SettingsError
from bot.state.reader_tables import reading, votes
from bot.state.store import Store
from tests.backup.keeping import crowd, fill, kill, ls, opened, put_back, rows_of
from tests.doctor.conftest import damage
from tests.support.time import SettableClock


async def test_every_table_comes_back_in_either_database(store, state_url, other_url, tmp_path, clock):
    await fill(store, 7_000, 8_000)
    about = await back_up(state_url, tmp_path / "a.backup", clock)
    await put_back(tmp_path / "a.backup", other_url, clock)
    async with opened(other_url) as other:
        back, before = await rows_of(other), await rows_of(store)
    assert about.rows["lists"] == 2
    # What restoring sets right is told in test_restoring.
    changed = {"begun", "synced_commands", "feeds", "inboxes", "matches", "follows", "letters", "deliveries"}
    changed |= {"mails", "mail_subscriptions", "standings"}
    same = before.keys() - changed
    assert {name: back[name] for name in same} == {name: before[name] for name in same}
    counts = {name: len(rows) for name, rows in before.items()} | {
        "synced_commands": 0,
        "begun": 3,
        "standings": 0,
    }
    assert {name: len(rows) for name, rows in back.items()} == counts


class Writer:
    """Writes a row here and one there, in one transaction, again and again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.written = 0
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await self.write_one()

    async def write_one(self) -> None:
        number = self.written + 1

        def work(connection):
            now = SettableClock()()
            connection.execute(
                insert(votes).values(guild_id=1, paper_id=f"{number:09}", person_id=number, voted_at=now)
            )
            connection.execute(
                insert(reading).values(
                    person_id=number, paper_id=f"{number:09}", status="read", changed_at=now
                )
            )

        await self._store.write(work)
        self.written = number

    async def wait_for(self, rows: int) -> None:
        while self.written < rows:
            assert not self._task.done(), self._task
            await asyncio.sleep(0.001)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def test_a_state_that_is_written_to_all_the_while(store, state_url, tmp_path, clock):
    writer = Writer(store)
    try:
        for number in range(3):
            await writer.wait_for(50 * (number + 1))
            before = writer.written
            about = await back_up(state_url, tmp_path / f"{number}.backup", clock)
            # One that had been committed may not have been counted yet.
            assert before <= about.rows["votes"] <= writer.written + 1
            assert about.rows["votes"] == about.rows["reading"]
        assert writer.written > before, "nothing was written meanwhile"
    finally:
        await writer.stop()
    await put_back(tmp_path / "2.backup", state_url, clock)
    async with opened(state_url) as other:
        here = await other.read(
            lambda c: list(c.scalars(select(votes.c.person_id).order_by(votes.c.person_id)))
        )
        there = await other.read(lambda c: sorted(c.scalars(select(reading.c.person_id))))
    assert here == there == list(range(1, about.rows["votes"] + 1))


async def test_it_says_what_it_is_and_is_for_its_owner_alone(store, state_url, tmp_path, clock):
    path = tmp_path / "new" / "a.backup"
    await back_up(state_url, path, clock)
    about = read_about(path)
    assert (about.format, about.made_at, about.revision) == (1, clock.now, about.revision)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["a.backup"]


async def test_one_backup_replaces_another_and_nothing_else(store, state_url, tmp_path, clock):
    ours, theirs = tmp_path / "a.backup", tmp_path / "thesis.zip"
    await back_up(state_url, ours, clock)
    clock.move(hours=1)
    await back_up(state_url, ours, clock)
    assert read_about(ours).made_at == clock.now
    with zipfile.ZipFile(theirs, "w") as archive:
        archive.writestr("chapter1.txt", "It was")
    before = theirs.read_bytes()
    with pytest.raises(BackupError, match="isn't a backup of mine: it was left untouched"):
        await back_up(state_url, theirs, clock)
    assert theirs.read_bytes() == before
    with pytest.raises(BackupError, match="is a folder: name a file in it"):
        await back_up(state_url, tmp_path, clock)


async def test_nothing_to_back_up(tmp_path, clock, other_url):
    with pytest.raises(PaperboyError, match="There is no state to back up yet"):
        await back_up(other_url, tmp_path / "new" / "folder" / "a.backup", clock)
    assert not (tmp_path / "other.db").exists()
    assert not (tmp_path / "new").exists()


async def test_a_database_that_is_away(tmp_path, clock):
    with pytest.raises(SettingsError, match="cannot be used"):
        await back_up("postgresql://me:secret@127.0.0.1:9/x", tmp_path / "a.backup", clock)


@pytest.mark.parametrize("at", [0.02, 0.3, 0.6, 0.9, 0.999])
async def test_a_damaged_one_is_refused(tmp_path, clock, at):
    url, path = f"sqlite:///{tmp_path / 'state.db'}", tmp_path / "a.backup"
    async with opened(url) as store:
        await store.migrate()
        await crowd(store, 500)
    await back_up(url, path, clock)
    whole = path.read_bytes()
    place = int(len(whole) * at)
    for broken in (whole[:place], whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :]):
        path.write_bytes(broken)
        try:
            read_about(path)
            with taken_out(path) as state:
                path.write_bytes(whole)
                with taken_out(path) as right:
                    assert state.read_bytes() == right.read_bytes(), "damage went unseen"
        except BackupError as error:
            assert "damaged" in str(error)  # noqa: PT017 - a flipped bit of a date in the archive is no damage


async def test_a_newer_one_is_refused(store, state_url, tmp_path, clock):
    path = tmp_path / "a.backup"
    await back_up(state_url, path, clock)
    for change in ({"format": 2}, {"revision": "9999"}):
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read("about.json")) | change
        newer = tmp_path / "newer.backup"
        with zipfile.ZipFile(newer, "w") as archive:
            archive.writestr("about.json", json.dumps(about | {"paperboy": "9.1"}))
        with pytest.raises(BackupError, match=r"made by Paperboy 9\.1, which is newer: upgrade"):
            read_about(newer)


async def test_killed_while_it_is_made_it_leaves_the_former_one(store, state_url, tmp_path, clock):
    await crowd(store, 20_000)
    path = tmp_path / "kept" / "a.backup"
    await back_up(state_url, path, clock)
    before = path.read_bytes()
    for pause in (0.0, 0.02, 0.05):
        command = ["backup", str(path)]
        await asyncio.to_thread(kill, command, tmp_path, state_url, lambda: len(ls(path.parent)) > 1, pause)
        if path.read_bytes() != before:  # it had been done
            before = path.read_bytes()
        with taken_out(path):
            pass
    for left in path.parent.iterdir():
        os.utime(left, (0, 0))
    await back_up(state_url, path, clock)
    assert list(path.parent.iterdir()) == [path], "what killed processes left is cleared up"


async def test_a_damaged_state_is_not_taken_for_a_backup(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    async with opened(url) as store:
        await store.migrate()
        await crowd(store, 2_000)
    damage(tmp_path / "state.db")
    with pytest.raises(PaperboyError, match=r"damaged|malformed"):
        await back_up(url, tmp_path / "a.backup", clock)
    assert [name for name in ls(tmp_path) if "backup" in name] == []


def test_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from bot.cli import cli

    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path))
    assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
    done = CliRunner().invoke(cli, ["backup", str(tmp_path / "a.backup")])
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"Backed up into {tmp_path / 'a.backup'}: 0 rows as of ")


@pytest.mark.parametrize("name", ["st[1].backup", "[a-z]*?.backup", "a]b[.backup"])
def test_a_name_of_any_characters_leaves_nothing_behind(tmp_path, name):
    with made_beside(tmp_path / name) as new:
        new.with_name(f"{new.name}-wal").touch()
        (tmp_path / "another").touch()
    assert [each.name for each in tmp_path.iterdir()] == ["another"]
