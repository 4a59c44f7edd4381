"""Whatever is away when the bot starts is waited for, with a word in the log that says which it is."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash.conftest import NewBot
from tests.support.postgres import Postgres, why_missing
from tests.support.stand_in import StandIn, wait_until

STORE_AWAY = "The state store cannot be used"
DISCORD_AWAY = "Discord cannot be reached"


def up(stand_in: StandIn) -> bool:
    return bool(stand_in.gateway()["connected"] and stand_in.commands())


def test_a_locked_database(stand_in: StandIn, new_bot: NewBot, state_url: str, tmp_path: Path) -> None:
    bot = new_bot()
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        bot.start()
        wait_until(lambda: STORE_AWAY in bot.log, 40, "for a word in the log")
        other.execute("ROLLBACK")
    wait_until(lambda: up(stand_in), 40, "for the bot to connect")
    assert DISCORD_AWAY not in bot.log


@pytest.mark.skipif(why_missing() is not None, reason=str(why_missing()))
def test_a_postgresql_that_starts_later(stand_in: StandIn, new_bot: NewBot) -> None:
    server = Postgres()
    try:
        server.start()
        bot = new_bot(server.new_database())
        server.stop()
        bot.start()
        wait_until(lambda: STORE_AWAY in bot.log, 40, "for a word in the log")
        server.start()
        wait_until(lambda: up(stand_in), 40, "for the bot to connect")
        assert DISCORD_AWAY not in bot.log
    finally:
        server.remove()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/users/@me", "503"),
        ("/users/@me", "cloudflare"),
        (r"/applications/\d+/commands", "503"),
        (r"/applications/\d+/commands", "reset"),
    ],
)
def test_a_discord_in_trouble(stand_in: StandIn, new_bot: NewBot, path: str, kind: str) -> None:
    stand_in.plan(path=path, failure={"kind": kind})
    bot = new_bot()
    bot.start()
    wait_until(lambda: up(stand_in), 40, "for the bot to connect")
    assert stand_in.report()["weather"] == {kind: 1}
    assert bot.running
    assert "Traceback" not in bot.log
    assert "Unclosed" not in bot.log


def test_a_start_says_in_one_line_what_runs(stand_in: StandIn, new_bot: NewBot) -> None:
    stand_in.add_guild(name="Readers")
    bot = new_bot()
    bot.start()
    wait_until(lambda: up(stand_in), 40, "for the bot to connect")
    first, *others = [line for line in bot.log.splitlines() if " INFO " in line or " WARNING " in line]
    assert re.search(
        r"INFO bot\.cli\.run: Paperboy [\d.]+: 69 papers,"
        r" (updated from Hugging Face and arXiv|updates off), in \d+ servers?\.$",
        first,
    )
    assert not [line for line in others if " alembic" in line or " discord." in line]


def test_an_unknown_database_ends_the_bot_with_one_sentence(
    stand_in: StandIn, new_bot: NewBot, postgres: Postgres
) -> None:
    bot = new_bot(postgres.new_database() + "_elsewhere")
    bot.start()
    assert bot.wait() == 1
    assert "The database of the state cannot be used (database" in bot.log
    assert "Traceback" not in bot.log


def test_a_refused_token_ends_the_bot_with_one_sentence(stand_in: StandIn, new_bot: NewBot) -> None:
    bot = new_bot(DISCORD_TOKEN="another.token")
    bot.start()
    assert bot.wait() == 1
    assert "Discord rejected DISCORD_TOKEN" in bot.log
    assert "Traceback" not in bot.log
    assert "another.token" not in bot.log


def test_a_state_file_deleted_under_the_bot_ends_it_with_one_sentence(
    stand_in: StandIn, new_bot: NewBot, tmp_path: Path
) -> None:
    bot = new_bot()
    bot.start()
    wait_until(lambda: up(stand_in), 40, "for the bot to connect")
    (tmp_path / "state.db").unlink()
    assert bot.wait() == 1
    assert "was deleted or replaced while Paperboy was running" in bot.log
    assert "Traceback" not in bot.log
    assert not (tmp_path / "state.db").exists()


def test_a_state_of_a_newer_paperboy_ends_the_bot_with_one_sentence(
    stand_in: StandIn, new_bot: NewBot, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db")) as newer, newer:
        newer.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        newer.execute("INSERT INTO alembic_version VALUES ('9999')")
    bot = new_bot()
    bot.start()
    assert bot.wait() == 1
    assert "written by a newer Paperboy" in bot.log
    assert "Traceback" not in bot.log
