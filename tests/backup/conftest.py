"""A state of each kind, and an empty place for one to be restored into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.state.store import Store
from tests.support.postgres import Postgres
from tests.support.time import SettableClock

KINDS = ["sqlite", "postgresql"]


def new_state(kind: str, request: pytest.FixtureRequest, folder: Path, name: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(params=KINDS)
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_state(request.param, request, tmp_path, "state")


@pytest.fixture(params=KINDS)
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where nothing is yet."""
    return new_state(request.param, request, tmp_path, "other")


@pytest.fixture
async def store(state_url: str) -> AsyncIterator[Store]:
    store = Store(state_url)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()
