"""A bot of its own for each test, killed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.bot_process import BotProcess
from tests.support.stand_in import StandIn

NewBot = Callable[..., BotProcess]


@pytest.fixture
def state_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'state.db'}"


@pytest.fixture
def new_bot(stand_in: StandIn, tmp_path: Path, seed_catalog: Path, state_url: str) -> Iterator[NewBot]:
    """Makes bots, not yet started; `database_url`, `shards` and settings as keywords."""
    made: list[BotProcess] = []

    def make(database_url: str = state_url, shards: tuple[int, int] = (0, 1), **settings: str) -> BotProcess:
        bot = BotProcess(
            tmp_path, stand_in, catalog=seed_catalog, database_url=database_url, shards=shards, **settings
        )
        made.append(bot)
        return bot

    try:
        yield make
    finally:
        for bot in made:
            if bot.running:
                bot.kill()
