"""A state of each kind, and an empty place for one to be restored into."""

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
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet."""
    return empty_state(request.param, request, tmp_path / "other.db")


@pytest.fixture
async def store(state_url: str) -> AsyncIterator[Store]:
    store = Store(state_url)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()
