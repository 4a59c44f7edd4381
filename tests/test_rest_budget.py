"""The budget of REST requests, and the sends that are made once, over a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.rest_budget import RestBudget, SecondTry, one_try, share_of_budget


class Server:
    """Answers each request with the next of `answers`, and the last for ever."""

    def __init__(self) -> None:
        self.answers: list[int] = [200]
        self.asked = 0

    async def handle(self, _: web.Request) -> web.Response:
        status = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        headers = {"Via": "1.1 x", "X-RateLimit-Remaining": "0"} if status == 429 else {}
        # discord.py takes an answer for JSON only where the type stands without a charset.
        headers["Content-Type"] = "application/json"
        return web.Response(body=b'{"retry_after": 0.01}', status=status, headers=headers)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    served = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{port}/api/v10")
    yield served
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[discord.http.HTTPClient]:
    """discord.py's own client, with the budget in its session as the bot has it."""
    client = discord.http.HTTPClient(asyncio.get_running_loop(), http_trace=RestBudget(1000).trace())
    session = aiohttp.ClientSession(trace_configs=[client.http_trace] if client.http_trace else None)
    client._HTTPClient__session = session  # type: ignore[attr-defined] # what a login would make
    client._global_over = asyncio.Event()
    client._global_over.set()
    yield client
    await session.close()


def post() -> discord.http.Route:
    return discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=1)


async def test_a_request_that_may_have_arrived_is_made_once(server, http):
    server.answers = [502, 200]
    with one_try(), pytest.raises(SecondTry):
        await http.request(post(), json={})
    assert server.asked == 1


async def test_a_request_that_certainly_did_not_arrive_is_repeated(server, http):
    server.answers = [429, 200]
    with one_try():
        await http.request(post(), json={})
    assert server.asked == 2


async def test_outside_of_it_requests_are_repeated_as_ever(server, http):
    server.answers = [502, 200]
    await http.request(post(), json={})
    assert server.asked == 2


async def test_no_second_holds_more_requests_than_the_budget_allows():
    budget, loop = RestBudget(50), asyncio.get_running_loop()
    left: list[float] = []

    async def ask() -> None:
        await budget.spend()
        left.append(loop.time())

    await asyncio.gather(*(ask() for _ in range(80)))
    assert left == sorted(left)
    assert all(later - earlier >= 0.99 for earlier, later in zip(left, left[50:], strict=False))


def test_processes_share_the_budget_by_their_shards():
    whole = share_of_budget(None, None)
    assert whole < 50
    assert share_of_budget([0], 4) + share_of_budget([1, 2, 3], 4) == pytest.approx(whole)
