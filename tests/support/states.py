"""States for tests: empty ones, and ones at this version's schema, copied from one that was built once."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.state.store import Store
from tests.support.postgres import Postgres

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def built_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite state that holds nothing; copy it before writing."""
    path = tmp_path_factory.mktemp("state") / "state.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def built_database(postgres: Postgres) -> str:
    """The name of a PostgreSQL database that holds nothing, for others to be copied from."""
    url = postgres.new_database()
    _migrate(url)
    return url.rpartition("/")[2]


def built_at(request: pytest.FixtureRequest, path: Path) -> str:
    """The address of an SQLite state there."""
    shutil.copy(request.getfixturevalue("built_state"), path)
    return f"sqlite:///{path}"


def new_state(kind: str, request: pytest.FixtureRequest, path: Path) -> str:
    """The address of a state of that kind; an SQLite file is at `path`."""
    if kind == "sqlite":
        return built_at(request, path)
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database(request.getfixturevalue("built_database"))


def empty_state(kind: str, request: pytest.FixtureRequest, path: Path) -> str:
    """The same without a schema."""
    if kind == "sqlite":
        return f"sqlite:///{path}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


def _migrate(url: str) -> None:
    async def migrate() -> None:
        store = Store(url)
        await store.migrate()
        await store.close()

    # In a thread: a test's own event loop may be this one's.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, migrate()).result()
