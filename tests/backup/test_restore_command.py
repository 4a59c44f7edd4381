"""`paperboy restore` and what `paperboy backup` says for it: what they ask, tell and refuse."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.backup.deletions import Deletions
from bot.cli import cli
from bot.clock import system_clock
from bot.state.presence import Presence, StateInUse


@pytest.fixture(autouse=True)
def backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("PAPERBOY_DATA", str(tmp_path))
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    run("migrate")
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        connection.execute("INSERT INTO votes VALUES (1, '2401.00001', 7, '2026-01-01 00:00:00.000000')")
        connection.execute("INSERT INTO begun VALUES ('deletions', '2020-01-01 00:00:00.000000')")
        connection.commit()
    run("backup", "a.backup")
    return tmp_path / "a.backup"


def run(*arguments: str, answer: str = "") -> str:
    done = CliRunner().invoke(cli, arguments, input=answer)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list beside the backup is that of the bot."""
    monkeypatch.setenv("PAPERBOY_BACKUPS", str(tmp_path))


def begin_list(folder: Path, at: str = "2020-01-01T00:00:00+00:00") -> Path:
    """A list without deletions that has all since then; the state saw its first sign."""
    path = folder / "deletions.jsonl"
    path.write_text(json.dumps({"at": at, "kind": "begun", "of": path.name}) + "\n")
    return path


def test_it_asks_before_it_replaces_anything(tmp_path, own):
    before = (tmp_path / "state.db").read_bytes()
    refused = CliRunner().invoke(cli, ["restore", "a.backup"], input="n\n")
    assert "replaces for good. I found no list of deletions (deletions.jsonl): what" in refused.output
    assert "comes back. Go on? [y/N]" in refused.output
    assert refused.exit_code == 1
    assert (tmp_path / "state.db").read_bytes() == before
    begin_list(tmp_path)
    told = run("restore", "a.backup", answer="y\n")
    assert "replaces for good. Go on? [y/N]" in told
    assert "Restored: 2 rows" in told


def test_it_says_what_it_did_and_did_not():
    lines = run("restore", "a.backup", "--yes", "--without-deletions").splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == [
        "Restored",
        "I didn't read the channels, since DISCORD_TOKEN isn't set",
    ]
    assert any(line.startswith("Missed, and not caught up: 0 daily papers") for line in lines)
    assert any("I found no list of deletions (deletions.jsonl)" in line for line in lines)
    assert any(line.startswith("Mails begin now: 0 mails due since won't come") for line in lines)
    assert any("`/inbox email`" in line and "`/daily rss`" in line for line in lines)


def test_a_state_that_holds_nothing_needs_no_question_where_the_list_went_on(tmp_path, own):
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        connection.execute("DELETE FROM votes")
        connection.commit()
    begin_list(tmp_path)
    assert "Restored: 2 rows" in run("restore", "a.backup")


@pytest.mark.parametrize("option", ["", "--yes"])
def test_it_asks_for_the_list_where_there_is_nothing_to_replace(tmp_path, option):
    """A disk that was lost took the list along, too."""
    (tmp_path / "state.db").unlink()
    command = ["restore", "a.backup", *option.split()]
    nobody_there = CliRunner().invoke(cli, command)
    assert "comes back. Name the list with `--deletions FILE`" in str(nobody_there.exception)
    assert "`--without-deletions`" in str(nobody_there.exception)
    refused = CliRunner().invoke(cli, command, input="n\n")
    assert refused.output.startswith("I found no list of deletions (deletions.jsonl): what people had")
    assert refused.exit_code == 1
    assert not (tmp_path / "state.db").exists()
    assert "Restored: 2 rows" in run(*command, answer="y\n")


def test_a_list_that_begins_after_the_backup(tmp_path, own):
    begin_list(tmp_path, "2099-01-01T00:00:00+00:00")
    done = CliRunner().invoke(cli, ["restore", "a.backup", "--yes"])
    gap = r"The list of deletions has a gap from .* until now \(less than a minute\)"
    says = f"{gap}: what people had deleted then"
    assert re.search(f"{says} comes back.", str(done.exception))
    assert re.search(f"{says} is back.", run("restore", "a.backup", "--yes", "--without-deletions"))
    begin_list(tmp_path)
    assert "has a gap" not in run("restore", "a.backup", "--yes")


