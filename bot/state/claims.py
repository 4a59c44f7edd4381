"""Claiming deliveries: who does what, so that of several processes exactly one does it.

A delivery is claimed in the transaction that moves its feed's `next_due_at`, before anything is sent. Its
`wake_at` is the lease: until then it belongs to `owner`, after it to whoever takes it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import Clock
from bot.reasons import Code, reason
from bot.state.deliveries import Delivery, Kind, State, delivery_from_row
from bot.state.feeds import Feed, feed_from_row
from bot.state.store import Store
from bot.state.tables import deliveries, feeds


@dataclass(frozen=True, slots=True)
class Turn:
    """What a due feed gets."""

    next_due_at: datetime
    serve: tuple[date, datetime] | None
    """The local day to deliver, and when it was due."""
    missed: tuple[date, datetime] | None = None
    """A day that is too long past to be delivered."""


class Claims:
    """Claims in the name of `owner`: the same after a restart, another for each process that runs.

    `lease` is how long a claim holds without a sign of life.
    """

    def __init__(self, store: Store, clock: Clock, *, owner: str, lease: timedelta) -> None:
        self._store = store
        self._clock = clock
        self.owner = owner[:64]
        self.lease = lease

    async def claim_due(self, limit: int, turn: Callable[[Feed], Turn]) -> list[tuple[Delivery, Feed]]:
        """Claim the feeds that are due, the longest due first; what was claimed, with its feed."""
        due = (
            select(feeds)
            .where(feeds.c.next_due_at <= self._clock())
            .order_by(feeds.c.next_due_at, feeds.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        move = update(feeds).where(feeds.c.id == bindparam("feed")).values(next_due_at=bindparam("next"))

        def work(connection: Connection) -> list[tuple[Delivery, Feed]]:
            found = {row.id: feed_from_row(row) for row in connection.execute(due)}
            if not found:
                return []
            turns = [(feed, turn(feed)) for feed in found.values()]
            connection.execute(move, [{"feed": feed.id, "next": each.next_due_at} for feed, each in turns])
            missed = [_missed(feed, *each.missed) for feed, each in turns if each.missed]
            if missed:
                connection.execute(self._insert().on_conflict_do_nothing(), missed)
            served = [self._claimed(feed, *each.serve) for feed, each in turns if each.serve]
            return [(each, found[each.feed_id]) for each in self._claim(connection, served)]

        return await self._store.write(work)

    async def claim_now(self, feed: Feed, day: date, *, next_due_at: datetime) -> Delivery | None:
        """Claim the delivery of `day` ahead of its time; None where it is out, or under way, already.

        A day that was skipped, or that failed for certain, is taken up again.
        """
        row = self._claimed(feed, day, self._clock())
        due = update(feeds).where(feeds.c.id == feed.id, feeds.c.next_due_at.is_not(None))

        def work(connection: Connection) -> Delivery | None:
            claimed = self._claim(connection, [row])
            if claimed:
                connection.execute(due.values(next_due_at=next_due_at))
            return claimed[0] if claimed else None

        return await self._store.write(work)

    async def take_waiting(self, limit: int) -> list[Delivery]:
        """Take up deliveries whose wait or lease is over."""
        now = self._clock()
        # A lease from the future is of a clock that has since been set back.
        over = or_(deliveries.c.wake_at <= now, deliveries.c.wake_at > now + timedelta(hours=12))
        waiting = (
            select(deliveries.c.id)
            .where(deliveries.c.wake_at.is_not(None), over)
            .order_by(deliveries.c.wake_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def work(connection: Connection) -> list[Delivery]:
            ids = list(connection.scalars(waiting))
            if not ids:
                return []
            taken = update(deliveries).where(deliveries.c.id.in_(ids)).values(self._lease(now))
            rows = connection.execute(taken.returning(deliveries))
            return sorted((delivery_from_row(row) for row in rows), key=lambda delivery: delivery.id)

        return await self._store.write(work)

    async def free_own(self, under_way: Collection[int] = ()) -> int:
        """Give up the leases of this owner, but for the deliveries that it works on; returns how many.

        What a crash or an outage of the database interrupted can then be taken up at once.
        """
        mine = and_(deliveries.c.owner == self.owner, deliveries.c.wake_at.is_not(None))
        left = and_(mine, deliveries.c.id.not_in(list(under_way)))
        free = update(deliveries).where(left).values(wake_at=self._clock(), owner=None)
        return await self._store.write(lambda connection: connection.execute(free).rowcount)

    async def nearest_waking(self) -> datetime | None:
        """When the next wait or lease ends."""
        query = select(func.min(deliveries.c.wake_at))
        nearest: datetime | None = await self._store.read(lambda connection: connection.scalar(query))
        return nearest

    def _lease(self, now: datetime) -> dict[str, Any]:
        return {"owner": self.owner, "wake_at": now + self.lease}

    def _claimed(self, feed: Feed, day: date, due_at: datetime) -> dict[str, Any]:
        return _row(feed, day, due_at) | {"state": State.CLAIMED.value, **self._lease(self._clock())}

    def _claim(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> list[Delivery]:
        """The rows that could be claimed: a feed has one delivery for a local day.

        One that is there already is taken up again only if for certain nothing came of it.
        """
        if not rows:
            return []
        insert = self._insert().values(list(rows))
        nothing_came = and_(
            deliveries.c.state.in_([State.SKIPPED.value, State.FAILED.value]),
            deliveries.c.unsure_since.is_(None),
        )
        statement = insert.on_conflict_do_update(
            index_elements=[deliveries.c.feed_id, deliveries.c.local_date],
            set_={name: insert.excluded[name] for name in rows[0]},
            where=nothing_came,
        ).returning(deliveries)
        return [delivery_from_row(row) for row in connection.execute(statement)]

    def _insert(self) -> sqlite.Insert | postgresql.Insert:
        return sqlite.insert(deliveries) if self._store.is_sqlite else postgresql.insert(deliveries)


def nonce_of(feed: Feed, day: date) -> str:
    """At most 25 characters, the same for one feed and local day in every process and after every crash."""
    name = f"{feed.id}/{feed.created_at.isoformat()}/{day.isoformat()}"
    return "pb" + base64.b32encode(hashlib.sha256(name.encode()).digest()[:13]).decode().rstrip("=").lower()


def _missed(feed: Feed, day: date, due_at: datetime) -> dict[str, Any]:
    return _row(feed, day, due_at) | {"state": State.SKIPPED.value, "note": reason(Code.MISSED)}


def _row(feed: Feed, day: date, due_at: datetime) -> dict[str, Any]:
    return {
        "feed_id": feed.id,
        "guild_id": feed.plan.guild_id,
        "channel_id": feed.plan.channel_id,
        "channel_kind": feed.plan.kind.value,
        "local_date": day,
        "due_at": due_at,
        "nonce": nonce_of(feed, day),
        "kind": Kind.PAPERS.value,
        "picks": None,
        "owner": None,
        "wake_at": None,
        "attempts": 0,
        "last_attempt_at": None,
        "unsure_since": None,
        "thread_due": feed.plan.opens_thread,
        "publish_due": feed.plan.publishes,
        "note": None,
    }
