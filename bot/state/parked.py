"""Text that does not fit into a button's custom_id, kept under a short key that does.

Kept for ever: a button may be pressed years later. Equal texts share one row.
"""

from __future__ import annotations

import base64
import hashlib

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import Clock
from bot.state.store import Store
from bot.state.tables import parked


def key_of(text: str) -> str:
    """16 URL-safe characters, the same for the same text in every process."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:12]).decode()


class Parked:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def park(self, text: str) -> str:
        """Keep `text`; returns its key."""
        key = key_of(text)
        insert = sqlite.insert if self._store.is_sqlite else postgresql.insert
        statement = (
            insert(parked).values(key=key, text=text, parked_at=self._clock()).on_conflict_do_nothing()
        )
        async with self._store.writing() as connection:
            await connection.execute(statement)
        return key

    async def fetch(self, key: str) -> str | None:
        async with self._store.reading() as connection:
            return await connection.scalar(select(parked.c.text).where(parked.c.key == key))
