"""Several hosts share a PostgreSQL, and their clocks differ: the database's own is everybody's."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bot.clock import Clock, system_clock
from bot.state.store import Store

log = logging.getLogger(__name__)

MEASURED_EVERY = timedelta(minutes=1)
_SAID_FROM = timedelta(seconds=2)
_LONGEST_ROUND = timedelta(seconds=2)
"""A measurement that took longer says too little."""


class DatabaseClock:
    """The clock that is passed in, corrected by how far this host's clock is from the database's.

    SQLite has one host: there it is that clock itself. Leases and due times compare such instants alone.
    """

    def __init__(self, store: Store, clock: Clock, host: Clock = system_clock) -> None:
        self._store = store
        self._clock = clock
        self._host = host
        self._offset = timedelta()
        self._measured_at: datetime | None = None
        self._said = timedelta()

    def __call__(self) -> datetime:
        """Now, by the database's clock."""
        return self._clock() + self._offset

    def next_measuring(self) -> datetime | None:
        """When to call `measure` again; None where there is nothing to measure."""
        return None if self._store.is_sqlite else self() + MEASURED_EVERY

    async def measure(self) -> None:
        """Measure again, unless that was done within the last minute."""
        if self._store.is_sqlite:
            return
        last = self._measured_at
        if last is not None and abs(self._host() - last) < MEASURED_EVERY:
            return
        offset, round_trip = await self._store.read(self._difference)
        if round_trip <= _LONGEST_ROUND or last is None:
            self._offset = offset
            self._measured_at = self._host()
            self._say(offset)

    def _difference(self, connection: Connection) -> tuple[timedelta, timedelta]:
        now_there(connection)  # the connection may have been made for it
        before = self._host()
        there = now_there(connection)
        round_trip = self._host() - before
        return there - (before + round_trip / 2), round_trip

    def _say(self, offset: timedelta) -> None:
        if abs(offset - self._said) < _SAID_FROM:
            return
        self._said = offset
        log.warning(
            "This host's clock differs from the database's by %.1f s: the database's counts.",
            -offset.total_seconds(),
        )


def now_there(connection: Connection) -> datetime:
    """Now by PostgreSQL's own clock, and not when the transaction began."""
    now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now
