"""A running bot keeps the last seven daily backups, made when little is due."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backup.archive import BackupError, read_about
from bot.backup.daily_backups import DailyBackups
from bot.backup.deletions import Deletions
from bot.state.feeds import Feeds
from bot.state.store import Store
from tests.backup.keeping import deletions_in
from tests.state.examples import add_feed
from tests.support.time import SettableClock


@pytest.fixture
def state_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def keeper(store: Store, state_url: str, folder: Path, clock: SettableClock) -> DailyBackups:
    return DailyBackups(folder, store, state_url, clock, Deletions(folder, None, clock))


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.glob("*.backup"))


async def test_one_a_day_and_the_last_seven(keeper, folder, clock):
    for day in range(1, 11):
        for hour in (1, 4, 9, 22):
            clock.now = datetime(2026, 1, day, hour, tzinfo=UTC)
            made = await keeper.work()
            assert (made is not None) == (hour == 4)
    assert names(folder) == [f"paperboy-2026-01-{day:02}.backup" for day in range(4, 11)]
    assert read_about(folder / "paperboy-2026-01-10.backup").made_at.hour == 4


async def test_others_files_there_are_left_alone(keeper, folder, clock):
    folder.mkdir()
    mine = {"mine.backup", "paperboy-before-upgrade.backup", "paperboy-2026-of-me.backup"}
    for name in (*mine, "notes.txt"):
        (folder / name).write_text("mine")
    for day in range(1, 11):
        clock.now = datetime(2026, 1, day, 5, tzinfo=UTC)
        await keeper.work()
    assert mine <= set(names(folder))
    assert (folder / "notes.txt").exists()


async def test_what_a_killed_process_left_is_cleared_up_the_next_day(keeper, folder, clock):
    folder.mkdir()
    left, under_way = folder / ".paperboy-2025-12-31.backup.7-ab.paperboy-new-wal", folder / ".x.paperboy-new"
    for each in (left, under_way):
        each.write_text("of people")
    os.utime(left, (0, 0))
    clock.now = datetime(2026, 1, 1, 5, tzinfo=UTC)
    await keeper.work()
    assert not left.exists()
    assert under_way.exists()


async def test_it_waits_for_the_hour_in_which_least_is_due(keeper, store, clock):
    feeds = Feeds(store, clock)
    for hour in [*range(14), *range(17, 24)]:
        await add_feed(feeds, clock() + timedelta(days=1, hours=hour - 8), channel_id=hour)
    assert await keeper.quiet_hour() == 14
    clock.now = datetime(2026, 1, 1, 13, 59, tzinfo=UTC)
    assert await keeper.work() is None
    clock.move(minutes=1)
    assert await keeper.work() is not None


async def test_a_bot_that_was_off_at_that_hour_makes_it_later(keeper, clock):
    clock.now = datetime(2026, 1, 1, 23, 50, tzinfo=UTC)
    assert await keeper.work() is not None


async def test_of_several_processes_one_makes_it(store, state_url, folder, clock):
    several = [
        DailyBackups(folder, store, state_url, clock, Deletions(folder, None, clock)) for _ in range(3)
    ]
    made = await asyncio.gather(*(each.work() for each in several))
    assert len([path for path in made if path]) == 1


async def test_deletions_are_kept_as_long_as_backups(keeper, folder, clock):
    listed = Deletions(folder, None, clock)
    clock.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    await keeper.work()
    await listed.note_person(1)
    for day in range(2, 8):
        clock.now = datetime(2026, 1, day, 12, tzinfo=UTC)
        await keeper.work()
    assert len(deletions_in(listed.path)) == 1, "the backup of the 1st doesn't know of it"
    clock.move(days=1)
    await keeper.work()
    assert deletions_in(listed.path) == []


def as_of_a_newer_paperboy(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        about, state = json.loads(archive.read("about.json")), archive.read("state.db")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("about.json", json.dumps({**about, "revision": "of next year"}))
        archive.writestr("state.db", state)


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize("changed", [as_of_a_newer_paperboy, damaged])
async def test_a_backup_that_cannot_be_restored_today_holds_the_deletions(keeper, folder, clock, changed):
    listed = Deletions(folder, None, clock)
    clock.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    (await keeper.work()).rename(folder / "kept.backup")
    changed(folder / "kept.backup")
    await listed.note_person(1)
    for day in range(2, 12):
        clock.now = datetime(2026, 1, day, 12, tzinfo=UTC)
        assert await keeper.work() is not None
    assert len(deletions_in(listed.path)) == 1
    (folder / "kept.backup").unlink()
    clock.move(days=1)
    await keeper.work()
    assert deletions_in(listed.path) == []


async def test_a_clock_that_was_set_back(keeper, folder, clock):
    """Backups of days to come go first, one a day; deletions stay noted as long as one is there."""
    listed = Deletions(folder, None, clock)
    for day in range(1, 8):
        clock.now = datetime(2027, 1, day, 12, tzinfo=UTC)
        await keeper.work()
    for day in range(1, 7):
        clock.now = datetime(2026, 1, day, 12, tzinfo=UTC)
        await listed.note_person(day)
        made = await keeper.work()
        assert made is not None
        assert made.exists()
        clock.move(minutes=10)
        assert await keeper.work() is None
    assert names(folder) == [
        *(f"paperboy-2026-01-{day:02}.backup" for day in range(1, 7)),
        "paperboy-2027-01-07.backup",
    ]
    assert len(deletions_in(listed.path)) == 6
    clock.now = datetime(2026, 1, 7, 12, tzinfo=UTC)
    await keeper.work()
    assert names(folder) == [f"paperboy-2026-01-{day:02}.backup" for day in range(1, 8)]


async def test_one_that_failed_is_tried_again_in_an_hour(keeper, folder, clock):
    folder.write_text("a file in the folder's place")
    clock.now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    with pytest.raises((BackupError, OSError)):
        await keeper.work()
    folder.unlink()
    clock.move(minutes=59)
    assert await keeper.work() is None
    clock.move(minutes=1)
    assert await keeper.work() is not None
