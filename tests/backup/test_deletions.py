"""What was deleted stays deleted, though a backup from before has it; the list doesn't say whose it was."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from bot.backup.coverage import spans
from bot.backup.deletion_keys import hashed, key_of, keys_of
from bot.backup.deletions import CLOCKS_DIFFER, LIST, Deletions, read, since, without_key
from bot.backup.kept import deletions_of, noted_as
from bot.backup.snapshot import back_up
from bot.cli import cli
from bot.clock import system_clock
from bot.services import Services
from bot.settings import Settings
from bot.state.ended import FEED_ADDRESS, MAIL
from bot.state.feed_tokens import FeedTokens
from bot.state.feeds import Feeds
from bot.state.personal import People
from bot.state.removed import RemovedPapers
from tests.backup.keeping import deletions_in, fill, opened, put_back, rows_of, sign
from tests.state.examples import add_feed

ANN, BOB = 700_000_000_000_000_001, 700_000_000_000_000_002
SECRET = "correct horse battery staple"


@pytest.fixture(params=[None, SECRET], ids=["own key", "PAPERBOY_SECRET"])
def secret(request: pytest.FixtureRequest) -> str | None:
    kept: str | None = request.param
    return kept


async def test_a_person_who_had_it_deleted(store, state_url, tmp_path, clock, secret):
    await fill(store, ANN, BOB)
    await back_up(state_url, tmp_path / "a.backup", clock)
    clock.move(days=1)
    listed = Deletions(tmp_path, secret, clock)
    await People(store, listed.note_person).forget(ANN)
    entries, keys = deletions_in(listed.path), keys_of(listed.path, secret)
    restored = await put_back(tmp_path / "a.backup", state_url, clock, deletions=entries, keys=keys)
    assert restored.again.people == 1
    async with opened(state_url) as back:
        people = People(back)
        assert await people.about(ANN) == {}
        assert await people.about(BOB) != {}
        assert str(ANN) not in str(await rows_of(back))
    assert str(ANN) not in listed.path.read_text()


async def test_a_paper_that_the_operator_took_out(store, state_url, tmp_path, clock):
    await back_up(state_url, tmp_path / "a.backup", clock)
    listed = Deletions(tmp_path, None, clock)
    kept = RemovedPapers(store, clock, listed)
    await kept.remove("2401.00001", "Debate", ["pb-0123456789abcdef"])
    await kept.remove("2401.00002", "Back again")
    await kept.undo("2401.00002")
    entries = deletions_in(listed.path)
    restored = await put_back(tmp_path / "a.backup", state_url, clock, deletions=entries)
    assert restored.again.papers == 1
    async with opened(state_url) as back:
        there = RemovedPapers(back, clock)
        assert set(await there.ids()) == {"2401.00001", "pb-0123456789abcdef"}
        assert [paper.title for paper in await there.all()] == ["Debate"]


async def test_a_secret_address_that_was_replaced_or_ended_opens_nothing(store, state_url, tmp_path, clock):
    listed = Deletions(tmp_path, None, clock)
    noted = noted_as(FEED_ADDRESS, listed)
    tokens, feeds = FeedTokens(store, clock, noted), Feeds(store, clock, noted)
    for channel in (20, 21, 22, 23, 23):
        await add_feed(feeds, clock() + timedelta(days=9), channel_id=channel)
    kept, replaced, ended, second = [await tokens.renew(10, channel) for channel in (20, 21, 22, 23)]
    await back_up(state_url, tmp_path / "a.backup", clock)
    clock.move(days=1)
    replacing = await tokens.renew(10, 21)
    for feed in (await feeds.of_guild(10))[2:4]:
        await feeds.remove(feed.id)
    entries, keys = deletions_in(listed.path), keys_of(listed.path, None)
    restored = await put_back(tmp_path / "a.backup", state_url, clock, deletions=entries, keys=keys)
    assert (restored.again.feed_addresses, restored.again.mails) == (2, 0)
    async with opened(state_url) as back:
        now = FeedTokens(back, clock)
        opens = [await now.channel_of(token) is not None for token in (kept, second)]
        closed = [await now.channel_of(token) is None for token in (replaced, ended, replacing)]
        assert all(opens + closed)


async def test_only_what_a_backup_does_not_know_of_is_applied(tmp_path, clock):
    listed = Deletions(tmp_path, None, clock)
    await listed.note_person(ANN)
    clock.move(hours=1)
    made_at = clock()
    clock.move(hours=1)
    await listed.note(MAIL, "a hash of an address")
    entries = deletions_in(listed.path)
    (applied,) = since(entries, made_at, clock())
    assert applied.kind == MAIL
    assert applied.of == hashed(key_of(listed.path, None), MAIL, "a hash of an address")
    assert since(entries, clock() + timedelta(days=1), clock()) == entries, "a clock was set back since"


async def test_it_lets_go_of_what_every_backup_knows(tmp_path, clock):
    listed = Deletions(tmp_path, None, clock)
    await listed.note_person(ANN)
    clock.move(days=8)
    await listed.note_person(BOB)
    listed.forget_before(clock.now)
    assert len(deletions_in(listed.path)) == 1
    (span,) = spans(read(listed.path))
    assert span.start == clock.now - CLOCKS_DIFFER, "what was before is nowhere"
    await listed.note_person(ANN)
    assert len(deletions_in(listed.path)) == 2


async def test_many_at_once_and_a_crash_in_the_middle_of_a_line(tmp_path, clock):
    listed = Deletions(tmp_path, None, clock)
    await listed.note_person(1)
    with listed.path.open("a") as file:
        file.write('{"at": "2026-01-01T0')
    await asyncio.gather(*(Deletions(tmp_path, None, clock).note_person(each) for each in range(2, 30)))
    assert len({each.of for each in deletions_in(listed.path)}) == 29


@pytest.mark.parametrize(
    ("title", "as_read"),
    [
        ("Two\u2028lines", "Two\u2028lines"),
        ("Two\u2029lines\x85and\x0bmore\r\n", "Two\u2029lines\x85and\x0bmore\r\n"),
        ("Μελέτη 量子 🦜", "Μελέτη 量子 🦜"),
        ("Half \ud83e of a bird", "Half ? of a bird"),
    ],
)
async def test_titles_of_any_characters(store, state_url, tmp_path, clock, title, as_read):
    await back_up(state_url, tmp_path / "a.backup", clock)
    listed = Deletions(tmp_path, None, clock)
    await listed.note_paper("2401.00001", title, [])
    entries = deletions_in(listed.path)
    assert [each.title for each in entries] == [as_read]
    listed.forget_before(clock.now)
    assert deletions_in(listed.path) == entries
    assert (await put_back(tmp_path / "a.backup", state_url, clock, deletions=entries)).again.papers == 1


def test_a_list_with_such_characters_as_they_are(tmp_path):
    line = {"kind": "paper", "of": "2401.00001", "title": "Two\u2028lines", "at": "2026-01-01T00:00:00+00:00"}
    (tmp_path / LIST).write_text(json.dumps(line, ensure_ascii=False), "utf-8")
    assert [each.title for each in deletions_in(tmp_path / LIST)] == ["Two\u2028lines"]


async def test_lines_that_it_cannot_read_are_not_forgotten(tmp_path, clock):
    listed = Deletions(tmp_path, None, clock)
    unreadable = [b'{"at": "2026-01-01T0', b"\xff\xfe", b"[1]", b'{"at": "2026-01-01", "kind": "", "of": ""}']
    listed.path.write_bytes(b"\n".join(unreadable))
    await listed.note_person(ANN)
    clock.move(days=8)
    listed.forget_before(clock.now)
    assert listed.path.read_bytes().splitlines()[1:] == unreadable


async def test_a_list_that_cannot_be_written_holds_up_no_deletion(store, tmp_path, clock, caplog):
    (tmp_path / "file").touch()
    await fill(store, ANN)
    await People(store, Deletions(tmp_path / "file", None, clock).note_person).forget(ANN)
    assert await People(store).about(ANN) == {}
    assert "could not be noted" in caplog.text
    assert str(ANN) not in caplog.text


@pytest.mark.parametrize("damaged", ["", "\n", "00", "ab" * 31, "ab" * 33, "no key", "\x00" * 64])
async def test_a_damaged_key_holds_up_no_deletion(store, tmp_path, clock, caplog, damaged):
    """A short or empty one hashes nothing: whose id it is could be found by trying all."""
    (tmp_path / "deletions.key").write_text(damaged)
    await fill(store, ANN)
    listed = Deletions(tmp_path, None, clock)
    await People(store, listed.note_person).forget(ANN)
    assert await People(store).about(ANN) == {}
    (aside,) = tmp_path.glob("deletions.key.damaged-*")
    assert aside.read_text() == damaged
    assert f"damaged. It is kept as {aside.name}" in caplog.text
    (noted,) = deletions_in(listed.path)
    key = bytes.fromhex((tmp_path / "deletions.key").read_text())
    assert (len(key), noted.of) == (32, hashed(key, "person", str(ANN)))
    assert not without_key([noted], keys_of(listed.path, None))


async def test_several_processes_make_one_key(tmp_path, clock):
    (tmp_path / "deletions.key").write_text("")
    await asyncio.gather(*(Deletions(tmp_path, None, clock).note_person(each) for each in range(20)))
    assert len({each.key for each in deletions_in(tmp_path / LIST)}) == 1
    assert len(list(tmp_path.glob("deletions.key*"))) == 2


async def test_the_bot_and_the_shell_write_it_where_backups_are_kept(seed_catalog, tmp_path, clock):
    url = SecretStr(f"sqlite:///{tmp_path / 'state.db'}")
    settings = Settings(_env_file=None, catalog=seed_catalog, database_url=url, backups=tmp_path / "backups")
    services = Services.open(settings, clock)
    try:
        await services.store.migrate()
        await services.people.forget(ANN)
        await services.removed.remove("2401.00001", "Debate")
    finally:
        await services.close()
    assert [each.kind for each in deletions_in(tmp_path / "backups" / LIST)] == ["person", "paper"]
    assert deletions_of(Settings(_env_file=None), clock) is None


class TestTheShell:
    @pytest.fixture(autouse=True)
    def world(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'state.db'}")
        monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path))
        monkeypatch.setenv("PAPERBOY_BACKUPS", str(tmp_path))
        monkeypatch.delenv("DISCORD_TOKEN", raising=False)
        assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
        asyncio.run(sign(tmp_path, f"sqlite:///{tmp_path / 'state.db'}", system_clock))
        with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
            connection.execute(f"INSERT INTO votes VALUES (1, 'x', {ANN}, '2026-01-01 00:00:00.000000')")
            connection.commit()
        assert CliRunner().invoke(cli, ["backup", "a.backup"]).exit_code == 0

    async def test_it_finds_the_list_by_itself(self, tmp_path):
        await Deletions(tmp_path, None, system_clock).note_person(ANN)
        done = await asyncio.to_thread(CliRunner().invoke, cli, ["restore", "a.backup", "--yes"])
        again = "the data of 1 person, 0 subscriptions, 0 feed addresses, 0 papers."
        assert f"Deleted again, as deletions.jsonl has it: {again}" in done.output
        with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
            assert connection.execute("SELECT count(*) FROM votes").fetchone() == (0,)

    def restored(self) -> str:
        done = CliRunner().invoke(cli, ["restore", "a.backup", "--yes"])
        return str(done.exception) if done.exception else done.output

    @pytest.mark.parametrize("now", [None, SECRET])
    async def test_a_secret_that_came_after_the_first_deletions(self, tmp_path, monkeypatch, now):
        await Deletions(tmp_path, None, system_clock).note_person(ANN)
        await Deletions(tmp_path, SECRET, system_clock).note_person(BOB)
        if now:
            monkeypatch.setenv("PAPERBOY_SECRET", now)
            assert "the data of 1 person" in await asyncio.to_thread(self.restored)
        else:
            assert 'lines with "key": "' in await asyncio.to_thread(self.restored)
            (tmp_path / "deletions.key.old").write_text(f"{SECRET}\n")
            assert "the data of 1 person" in await asyncio.to_thread(self.restored)

    async def test_secrets_that_were_changed(self, tmp_path, monkeypatch):
        await Deletions(tmp_path, SECRET, system_clock).note_person(ANN)
        await Deletions(tmp_path, "another " + SECRET, system_clock).note_person(BOB)
        await Deletions(tmp_path, None, system_clock).note_person(3)
        monkeypatch.setenv("PAPERBOY_SECRET", "another " + SECRET)
        refused = await asyncio.to_thread(self.restored)
        lost = deletions_in(tmp_path / LIST)[0].key
        assert f'lines with "key": "{lost}" were' in refused
        (tmp_path / "deletions.key.old").write_text(SECRET)
        assert "the data of 1 person" in await asyncio.to_thread(self.restored)

    @pytest.mark.parametrize("beside", [False, True])
    async def test_a_copy_of_a_backup_that_lies_elsewhere(self, tmp_path, monkeypatch, beside):
        """What the bot noted meanwhile counts, and what lies beside the copy, too."""
        monkeypatch.setenv("PAPERBOY_BACKUPS", str(tmp_path / "backups"))
        (tmp_path / "backups").mkdir()
        (tmp_path / LIST).rename(tmp_path / "backups" / LIST)
        noted = Deletions(tmp_path / "backups", None, system_clock)
        await noted.note_paper("2401.00001", "Debate", [])
        await noted.note_paper_back("2401.00001")
        await (Deletions(tmp_path, None, system_clock) if beside else noted).note_person(ANN)
        if beside:
            (tmp_path / LIST).write_text(
                (tmp_path / LIST).read_text() + noted.path.read_text().split("\n")[3]
            )
        told = await asyncio.to_thread(self.restored)
        lists = f"{tmp_path / LIST} and {noted.path} have it" if beside else "deletions.jsonl has it"
        assert f"as {lists}: the data of 1 person, 0 subscriptions, 0 feed addresses, 0 papers" in told

    async def test_the_list_of_the_bot_beside_the_backup_counts_once(self, tmp_path):
        await Deletions(tmp_path, None, system_clock).note_person(ANN)
        assert "as deletions.jsonl has it: the data of 1 person" in await asyncio.to_thread(self.restored)

    async def test_a_list_whose_key_is_lost(self, tmp_path):
        await Deletions(tmp_path, SECRET, system_clock).note_person(ANN)
        assert "lay a file deletions.key.old" in await asyncio.to_thread(self.restored)
        with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
            assert connection.execute("SELECT count(*) FROM votes").fetchone() == (1,)

    @pytest.mark.parametrize("lines", ["[1]\nnull\n{}\n" + '{"at": "never", "kind": 1, "of": 2}', "\0" * 500])
    def test_a_list_of_which_nothing_can_be_read_stops_no_restore_for_ever(self, tmp_path, lines):
        (tmp_path / LIST).write_text(lines)
        refused = self.restored()
        assert "can't be read: what those deleted comes back." in refused
        assert "`--without-deletions`" in refused
        done = CliRunner().invoke(cli, ["restore", "a.backup", "--yes", "--without-deletions"])
        assert "can't be read: what those deleted is back." in done.output
