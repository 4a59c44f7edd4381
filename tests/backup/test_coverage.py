"""A list says until when it has all deletions; what none covers comes back only where somebody accepts it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.backup.archive import About, read_about
from bot.backup.coverage import gone_on, spans, uncovered
from bot.backup.daily_backups import DailyBackups
from bot.backup.deletions import BEGUN, COMPLETE, LIST, Deletion, Deletions, read, since
from bot.backup.former import former_sign
from bot.backup.last_sign import keep_unsigned, last_sign
from bot.backup.snapshot import back_up
from bot.cli import cli
from bot.clock import system_clock
from bot.state.personal import People
from bot.state.store import Store
from tests.backup.keeping import deletions_in, fill, put_back, sign
from tests.support.time import SettableClock

ANN = 700_000_000_000_000_001


def at(hour: float) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)


def lines(text: str) -> list[Deletion]:
    """`b5 c6 d7`: begun at 5, complete until 6, and a deletion at 7."""
    kinds = {"b": BEGUN, "c": COMPLETE, "d": "person"}
    return [Deletion(at(float(each[1:])), kinds[each[0]], each) for each in text.split()]


@pytest.mark.parametrize(
    ("lists", "known", "left_over"),
    [
        (["b0 c8 c30"], 30, []),
        (["b0 c8 c30 d31"], 30, []),
        (["b0 c8 c30"], None, [(30, 40)]),
        (["b0 c8 c30 d31"], None, [(30, 40)]),
        (["b0 c8"], 30, [(10, 40)]),
        (["b0 c8 c11", "b20 c30"], 30, [(11, 20)]),
        (["b20 c30", "b0 c8 c11"], None, [(11, 20), (30, 40)]),
        (["b0 c8 c21", "b20 c30"], 30, []),
        (["b0 c8 c12 b20 c30"], 30, [(12, 20)]),
        (["b20 c30"], 30, [(10, 20)]),
        (["b0 c7 c30"], 30, [(10, 40)]),
        (["d3"], None, [(10, 40)]),
        ([], None, [(10, 40)]),
        (["b0 c8 c50"], None, [(10, 40)]),
        (["b0 c8 c50 c9"], None, [(10, 40)]),
        (["b0 c8 c50 c12"], None, [(12, 40)]),
        (["b0 c8 c50 c12 c30"], 30, []),
    ],
)
def test_what_is_left_over(lists, known, left_over):
    """Of a backup of 10:00 whose state saw the sign of 8:00, at 40:00; the last list is the bot's own."""
    now, of_each = at(40), [spans(lines(each)) for each in lists]
    if of_each:
        of_each[-1] = gone_on(of_each[-1], at(known) if known else None, now)
    found = uncovered([span for each in of_each for span in each], at(10), at(8), now)
    assert found == [(at(start), at(end)) for start, end in left_over]


@pytest.mark.parametrize("made_at", [10, 30, 60])
def test_the_list_of_the_bot_needs_no_clock(made_at):
    """The backup's state saw a sign in it, and that which is replaced a later one."""
    found = gone_on(spans(lines("b0 c30 c6 c7")), at(7), at(40))
    assert uncovered(found, at(made_at), at(30), at(40)) == []


@pytest.mark.parametrize("made_at", [10, 60])
def test_a_backup_that_saw_no_sign_is_covered_by_none(made_at):
    found = gone_on(spans(lines("b0 c8 c30")), at(30), at(40))
    assert uncovered(found, at(made_at), None, at(40)) == [(at(made_at), at(40))]


@pytest.mark.parametrize(
    ("listed", "made_at", "listed_until", "again"),
    [
        ("b0 d5 c9 d11 c12", 10, 9, "d11"),
        ("b0 d5 c9 d11 c12", 10, None, "d11"),
        ("b0 d5 c33 d11 c12 c60", 34, 33, "d11"),
        ("b0 d5 c9 c34 d11 c12 c60", 34, None, "d11"),
        ("b0 d5 c9 d11 c12 c60", 34, 9, "d11"),
        ("b0 d5 c9 d11", 80, 9, "d5 d11"),
    ],
)
def test_the_order_of_the_list_counts_where_clocks_contradict(listed, made_at, listed_until, again):
    """A backup of a clock that was ahead doesn't know of a deletion that seems to be earlier."""
    signed = at(listed_until) if listed_until else None
    found = since(lines(listed), at(made_at), at(70), signed)
    assert " ".join(each.of for each in found) == again


