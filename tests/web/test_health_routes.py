"""Everybody learns yes or no, operators why, and a loop that is stuck answers nobody or says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.measuring.figures import Figures
from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Pace, Readiness
from bot.web.health_routes import add_health_routes
from bot.web.serving import WebServer
from tests.support.waiting import until_true

SOON = Pace(every=0.01)


def health_app(readiness: Readiness, pulse: Pulse | None = None) -> web.Application:
    """Nothing but these routes, as everybody sees them."""
    app = web.Application()
    add_health_routes(app, readiness, pulse, with_reasons=False)
    return app


class Bot:
    """A readiness that is watched, and its pulse."""

    def __init__(self) -> None:
        self.why: str | None = None
        self.readiness = Readiness({"state": self._check}, SOON)
        self.pulse = Pulse(Figures(), every=0.01)
        self.tasks = [asyncio.create_task(each) for each in (self.readiness.watch(), self.pulse.beat())]

    async def _check(self) -> str | None:
        return self.why

    async def becomes(self, ready: bool) -> None:
        async def ask() -> bool:
            return self.readiness.is_ready is ready

        await until_true(ask, 20)


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    bot = Bot()
    await bot.becomes(True)
    yield bot
    for task in bot.tasks:
        task.cancel()
    await asyncio.gather(*bot.tasks, return_exceptions=True)


async def answers(app: aiohttp.web.Application, *paths: str) -> list[tuple[int, str]]:
    server = WebServer(app, "127.0.0.1:0", "PAPERBOY_WEB")
    await server.start()
    found = []
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
            for path in paths:
                async with session.get(path) as response:
                    assert response.headers["Cache-Control"] == "no-store"
                    found.append((response.status, await response.text()))
    finally:
        await server.close()
    return found


async def test_the_public_gets_a_bare_yes_or_no(bot: Bot) -> None:
    assert await answers(health_app(bot.readiness, bot.pulse), "/healthz", "/readyz") == [(200, "yes\n")] * 2
    bot.why = "The database at secret.example is away."
    await bot.becomes(False)
    assert await answers(health_app(bot.readiness, bot.pulse), "/healthz", "/readyz") == [
        (200, "yes\n"),
        (503, "no\n"),
    ]


async def test_operators_get_the_reason(bot: Bot) -> None:
    bot.why = "The database is away."
    await bot.becomes(False)
    app = aiohttp.web.Application()
    add_health_routes(app, bot.readiness, bot.pulse, with_reasons=True)
    assert await answers(app, "/readyz") == [(503, "no\nstate: The database is away.\n")]


async def test_a_loop_that_was_stuck_says_so_until_it_ticks(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.tasks[1].cancel()
    now = time.perf_counter() + 60
    monkeypatch.setattr("bot.measuring.pulse.time.perf_counter", lambda: now)
    ((status, said),) = await answers(health_app(bot.readiness, bot.pulse), "/healthz")
    assert (status, said) == (503, "no\n")


async def test_a_pulse_measures_how_late_the_loop_is() -> None:
    figures = Figures()
    pulse = Pulse(figures, every=0.01)
    beating = asyncio.create_task(pulse.beat())
    await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - the loop is to be stuck

    async def has_ticked() -> bool:
        return bool(figures.loop_lag.all())

    await until_true(has_ticked, 20)
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert figures.loop_lag.all()[0][2] > 0.1
