"""The budget of REST requests, and the sends that are made once, over a real connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.connection.rest_budget import NotOurs, RestBudget, SecondTry, TooLate, attempt, share_of_budget
from tests.discord_stand_in.record import most_within
from tests.support.arrivals import arrival, listen

ONE_LATE = 1
"""A request that took its turn and was written after a stall."""


class Server:
    """Answers each request with the next of `answers`, and the last for ever."""

    def __init__(self) -> None:
        self.answers: list[int] = [200]
        self.asked = 0
        self.arrivals: list[float] = []
        self.headers: dict[str, str] = {}
        self.asks = 0.01
        self.everywhere = self.silent = False

    async def handle(self, request: web.Request) -> web.Response:
        self.arrivals.append(arrival(request))
        status = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        headers = {"Via": "1.1 x", "X-RateLimit-Remaining": "0"} if status == 429 else {}
        headers |= self.headers
        if self.silent:
            await asyncio.sleep(60)
        # discord.py takes an answer for JSON only where the type stands without a charset.
        headers["Content-Type"] = "application/json"
        body = f'{{"retry_after": {self.asks}, "global": {str(self.everywhere).lower()}}}'
        return web.Response(body=body.encode(), status=status, headers=headers)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    served = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", served.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.SockSite(runner, listen(0)).start()
    port = runner.addresses[0][1]
    monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{port}/api/v10")
    yield served
    await runner.cleanup()


@asynccontextmanager
async def spending(
    budget: RestBudget, connector: aiohttp.TCPConnector | None = None
) -> AsyncIterator[discord.http.HTTPClient]:
    """discord.py's own client, with the budget in its session as the bot has it."""
    client = discord.http.HTTPClient(asyncio.get_running_loop())
    session = aiohttp.ClientSession(
        connector=connector or aiohttp.TCPConnector(limit=0), trace_configs=[budget.trace()]
    )
    client._HTTPClient__session = session  # type: ignore[attr-defined] # what a login would make
    client._global_over = asyncio.Event()
    client._global_over.set()
    async with session:
        yield client


@pytest.fixture
async def http() -> AsyncIterator[discord.http.HTTPClient]:
    async with spending(RestBudget(1000)) as client:
        yield client


class SlowAtFirst(aiohttp.TCPConnector):
    """The first `slow` requests get their connection late."""

    def __init__(self, slow: int, seconds: float) -> None:
        super().__init__(limit=0)
        self._slow, self._seconds = slow, seconds

    async def connect(self, *request: Any, **options: Any) -> Any:
        if self._slow > 0:
            self._slow -= 1
            await asyncio.sleep(self._seconds)
        return await super().connect(*request, **options)


def post(channel: int = 1) -> discord.http.Route:
    return discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=channel)


async def test_a_request_that_may_have_arrived_is_made_once(server, http):
    server.answers = [502, 200]
    with pytest.raises(SecondTry):
        async with attempt(60, once=True):
            await http.request(post(), json={})
    assert server.asked == 1


async def test_a_request_that_certainly_did_not_arrive_is_repeated(server, http):
    server.answers = [429, 200]
    async with attempt(60, once=True):
        await http.request(post(), json={})
    assert server.asked == 2


async def test_outside_of_it_requests_are_repeated_as_ever(server, http):
    server.answers = [502, 200]
    await http.request(post(), json={})
    assert server.asked == 2


async def test_a_time_out_never_leaves_discord_py_closed(server, http):
    """Cancelled while it sleeps for a global limit, discord.py would let nothing through ever again."""
    server.answers, server.everywhere, server.asks = [429, 200], True, 0.3
    async with attempt(0.1) as waiting:
        with pytest.raises(TooLate):
            await http.request(post(), json={})
    assert waiting.certainly_lost
    async with asyncio.timeout(5):
        await http.request(post(2), json={})
    assert server.asked == 2


async def test_a_request_on_the_wire_ends_with_its_time(server, http):
    server.silent = True
    with pytest.raises(TimeoutError):
        async with attempt(0.1) as silent:
            await http.request(post(), json={})
    assert not silent.certainly_lost