class Bot:
    """What it notes, with a clock that can be wrong."""

    def __init__(self, folder: Path, store: Store, url: str, clock: SettableClock) -> None:
        self.folder, self.store, self.url, self.clock = folder, store, url, clock
        self.listed = Deletions(folder, None, clock)
        self.backups = DailyBackups(folder, store, url, clock, self.listed)

    async def looks(self, hours: int) -> None:
        """As it does every few minutes."""
        for _ in range(hours):
            self.clock.move(hours=1)
            await self.backups.sign()

    def left_over(self, about: About, known: datetime | None, folder: Path | None = None) -> timedelta:
        found = gone_on(spans(read((folder or self.folder) / LIST)), known, self.clock())
        gaps = uncovered(found, about.made_at, about.listed_until, self.clock())
        return sum((end - start for start, end in gaps), timedelta())


@pytest.fixture
def bot(store: Store, state_url: str, tmp_path: Path, clock: SettableClock) -> Bot:
    return Bot(tmp_path / "backups", store, state_url, clock)


async def test_a_running_bot_leaves_nothing_over_and_a_copy_what_came_since(bot, tmp_path):
    await bot.looks(3)
    about = await back_up(bot.url, bot.folder / "a.backup", bot.clock)
    assert read_about(bot.folder / "a.backup") == about.model_copy(
        update={"sha256": read_about(bot.folder / "a.backup").sha256}
    )
    await bot.looks(2)
    shutil.copytree(bot.folder, tmp_path / "copy")
    await bot.looks(5)
    known = await former_sign(bot.url)
    assert known == bot.clock()
    bot.clock.move(days=1)
    assert bot.left_over(about, known) == timedelta()
    assert bot.left_over(about, known, tmp_path / "copy") == timedelta(days=1, hours=5)
    assert bot.left_over(about, None) == timedelta(days=1)


async def test_a_copy_that_another_bot_goes_on_with_says_what_it_lacks(bot, tmp_path, clock):
    await bot.looks(2)
    about = await back_up(bot.url, bot.folder / "a.backup", bot.clock)
    shutil.copytree(bot.folder, tmp_path / "copy")
    await bot.looks(3)
    shutil.rmtree(bot.folder)
    (tmp_path / "copy").rename(bot.folder)
    await bot.looks(4)
    assert bot.left_over(about, await bot.store.read(last_sign)) == timedelta(hours=4)


async def test_a_bot_that_ran_without_the_setting_meanwhile(bot):
    await bot.looks(2)
    about = await back_up(bot.url, bot.folder / "a.backup", bot.clock)
    with suppress(TimeoutError):
        await asyncio.wait_for(keep_unsigned(bot.store), 1)
    assert await bot.store.read(last_sign) is None
    await bot.looks(3)
    assert bot.left_over(about, await bot.store.read(last_sign)) == timedelta(hours=1)


async def test_a_folder_that_could_not_be_written_for_a_while(bot):
    await bot.looks(2)
    about = await back_up(bot.url, bot.folder.parent / "a.backup", bot.clock)
    away = bot.folder.rename(bot.folder.with_name("away"))
    bot.folder.write_text("a file in the folder's place")
    with pytest.raises(OSError, match="exists"):
        await bot.looks(1)
    bot.folder.unlink()
    away.rename(bot.folder)
    await bot.looks(3)
    assert bot.left_over(about, await bot.store.read(last_sign)) == timedelta(hours=2)


async def test_several_processes_that_share_the_folder(bot):
    others = [Bot(bot.folder, bot.store, bot.url, bot.clock) for _ in range(3)]
    await bot.looks(1)
    for _ in range(5):
        bot.clock.move(minutes=10)
        await asyncio.gather(*(each.backups.sign() for each in (bot, *others)))
    assert len(spans(read(bot.listed.path))) == 1


async def test_restoring_goes_on_with_the_list_that_the_former_state_had(bot):
    await bot.looks(2)
    await back_up(bot.url, bot.folder / "a.backup", bot.clock)
    await bot.looks(3)
    known = await bot.store.read(last_sign)
    await bot.store.close()
    await put_back(bot.folder / "a.backup", bot.url, bot.clock)
    assert await former_sign(bot.url) == known
    await sign(bot.folder, bot.url, bot.clock)
    assert len(spans(read(bot.listed.path))) == 1


