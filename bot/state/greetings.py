"""Which servers were said hello to: each one once, and none that was there before anybody kept account."""

from __future__ import annotations

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

    async def claim(self, guild_id: int, joined_at: datetime) -> bool:
        """Whether this server, joined then, is to be greeted now; true only once, whoever asks.

        Claimed before anything is sent: of two evils, a hello that is lost is the smaller one.
        """
        return await self._store.write(lambda connection: self._claim(connection, guild_id, joined_at))

    def _claim(self, connection: Connection, guild_id: int, joined_at: datetime) -> bool:
        since = connection.scalar(select(begun.c.at).where(begun.c.what == _GREETING))
        if since is None or joined_at < since:
            return False
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        statement = insert(greeted).values(guild_id=guild_id, greeted_at=self._clock())
        return bool(connection.execute(statement.on_conflict_do_nothing()).rowcount)
