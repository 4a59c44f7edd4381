"""Which servers were said hello to: each one once, and none that was there before anybody kept account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import Clock
from bot.state.store import Store
from bot.state.tables import begun, greeted

_GREETING = "greeting"


class Greetings:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self) -> None:
        """Keep account from now on, where nobody has begun to."""
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        statement = insert(begun).values(what=_GREETING, at=self._clock()).on_conflict_do_nothing()
        await self._store.write(lambda connection: connection.execute(statement))

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
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        statement = insert(greeted).values(guild_id=guild_id, greeted_at=self._clock())

        def write(connection: Connection) -> bool:
            return bool(connection.execute(statement.on_conflict_do_nothing()).rowcount)

        return await self._store.write(write)
