"""The direct messages that were opened lately: Discord quarantines a bot that opens many at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, text

from bot.clock import Clock
from bot.state.store import Store
from bot.state.tables import openings

MOST = 10
WITHIN = timedelta(minutes=10)


class Openings:
    """One budget for all processes: `MOST` openings `WITHIN` that time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def take(self) -> datetime | None:
        """Take one of the budget: None where there was one, else the instant at which there will be."""
        now = self._clock()

        def work(connection: Connection) -> datetime | None:
            if not self._store.is_sqlite:
                connection.execute(text("LOCK TABLE openings IN EXCLUSIVE MODE"))
            # One from the future is of a clock that has since been set back.
            over = or_(openings.c.opened_at <= now - WITHIN, openings.c.opened_at > now + WITHIN)
            connection.execute(delete(openings).where(over))
            opened = connection.scalars(select(openings.c.opened_at).order_by(openings.c.opened_at)).all()
            if len(opened) >= MOST:
                free: datetime = opened[len(opened) - MOST]
                return free + WITHIN
            connection.execute(insert(openings).values(opened_at=now))
            return None

        return await self._store.write(work)
