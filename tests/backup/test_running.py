"""A running bot holds the lock that a restore needs, and makes its daily backups."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backup.archive import read_about
from bot.backup.deletions import LIST, read
from bot.backup.former import former_sign
from bot.state.presence import Presence, StateInUse
from tests.crash.bot_process import BotProcess
from tests.support.stand_in import StandIn, wait_until
from tests.support.states import KINDS, new_state


@pytest.mark.parametrize("kind", KINDS)
async def test_it_keeps_restores_off_until_it_ends(
    kind, request, stand_in: StandIn, seed_catalog: Path, tmp_path: Path
):
    url, folder = new_state(kind, request, tmp_path / "state.db"), tmp_path / "backups"
    with_quiet_hour_over = datetime.now(UTC).hour >= 3
    bot = BotProcess(tmp_path, stand_in, catalog=seed_catalog, database_url=url, PAPERBOY_BACKUPS=str(folder))
    bot.start()
    restoring = Presence(url)
    try:
        await asyncio.to_thread(wait_until, lambda: "in 0 servers" in bot.log, 30, bot.log)
        await asyncio.to_thread(wait_until, (folder / LIST).exists, 30, bot.log)
        if with_quiet_hour_over:
            await asyncio.to_thread(wait_until, lambda: list(folder.glob("*.backup")), 30, bot.log)
            (made,) = folder.glob("*.backup")
            assert read_about(made).kind == kind
        with pytest.raises(StateInUse):
            await restoring.begin_alone()
        assert await asyncio.to_thread(bot.stop) == 0
        if with_quiet_hour_over:
            assert await former_sign(url) in {each.at for each in read(folder / LIST)}
        await restoring.begin_alone()
        bot.start()
        assert await asyncio.to_thread(bot.wait, 30) == 1
        assert "just being restored: start Paperboy again" in bot.log
    finally:
        await restoring.end()
        bot.kill()


async def test_a_bot_that_is_killed_leaves_no_lock(stand_in, seed_catalog, tmp_path):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    bot = BotProcess(tmp_path, stand_in, catalog=seed_catalog, database_url=url)
    bot.start()
    await asyncio.to_thread(wait_until, lambda: "in 0 servers" in bot.log, 30, bot.log)
    bot.kill()
    restoring = Presence(url)
    await restoring.begin_alone()
    await restoring.end()
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
