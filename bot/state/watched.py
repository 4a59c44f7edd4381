"""The papers whose changes are news to somebody."""

from __future__ import annotations

from sqlalchemy import Connection, select, union

from bot.readers.follows import Kind
from bot.state.failures import is_failure, is_passing
from bot.state.inbox_tables import follows
from bot.state.reader_tables import saved
from bot.state.store import Store


class WatchedPapers:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def ids(self) -> list[str]:
        """Of the papers that people follow or have saved; none while the state store can't be read."""
        followed = select(follows.c.text).where(follows.c.kind == Kind.PAPER.value)
        every = union(followed, select(saved.c.paper_id))

        def read(connection: Connection) -> list[str]:
            return list(connection.scalars(every))

        try:
            return await self._store.read(read)
        except Exception as error:
            if is_failure(error) or is_passing(error):
                return []
            raise
