"""Text that does not fit into a button's custom_id, kept under a short key that does.

Kept until 90 days after it was last needed: shown again, or its button pressed. Equal texts share one row,
and none says by whom.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.clock import Clock
from bot.state.failures import is_passing
from bot.state.inserting import insert_or_update
from bot.state.store import Store
from bot.state.tables import parked

log = logging.getLogger(__name__)

KEPT = timedelta(days=90)
_NOTED_EVERY = timedelta(days=1)
"""A press is noted at most once in this time: most presses only read."""


def key_of(text: str) -> str:
    """16 URL-safe characters, the same for the same text in every process."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:12]).decode()


class Parked:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cleaned_at: datetime | None = None

    async def park(self, text: str) -> str:
        """Keep `text`; returns its key. Once a day, what has ended is deleted."""
        key, now = key_of(text), self._clock()
        row = {"key": key, "text": text, "parked_at": now}
        cleans = self._cleaned_at is None or abs(now - self._cleaned_at) >= _NOTED_EVERY

        def work(connection: Connection) -> None:
            insert_or_update(connection, parked, [row], by=[parked.c.key], takes=["parked_at"])
            if cleans:
                connection.execute(delete(parked).where(parked.c.parked_at < now - KEPT))

        await self._store.write(work)
        if cleans:
            self._cleaned_at = now
        return key

    async def fetch(self, key: str) -> str | None:
        """The text under `key`, which lives on from now; None where there is none, or none any more."""
        now = self._clock()
        query = select(parked.c.text, parked.c.parked_at).where(parked.c.key == key)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        if row is None or row.parked_at < now - KEPT:
            return None
        if now - row.parked_at >= _NOTED_EVERY:
            await self._note(key, now)
        text: str = row.text
        return text

    async def _note(self, key: str, now: datetime) -> None:
        needed = update(parked).where(parked.c.key == key).values(parked_at=now)
        try:
            await self._store.change(needed)
        except Exception as error:
            # The press counts more than its note, which the next press makes.
            if not is_passing(error):
                raise
            log.info("A press could not be noted: %s", error)
