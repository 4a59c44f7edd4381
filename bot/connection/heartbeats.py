"""Whether Discord's gateway answers: by the acknowledgements of heartbeats, of every shard of this process.

Discord asks for a heartbeat every 41 s. Where a loss is to show sooner, more are sent in between: one that
gets no acknowledgement tells it. Discord takes 120 events a minute from a connection; the bot sends none.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import discord

log = logging.getLogger(__name__)

TWICE: Final = 2
"""Acknowledgements that a shard must have had, so that one of a connection that only began is not enough."""
_AGAIN: Final = 3.0
"""Seconds until another heartbeat is sent while the last one has no acknowledgement."""
_SENDING: Final = 2.0
"""Seconds that sending one may take."""


@dataclass(frozen=True, slots=True)
class Beats:
    """In seconds since a shard's last acknowledgement."""

    ask: float
    """Then another heartbeat is sent."""
    lost: float
    """Then the gateway counts as lost."""


QUICK: Final = Beats(ask=5.5, lost=12.0)
"""Looked at every two seconds, a loss shows within 15 s."""
AT_REST: Final = Beats(ask=60.0, lost=100.0)
"""With Discord's own heartbeats alone: a loss shows within two minutes."""


@dataclass(slots=True)
class _Shard:
    acknowledged: deque[float] = field(default_factory=lambda: deque(maxlen=TWICE))
    """When, the latest last; also those of an earlier connection."""
    seen: tuple[Any, float] = (None, 0.0)
    """Of which connection, and what it said last."""
    asked: float = -_AGAIN


class Heartbeats:
    """A check for `Readiness`; `now` is the clock that discord.py notes acknowledgements by."""

    def __init__(
        self, client: discord.AutoShardedClient, beats: Beats, now: Callable[[], float] = time.perf_counter
    ) -> None:
        self._client = client
        self._beats = beats
        self._now = now
        self._shards: dict[int, _Shard] = {}

    async def check(self) -> str | None:
        """None where each shard was acknowledged twice lately, else which ones were not."""
        count = self._client.shard_count
        if count is None or not self._client.shards:
            return "Discord's gateway isn't connected yet."
        wanted = self._client.shard_ids or range(count)
        await asyncio.gather(*(self._look(each) for each in self._client.shards))
        missing = {each: why for each in wanted if (why := self._why_not(each)) is not None}
        if not missing:
            return None
        return f"Discord's gateway: {', '.join(f'shard {each} {why}' for each, why in missing.items())}."

    def _why_not(self, shard_id: int) -> str | None:
        acknowledged = self._shards.setdefault(shard_id, _Shard()).acknowledged
        if len(acknowledged) < TWICE:
            return "isn't connected yet"
        silent = self._now() - acknowledged[-1]
        return f"had no heartbeat acknowledged for {silent:.0f} s" if silent > self._beats.lost else None

    async def _look(self, shard_id: int) -> None:
        """Note what was acknowledged, and send a heartbeat where one is due."""
        shard = self._shards.setdefault(shard_id, _Shard())
        socket: Any = self._client._get_websocket(shard_id=shard_id)
        alive: Any = socket._keep_alive
        if alive is None or socket.session_id is None:
            return
        now = self._now()
        latest: float = alive._last_ack
        connection, before = shard.seen
        # What a new connection says first is when it began.
        if connection is alive and latest != before:
            shard.acknowledged.append(latest)
        shard.seen = alive, latest
        quiet = now - shard.acknowledged[-1] if shard.acknowledged else self._beats.ask
        due = quiet >= self._beats.ask or len(shard.acknowledged) < TWICE
        if due and now - shard.asked >= _AGAIN:
            shard.asked = now
            # A connection that can't take it shows by the acknowledgement that doesn't come.
            with suppress(TimeoutError, OSError, aiohttp.ClientError, discord.DiscordException):
                async with asyncio.timeout(_SENDING):
                    await socket.send_heartbeat(alive.beat())
