"""A catalog that is lost while the bot runs is again as people left it, without a restart."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import system_clock
from bot.paper.harvest import Origin
from bot.paper.model import Paper
from bot.services import Services
from bot.settings import Settings
from bot.sources.seed import build_seed
from tests.support.waiting import until_true

ADDED = Paper(id="2608.19880", title="EnvHarness")
REMOVED = "2411.13543"
LONG = 20.0
"""Seconds that a busy machine may take."""


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    services = Services.open(settings, system_clock)
    await services.store.migrate()
    await services.added.keep(ADDED, Origin.ARXIV)
    await services.removed.remove(REMOVED, "BALROG")
    await services.restore_added()
    yield services
    await services.close()


async def as_people_left_it(services: Services) -> None:
    async def ask() -> bool:
        added = await services.library.paper(ADDED.id) is not None
        return added and await services.library.paper(REMOVED) is None

    await until_true(ask, LONG)


@asynccontextmanager
async def kept_up(services: Services, **how: float) -> AsyncIterator[None]:
    keeping = asyncio.create_task(services.keep_up(**how))
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def replace(path: Path) -> None:
    another = path.with_name("another.db")
    build_seed(another)
    another.replace(path)


@pytest.mark.parametrize(
    "lose",
    [os.unlink, lambda path: os.truncate(path, 0), replace],
    ids=["deleted", "emptied", "replaced"],
)
async def test_what_members_added_comes_back_and_what_was_removed_goes(
    services: Services, settings: Settings, lose: Callable[[Path], None]
) -> None:
    async with kept_up(services):
        await as_people_left_it(services)
        for _ in range(2):
            lose(settings.catalog)
            await services.library.count()  # whoever asks next notices
            await as_people_left_it(services)


async def test_what_the_operator_removes_elsewhere_goes_without_a_restart(services: Services) -> None:
    await services.removed.remove("2307.13854", "WebArena")

    async def ask() -> bool:
        return await services.library.paper("2307.13854") is None

    async with kept_up(services, look_every=0.01):
        await until_true(ask, LONG)


async def test_nobody_is_told_of_another_catalog_once_that_is_over(
    services: Services, settings: Settings
) -> None:
    told: list[int] = []
    first = services.library.on_another_catalog(lambda: told.append(1))
    services.library.on_another_catalog(lambda: told.append(2))
    first()
    settings.catalog.unlink()
    await services.library.count()
    assert set(told) == {2}