def test_a_backup_says_what_keeps_deletions(tmp_path, monkeypatch):
    assert "set PAPERBOY_BACKUPS to a folder and start the bot" in run("backup", "b.backup")
    monkeypatch.setenv("PAPERBOY_BACKUPS", str(tmp_path / "daily"))
    assert "is noted in" in run("backup", "b.backup")
    assert "noted" not in run("backup", "daily/mine.backup")


def test_nobody_to_answer_is_told_each_option_that_is_needed(tmp_path):
    done = CliRunner().invoke(cli, ["restore", "a.backup"])
    said = str(done.exception)
    assert "`--deletions FILE`" in said
    assert said.endswith("or add `--without-deletions`. Add `--yes` to replace it.")
    assert said.count("I found no list of deletions") == 1
    assert done.output == ""


@pytest.mark.parametrize("content", [b"hi\n", b"PK\3\4 a backup", b'{"at": "2026-01-01", "kind":'])
def test_a_file_that_is_no_list_is_refused(tmp_path, content):
    (tmp_path / "plain.txt").write_bytes(content)
    done = CliRunner().invoke(cli, ["restore", "a.backup", "--yes", "--deletions", "plain.txt"])
    assert "plain.txt isn't a list of deletions" in str(done.exception)


def test_a_list_of_which_a_part_is_damaged_or_missing(tmp_path):
    listed = begin_list(tmp_path)
    whole = listed.read_text()
    listed.write_text(f'{whole}{{"at": "2026-01-01", "kind":\n')
    done = CliRunner().invoke(cli, ["restore", "a.backup", "--yes"])
    assert "1 line of the list can't be read: what those deleted comes back." in str(done.exception)
    listed.write_text(whole.replace("begun", "person"))
    done = CliRunner().invoke(cli, ["restore", "a.backup", "--yes"])
    assert "doesn't say from when on it has them all: what it lacks comes back." in str(done.exception)


def test_a_folder_is_no_backup(tmp_path):
    assert "is a folder" in str(CliRunner().invoke(cli, ["restore", str(tmp_path)]).exception)


class _AnswersLate(io.BytesIO):
    """Somebody who thinks about it, while others go on."""

    def __init__(self, answer: bytes, meanwhile: Callable[[], object]) -> None:
        super().__init__(answer)
        self._meanwhile = meanwhile

    def read1(self, size: int | None = -1) -> bytes:
        if self.tell() == 0:
            elsewhere = threading.Thread(target=self._meanwhile)
            elsewhere.start()
            elsewhere.join()
        return super().read1(size)


def test_what_is_deleted_while_it_asks_is_deleted_again(tmp_path, own):
    begin_list(tmp_path)
    noted = Deletions(tmp_path, None, system_clock)
    late = _AnswersLate(b"y\n", lambda: asyncio.run(noted.note_person(7)))
    done = CliRunner().invoke(cli, ["restore", "a.backup"], input=late)
    assert "the data of 1 person" in done.output
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        assert connection.execute("SELECT count(*) FROM votes").fetchone() == (0,)


async def test_while_a_bot_runs(tmp_path):
    running = Presence(f"sqlite:///{tmp_path / 'state.db'}")
    await running.begin()
    try:
        done = await asyncio.to_thread(
            CliRunner().invoke, cli, ["restore", "a.backup", "--yes", "--without-deletions"]
        )
        assert isinstance(done.exception, StateInUse)
    finally:
        await running.end()


def test_a_list_that_is_not_there():
    done = CliRunner().invoke(cli, ["restore", "a.backup", "--deletions", "none.jsonl"])
    assert "name the list that lies beside the backups" in str(done.exception)


def test_what_is_restored_is_what_a_bot_would_open(tmp_path):
    shutil.copy(tmp_path / "a.backup", tmp_path / "elsewhere.zip")
    run("restore", "elsewhere.zip", "--yes", "--without-deletions")
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT person_id FROM votes").fetchone() == (7,)