async def test_a_restore_elsewhere_begins_anew(bot, other_url):
    await bot.looks(2)
    await back_up(bot.url, bot.folder / "a.backup", bot.clock)
    await put_back(bot.folder / "a.backup", other_url, bot.clock)
    assert await former_sign(other_url) is None


@pytest.mark.parametrize("days_later", [0.5, 2, 9])
async def test_a_backup_while_the_clock_was_ahead(bot, days_later, tmp_path):
    """It is restored after that day has come: the deletion since seems to be from before."""
    await fill(bot.store, ANN)
    await bot.looks(2)
    bot.clock.move(days=1)
    await bot.looks(1)
    about = await back_up(bot.url, bot.folder / "a.backup", bot.clock)
    bot.clock.move(days=-1)
    await bot.looks(1)
    await People(bot.store, bot.listed.note_person).forget(ANN)
    for _ in range(int(days_later)):
        await bot.looks(24)
        await bot.backups.work()
    bot.clock.move(hours=12)
    assert len(since(read(bot.listed.path), about.made_at, bot.clock(), about.listed_until)) == 1
    assert len(deletions_in(bot.listed.path)) == 1


class TestTheShell:
    @pytest.fixture(autouse=True)
    def world(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", self.url(tmp_path))
        monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path))
        monkeypatch.setenv("PAPERBOY_BACKUPS", str(tmp_path / "backups"))
        monkeypatch.delenv("DISCORD_TOKEN", raising=False)
        assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
        with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
            connection.execute(f"INSERT INTO votes VALUES (1, 'x', {ANN}, '2026-01-01 00:00:00.000000')")
            connection.commit()
        self.looks(tmp_path)
        assert CliRunner().invoke(cli, ["backup", "backups/now.backup"]).exit_code == 0
        self.looks(tmp_path)
        shutil.copytree("backups", "copy")

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'state.db'}"

    def looks(self, folder: Path) -> None:
        asyncio.run(sign(folder / "backups", self.url(folder), system_clock))

    def deletes(self, folder: Path) -> None:
        asyncio.run(Deletions(folder / "backups", None, system_clock).note_person(ANN))

    def restored(self, *options: str) -> Result:
        return CliRunner().invoke(cli, ["restore", "copy/now.backup", *options])

    def test_a_disk_that_died_after_the_folder_was_copied(self, tmp_path):
        self.deletes(tmp_path)
        (tmp_path / "state.db").unlink()
        shutil.rmtree(tmp_path / "backups")
        refused = self.restored()
        assert refused.exit_code == 1
        assert "The list of deletions has a gap from" in str(refused.exception)
        assert "until now (less than a minute): what people had deleted then comes back." in str(
            refused.exception
        )
        assert str(refused.exception).endswith("or add `--without-deletions`.")
        assert not (tmp_path / "state.db").exists()
        accepted = self.restored("--without-deletions")
        assert "what people had deleted then is back." in accepted.output

    def test_and_where_a_new_bot_has_begun_a_list(self, tmp_path):
        self.deletes(tmp_path)
        (tmp_path / "state.db").unlink()
        shutil.rmtree(tmp_path / "backups")
        assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
        self.looks(tmp_path)
        assert "has a gap" in str(self.restored("--yes").exception)

    def test_a_copy_in_the_folder_of_the_bot_is_no_more_than_a_copy(self, tmp_path):
        self.deletes(tmp_path)
        (tmp_path / "state.db").unlink()
        shutil.rmtree(tmp_path / "backups")
        shutil.copytree("copy", "backups")
        assert "has a gap" in str(self.restored().exception)

    def test_a_deletion_noted_in_a_copy_hides_nothing(self, tmp_path):
        (tmp_path / "state.db").unlink()
        shutil.rmtree(tmp_path / "backups")
        shutil.copytree("copy", "backups")
        self.deletes(tmp_path)
        assert "has a gap" in str(self.restored().exception)

    def test_the_list_of_the_bot_is_whole_until_now(self, tmp_path):
        self.looks(tmp_path)
        self.deletes(tmp_path)
        done = self.restored("--yes")
        assert "the data of 1 person" in done.output
        assert "back." not in done.output
