"""The state on both databases: every test here runs on a real SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.state.store import Store
from tests.support.time import SettableClock


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def store(state_url: str) -> AsyncIterator[Store]:
    store = Store(state_url)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()
