"""Keeps all requests to Discord's REST API under its limit for a bot: 50 in any second.

discord.py repeats requests by itself and knows no such limit, so the budget stands where every single request
passes: in aiohttp's trace of its session. Answers to interactions are exempt.

A request takes its turn when it has its connection and is about to be written: looking up an address, shaking
hands or a busy machine would otherwise hold some back, and let them leave in one bunch with those after them.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp
import yarl

DISCORD_LIMIT = 50.0
_SAFETY = 0.96
"""A stall between a request's turn and its writing moves one request into another second, or two."""
_EXEMPT = ("/interactions/", "/webhooks/")

_tries: ContextVar[list[int | None] | None] = ContextVar("tries", default=None)


class SecondTry(Exception):
    """discord.py was about to repeat a request that may have arrived."""


@contextmanager
def one_try() -> Iterator[None]:
    """Within it a request is repeated only where Discord answered 429: that one certainly did not arrive."""
    token = _tries.set([])
    try:
        yield
    finally:
        _tries.reset(token)


class RestBudget:
    """At most `per_second` requests leave in any second, in the order in which they are ready, evenly spread.

    No second makes up for what a stall has cost.
    """

    def __init__(self, per_second: float = DISCORD_LIMIT * _SAFETY) -> None:
        self._in_a_second = max(1, int(per_second))
        self._second = max(1.0, 1 / per_second)
        self._gap = 0.25 / per_second
        self._left: deque[float] = deque(maxlen=self._in_a_second)
        self._turn = asyncio.Lock()
        # So many get themselves a connection and wait with it: enough to use every turn.
        self._ready = asyncio.Semaphore(self._in_a_second)

    async def spend(self) -> None:
        """Wait for the next request's turn."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if self._left:
                earliest = self._left[-1] + self._gap
                if len(self._left) == self._in_a_second:
                    earliest = max(earliest, self._left[0] + self._second)
                await asyncio.sleep(max(0.0, earliest - loop.time()))
            self._left.append(loop.time())

    def trace(self) -> aiohttp.TraceConfig:
        """What discord.py's client takes as `http_trace`."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._on_start)
        config.on_request_headers_sent.append(self._before_writing)
        config.on_request_end.append(self._on_end)
        config.on_request_exception.append(self._on_failure)
        return config

    async def _on_start(
        self,
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        context.getting_ready = False
        tries = _tries.get()
        if tries is not None:
            if tries and tries[-1] != 429:
                raise SecondTry
            tries.append(None)
        if _counts(request.url):
            await self._ready.acquire()
            context.getting_ready = True

    async def _before_writing(
        self,
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestHeadersSentParams,
    ) -> None:
        """In spite of its name aiohttp awaits this signal before it writes, and again when it sends again."""
        if _counts(request.url):
            await self.spend()
            self._leave_queue(context)

    async def _on_end(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        request: aiohttp.TraceRequestEndParams,
    ) -> None:
        tries = _tries.get()
        if tries:
            tries[-1] = request.response.status

    async def _on_failure(
        self,
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        _request: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        self._leave_queue(context)

    def _leave_queue(self, context: SimpleNamespace) -> None:
        if context.getting_ready:
            context.getting_ready = False
            self._ready.release()


def _counts(url: yarl.URL) -> bool:
    return url.scheme.startswith("http") and not any(part in url.path for part in _EXEMPT)


def share_of_budget(shard_ids: list[int] | None, shard_count: int | None) -> float:
    """Requests a second for a process that has these shards: all processes together keep to one budget."""
    if not shard_ids or not shard_count:
        return DISCORD_LIMIT * _SAFETY
    return DISCORD_LIMIT * _SAFETY * len(shard_ids) / shard_count
