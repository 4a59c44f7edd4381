"""The state on both databases: every test here runs on a real SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.state.store import Store
from tests.support.states import KINDS, empty_state, new_state
from tests.support.time import SettableClock


@pytest.fixture(params=KINDS)
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_state(request.param, request, tmp_path / "state.db")


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where no schema is yet."""
    return empty_state(request.param, request, tmp_path / "empty.db")


@pytest.fixture
async def store(state_url: str) -> AsyncIterator[Store]:
    store = Store(state_url)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()
