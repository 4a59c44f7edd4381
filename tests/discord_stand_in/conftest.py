"""A plain discord.py client, pointed at the stand-in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import yarl

from tests.support.stand_in import TOKEN, StandIn


class Plain(discord.AutoShardedClient):
    """Notes which events came."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.1,
            **options,
        )
        self.tree = discord.app_commands.CommandTree(self)
        self.seen: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.seen[event].set()
        super().dispatch(event, *args, **kwargs)

    async def saw(self, event: str) -> None:
        await asyncio.wait_for(self.seen[event].wait(), 10)


@pytest.fixture
def at_stand_in(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", stand_in.api)
    gateway = yarl.URL(stand_in.gateway_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)


@pytest.fixture
async def client(stand_in: StandIn, at_stand_in: None) -> AsyncIterator[Plain]:
    """A client that is logged in, without a gateway."""
    async with Plain(shard_count=1) as plain:
        await plain.login(TOKEN)
        yield plain


@pytest.fixture
async def connected(client: Plain) -> AsyncIterator[Plain]:
    """A client with a gateway. What the test builds beforehand it finds in its cache."""
    running = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    yield client
    await client.close()
    await running
