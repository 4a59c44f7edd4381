"""Which command definitions Discord has, and by which ids: they are sent again only when they changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from bot.state.inserting import insert_or_update
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
        query = select(column.digest, column.ids).where(column.application_id == application_id)
        row = await self._store.read(lambda connection: connection.execute(query).one_or_none())
        return Synced(row.digest, _read(row.ids)) if row else None

    async def keep(self, application_id: int, digest: str, ids: Mapping[str, int]) -> None:
        """Remember what this application was given."""
        values = {"application_id": application_id, "digest": digest, "ids": json.dumps(dict(ids))}
        by = [synced_commands.c.application_id]
        await self._store.write(
            lambda connection: insert_or_update(connection, synced_commands, [values], by=by)
        )


def _read(written: str | None) -> dict[str, int]:
    return {str(name): int(value) for name, value in json.loads(written or "{}").items()}