async def test_one_that_waits_for_its_turn_too_long_certainly_never_left(server):
    async with spending(RestBudget(0.5)) as http:
        await http.request(post(), json={})
        with pytest.raises(TimeoutError):
            async with attempt(0.1) as waiting:
                await http.request(post(2), json={})
        assert waiting.certainly_lost
    assert server.asked == 1


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"X-RateLimit-Global": "true", "Retry-After": "40"}),
        (429, {"X-RateLimit-Scope": "global", "Retry-After": "40"}),
        (401, {}),
    ],
)
async def test_what_discord_asks_of_all_holds_for_all(server, http, status, headers):
    server.answers, server.headers, server.asks = [status, 200], headers, 40
    http.max_ratelimit_timeout = 30.0
    with pytest.raises(discord.DiscordException):
        await http.request(post(), json={})
    with pytest.raises(discord.RateLimited) as held_back:
        await http.request(post(2), json={})
    assert held_back.value.retry_after > 30
    assert server.asked == 1
    await http.request(discord.http.Route("POST", "/interactions/1/x/callback"), json={})
    assert server.asked == 2


async def test_one_full_bucket_holds_up_no_other(server, http):
    server.answers, server.headers, server.asks = [429, 200], {"Retry-After": "40"}, 40
    http.max_ratelimit_timeout = 30.0
    with pytest.raises(discord.RateLimited):
        await http.request(post(), json={})
    await http.request(post(2), json={})
    assert server.asked == 2


@pytest.mark.parametrize("ours", [True, False])
async def test_what_has_waited_long_leaves_only_for_its_owner(server, monkeypatch, ours: bool):
    asked = []

    async def still_ours() -> bool:
        asked.append(True)
        return ours

    monkeypatch.setattr("bot.connection.rest_budget._CONFIRMED_FOR", 0.2)
    async with spending(RestBudget(2)) as http:
        await http.request(post(), json={})
        await http.request(post(3), json={})
        async with attempt(30, still_ours=still_ours):
            if ours:
                await http.request(post(2), json={})
            else:
                with pytest.raises(NotOurs):
                    await http.request(post(2), json={})
    assert asked
    assert server.asked == (3 if ours else 2)


async def test_no_second_holds_more_requests_than_the_budget_allows():
    budget, loop = RestBudget(50), asyncio.get_running_loop()
    left: list[float] = []

    async def ask() -> None:
        await budget.spend()
        left.append(loop.time())

    await asyncio.gather(*(ask() for _ in range(80)))
    assert left == sorted(left)
    assert all(later - earlier >= 0.99 for earlier, later in zip(left, left[50:], strict=False))


async def test_requests_that_wait_for_their_connection_do_not_leave_in_a_bunch_with_later_ones(server):
    async with spending(RestBudget(20), SlowAtFirst(20, 0.9)) as http:
        await asyncio.gather(*(http.request(post(channel), json={}) for channel in range(45)))
    assert server.asked == 45
    assert most_within(server.arrivals, 1.0) <= 20 + ONE_LATE


async def test_after_a_stall_nothing_is_caught_up(server):
    loop = asyncio.get_running_loop()
    for begins in (0.2, 0.6, 1.0, 1.2, 1.7):
        loop.call_later(begins, time.sleep, 0.15)
    async with spending(RestBudget(30)) as http:
        await asyncio.gather(*(http.request(post(channel), json={}) for channel in range(70)))
    assert most_within(server.arrivals, 1.0) <= 30 + ONE_LATE


async def test_requests_that_fail_or_are_given_up_before_they_leave_hold_up_no_other(server, monkeypatch):
    async with spending(RestBudget(2), SlowAtFirst(2, 60)) as http:
        given_up = [asyncio.create_task(http.request(post(channel), json={})) for channel in range(4)]
        await asyncio.sleep(0.05)
        for task in given_up:
            task.cancel()
        await asyncio.wait(given_up)
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
            for channel in range(3):
                with pytest.raises(aiohttp.ClientConnectorError):
                    await http.request(post(channel), json={})
        await http.request(post(), json={})
    assert server.asked == 1


def test_processes_share_the_budget_by_their_shards():
    whole = share_of_budget(None, None)
    assert whole < 50
    assert share_of_budget([0], 4) + share_of_budget([1, 2, 3], 4) == pytest.approx(whole)
