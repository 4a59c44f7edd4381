"""Which command definitions Discord has: they are sent again only when they changed."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from bot.state.store import Store
from bot.state.tables import synced_commands


class SyncedCommands:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def digest(self, application_id: int) -> str | None:
        column = synced_commands.c
        async with self._store.reading() as connection:
            return await connection.scalar(
                select(column.digest).where(column.application_id == application_id)
            )

    async def keep(self, application_id: int, digest: str) -> None:
        async with self._store.writing() as connection:
            await connection.execute(
                delete(synced_commands).where(synced_commands.c.application_id == application_id)
            )
            await connection.execute(
                insert(synced_commands).values(application_id=application_id, digest=digest)
            )
