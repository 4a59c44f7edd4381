"""Which command definitions Discord has, and by which ids: they are sent again only when they changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from bot.state.store import Store
from bot.state.tables import synced_commands


@dataclass(frozen=True, slots=True)
class Synced:
    digest: str
    ids: Mapping[str, int]
    """Discord's ids of the commands by their names; empty where nobody has asked for them yet."""


class SyncedCommands:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, application_id: int) -> Synced | None:
        """What Discord was last given; None where nothing is known to have been."""
        column = synced_commands.c
        async with self._store.reading() as connection:
            found = await connection.execute(
                select(column.digest, column.ids).where(column.application_id == application_id)
            )
            row = found.one_or_none()
        return Synced(row.digest, _read(row.ids)) if row else None

    async def keep(self, application_id: int, digest: str, ids: Mapping[str, int]) -> None:
        """Remember what this application was given."""
        values = {"application_id": application_id, "digest": digest, "ids": json.dumps(dict(ids))}
        async with self._store.writing() as connection:
            await connection.execute(
                delete(synced_commands).where(synced_commands.c.application_id == application_id)
            )
            await connection.execute(insert(synced_commands).values(values))


def _read(written: str | None) -> dict[str, int]:
    return {str(name): int(value) for name, value in json.loads(written or "{}").items()}
