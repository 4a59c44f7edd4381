"""A database that is locked, full or gone, and a Discord that is away: nothing is lost, and it goes on."""

from __future__ import annotations

import resource
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.crash.conftest import NewBot
from tests.crash.outages import GOES_ON, WAITS, Outage
from tests.crash.town import PLAIN, Town
from tests.support.postgres import why_missing
from tests.support.stand_in import StandIn, wait_until


def delivered(town: Town) -> bool:
    return town.count().done and town.open_ends() == 0


def soon() -> datetime:
    """Late enough for the bot to be up by then."""
    return datetime.now(UTC) + timedelta(seconds=15)


def test_a_locked_database_is_waited_for(
    stand_in: StandIn, new_bot: NewBot, state_url: str, tmp_path: Path
) -> None:
    town = Town(stand_in, state_url, channels=10, sorts=(PLAIN,))
    town.subscribe(due=soon())
    bot = new_bot()
    bot.start()
    wait_until(lambda: stand_in.gateway()["connected"], 30, "for the bot to connect")
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        wait_until(lambda: WAITS in bot.log, 60, "for a word in the log")
        other.execute("ROLLBACK")
    wait_until(lambda: delivered(town), 60, "for the posts")
    assert town.count().double == 0
    wait_until(lambda: GOES_ON in bot.log, 20, "for a word that it goes on")


def test_a_full_disk_is_waited_out(stand_in: StandIn, new_bot: NewBot, state_url: str) -> None:
    town = Town(stand_in, state_url, channels=10, sorts=(PLAIN,))
    town.subscribe(due=soon())
    bot = new_bot()
    bot.start()
    wait_until(lambda: stand_in.gateway()["connected"], 30, "for the bot to connect")
    # As on a full disk, no file can grow: SQLite's writes fail until the limit is lifted.
    soft, hard = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (0, hard))
    wait_until(lambda: WAITS in bot.log, 60, "for a word in the log")
    assert town.count().messages == 0
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (soft, hard))
    wait_until(lambda: delivered(town), 60, "for the posts")
    assert town.count().double == 0
    wait_until(lambda: GOES_ON in bot.log, 20, "for a word that it goes on")


@pytest.mark.skipif(why_missing() is not None, reason=str(why_missing()))
def test_a_postgresql_that_goes_and_returns_costs_nothing(stand_in: StandIn, tmp_path: Path) -> None:
    """`AWAY=60 make crash` is the long form."""
    back = Outage(tmp_path, stand_in, away=5, channels=100).run()
    assert back.exactly_once, back.log
    assert back.count.messages == 100
    assert back.answers > 0
    assert back.unanswered == 0
    assert (back.log.count(WAITS), back.log.count(GOES_ON)) == (1, 1)
    assert "Traceback" not in back.log
