"""Who works on which delivery: its `wake_at` is the lease, until then it belongs to `owner`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Generic

from sqlalchemy import Column, Connection, Row, Table, and_, func, or_, select, update

from bot.clock import Clock
from bot.reasons import Code, reason
from bot.state.ledger import D, State
from bot.state.rows import readable
from bot.state.store import Store

_LONGEST_NAME = 48


class Leases(Generic[D]):
    """Leases on the deliveries of `table` in the name of `owner`.

    The name is the same after a restart, another for each process that runs. What a life of that process
    takes also bears a mark of its own: one that is about to end and the one after it may overlap. `lease` is
    how long it holds without a sign of life, `longest` the longest wait of a delivery; `group` is the column
    of what has a fair share of its own.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        table: Table,
        read: Callable[[Row[Any]], D],
        *,
        group: Column[Any],
        owner: str,
        lease: timedelta,
        longest: timedelta = timedelta(hours=12),
    ) -> None:
        self._store = store
        self._clock = clock
        self._table = table
        self._read = read
        self._group = group
        self._name = owner[:_LONGEST_NAME]
        self.owner = f"{self._name}#{secrets.token_hex(4)}"
        self.lease = lease
        self._longest = longest

    async def take_waiting(self, limit: int, *, but_of: Collection[int] = ()) -> list[D]:
        """Take up deliveries whose wait or lease is over, but of those groups."""
        now = self._clock()
        # A lease from the future is of a clock that has since been set back.
        over = or_(self._table.c.wake_at <= now, self._table.c.wake_at > now + self._longest)
        waiting = (
            select(self._table.c.id)
            .where(self._table.c.wake_at.is_not(None), over, self._group.not_in(but_of))
            .order_by(self._table.c.wake_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def work(connection: Connection) -> list[D]:
            ids = list(connection.scalars(waiting))
            if not ids:
                return []
            taken = update(self._table).where(self._table.c.id.in_(ids))
            connection.execute(taken.values(self._lease(now)))
            query = select(self._table).where(self._table.c.id.in_(ids)).order_by(self._table.c.id)
            found = readable(connection, query, self._table.c.id, self._read)
            if left_out := set(ids) - {delivery.id for delivery in found}:
                broken = {
                    "state": State.FAILED.value,
                    "note": reason(Code.BUG),
                    "wake_at": None,
                    "owner": None,
                }
                connection.execute(update(self._table).where(self._table.c.id.in_(left_out)).values(broken))
            return found

        return await self._store.write(work)

    async def free_own(self, under_way: Collection[int] = ()) -> int:
        """Give up the leases of this owner, but for the deliveries that it works on; returns how many.

        What a crash or an outage of the database interrupted can then be taken up at once.
        """
        named = or_(
            self._table.c.owner == self._name,
            self._table.c.owner.startswith(f"{self._name}#", autoescape=True),
        )
        mine = and_(named, self._table.c.wake_at.is_not(None))
        left = and_(mine, self._table.c.id.not_in(list(under_way)))
        free = update(self._table).where(left).values(wake_at=self._clock(), owner=None)
        return await self._store.write(lambda connection: connection.execute(free).rowcount)

    async def nearest_waking(self) -> datetime | None:
        """When the next wait or lease ends."""
        query = select(func.min(self._table.c.wake_at))
        nearest: datetime | None = await self._store.read(lambda connection: connection.scalar(query))
        return nearest

    def _lease(self, now: datetime) -> dict[str, Any]:
        return {"owner": self.owner, "wake_at": now + self.lease}
