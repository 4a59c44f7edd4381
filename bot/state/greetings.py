"""Which servers were said hello to: each one once, and none that was there before anybody kept account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.state.inserting import insert_new
from bot.state.store import Store
from bot.state.tables import begun, greeted

_GREETING = "greeting"


class Greetings:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self) -> None:
        """Keep account from now on, where nobody has begun to."""
        row = {"what": _GREETING, "at": self._clock()}
        await self._store.write(lambda connection: insert_new(connection, begun, [row]))

    async def new_among(self, joined: Mapping[int, datetime]) -> list[int]:
        """Of servers and when each was joined, those that may have to be greeted."""

        def read(connection: Connection) -> list[int]:
            since = connection.scalar(select(begun.c.at).where(begun.c.what == _GREETING))
            later = [guild for guild, at in joined.items() if since is not None and at >= since]
            known = set(connection.scalars(select(greeted.c.guild_id))) if later else set()
            return [guild for guild in later if guild not in known]

        return await self._store.read(read)

    async def claim(self, guild_id: int) -> bool:
        """Whether this server is to be greeted now; true only once, whoever asks.

        Claimed before anything is sent: of two evils, a hello that is lost is the smaller one.
        """
        row = {"guild_id": guild_id, "greeted_at": self._clock()}

        def write(connection: Connection) -> bool:
            return bool(insert_new(connection, greeted, [row]))

        return await self._store.write(write)
