"""Waiting for what another process or thread does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


def until(done: Callable[[], bool], seconds: float) -> None:
    """Return as soon as it is done; fail when it is not after so many seconds."""
    end = time.perf_counter() + seconds
    while not done():
        assert time.perf_counter() < end, f"not done after {seconds} s"
        time.sleep(0.02)


async def until_true(ask: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """The same, for what only an awaited question tells."""
    async with asyncio.timeout(seconds):
        while not await ask():  # noqa: ASYNC110 - the database and the catalog have no event to wait for
            await asyncio.sleep(0.02)
