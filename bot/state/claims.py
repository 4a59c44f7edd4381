"""Claiming deliveries: who does what, so that of several processes exactly one does it.

A delivery is claimed in the transaction that moves its feed's `next_due_at`, before anything is sent.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select, update

from bot.clock import Clock
from bot.errors import PaperboyError
from bot.measuring.figures import Figures
from bot.reasons import Code, Reason, reason
from bot.state.deliveries import Deliveries, FeedDelivery, Kind, State, delivery_from_row
from bot.state.failures import is_passing
from bot.state.feeds import Feed, feed_from_row, paused_values
from bot.state.inserting import insert_new, insert_or_update
from bot.state.leases import Leases
from bot.state.rows import make_readable
from bot.state.store import Store
from bot.state.tables import deliveries, feeds

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a due feed gets."""

    next_due_at: datetime
    serve: tuple[date, datetime] | None
    """The local day to deliver, and when it was due."""
    missed: tuple[date, datetime] | None = None
    """A day that is too long past to be delivered."""


class CannotTell(PaperboyError):
    """A feed's turn can't be computed, and no bug of ours is to blame."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(str(reason))


class Claims(Leases[FeedDelivery]):
    """Claims of daily papers in the name of `owner`; see `Leases`."""

    def __init__(
        self, store: Store, clock: Clock, *, owner: str, lease: timedelta, figures: Figures | None = None
    ) -> None:
        self._figures = figures or Figures()
        table, group = deliveries, deliveries.c.guild_id
        super().__init__(store, clock, table, delivery_from_row, group=group, owner=owner, lease=lease)

    async def claim_due(
        self, limit: int, turn: Callable[[Feed], Turn], *, but_of: Collection[int] = ()
    ) -> list[tuple[FeedDelivery, Feed]]:
        """Claim the feeds that are due, the longest due first; what was claimed, with its feed.

        Feeds of the servers `but_of` stay for later.
        A feed whose turn can't be computed or written is paused, and its admin told; the others come.
        """
        due = self._due(limit, but_of)
        try:
            return await self._store.write(lambda connection: self._claim_due(connection, due, turn))
        except Exception as error:
            if is_passing(error):
                raise
            log.warning("Claiming %d feeds together failed: each is claimed by itself.", limit)
            return await self._store.write(lambda connection: self._claim_one_by_one(connection, due, turn))

    def _claim_due(
        self, connection: Connection, due: Select[Any], turn: Callable[[Feed], Turn]
    ) -> list[tuple[FeedDelivery, Feed]]:
        found = [feed_from_row(row) for row in connection.execute(due)]
        return self._claim_turns(connection, [(feed, turn(feed)) for feed in found])

    def _claim_one_by_one(
        self, connection: Connection, due: Select[Any], turn: Callable[[Feed], Turn]
    ) -> list[tuple[FeedDelivery, Feed]]:
        claimed: list[tuple[FeedDelivery, Feed]] = []
        for feed_id in connection.scalars(due.with_only_columns(feeds.c.id)).all():
            try:
                with connection.begin_nested():
                    feed = feed_from_row(connection.execute(select(feeds).where(feeds.c.id == feed_id)).one())
                    claimed += self._claim_turns(connection, [(feed, turn(feed))])
            except Exception as error:
                if is_passing(error):
                    raise
                self._pause(connection, feed_id, error)
        return claimed

    def _due(self, limit: int, but_of: Collection[int]) -> Select[Any]:
        return (
            select(feeds)
            .where(feeds.c.next_due_at <= self._clock(), feeds.c.guild_id.not_in(but_of))
            .order_by(feeds.c.next_due_at, feeds.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

    def _claim_turns(
        self, connection: Connection, turns: Sequence[tuple[Feed, Turn]]
    ) -> list[tuple[FeedDelivery, Feed]]:
        if not turns:
            return []
        move = update(feeds).where(feeds.c.id == bindparam("feed")).values(next_due_at=bindparam("next"))
        connection.execute(move, [{"feed": feed.id, "next": each.next_due_at} for feed, each in turns])
        missed = [_missed(feed, *each.missed) for feed, each in turns if each.missed]
        if missed:
            for _ in insert_new(connection, deliveries, missed):
                self._figures.deliveries.add(Deliveries.kind, State.SKIPPED.value, Code.MISSED.value)
        served = [self._claimed(feed, *each.serve) for feed, each in turns if each.serve]
        by_id = {feed.id: feed for feed, _ in turns}
        return [(each, by_id[each.feed_id]) for each in self._claim(connection, served)]

    def _pause(self, connection: Connection, feed_id: int, error: Exception) -> None:
        if isinstance(error, CannotTell):
            log.error("Feed %s is paused: %s", feed_id, error.reason)
        else:
            log.error("Feed %s is paused, for a bug of ours: %s", feed_id, error, exc_info=error)
        why = error.reason if isinstance(error, CannotTell) else reason(Code.BUG)
        # Paused it must be readable, for its admin to be told, and to change or remove it.
        make_readable(connection, feeds.c.id, feed_id, {"at": time(9), "created_at": self._clock()})
        paused = update(feeds).where(feeds.c.id == feed_id)
        connection.execute(paused.values(paused_values(self._clock(), why)))

    async def claim_now(self, feed: Feed, day: date, *, next_due_at: datetime) -> FeedDelivery | None:
        """Claim the delivery of `day` ahead of its time; None where it is out, or under way, already.

        A day that was skipped, or that failed for certain, is taken up again.
        """
        row = self._claimed(feed, day, self._clock())
        due = update(feeds).where(feeds.c.id == feed.id, feeds.c.next_due_at.is_not(None))

        def work(connection: Connection) -> FeedDelivery | None:
            claimed = self._claim(connection, [row])
            if claimed:
                connection.execute(due.values(next_due_at=next_due_at))
            return claimed[0] if claimed else None

        return await self._store.write(work)

    def _claimed(self, feed: Feed, day: date, due_at: datetime) -> dict[str, Any]:
        return _row(feed, day, due_at) | {"state": State.CLAIMED.value, **self._lease(self._clock())}

    def _claim(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> list[FeedDelivery]:
        """The rows that could be claimed: a feed has one delivery for a local day.

        One that is there already is taken up again only if for certain nothing came of it.
        """
        if not rows:
            return []
        nothing_came = and_(
            deliveries.c.state.in_([State.SKIPPED.value, State.FAILED.value]),
            deliveries.c.unsure_since.is_(None),
        )
        by = [deliveries.c.feed_id, deliveries.c.local_date]
        claimed = insert_or_update(connection, deliveries, rows, by=by, where=nothing_came)
        return [delivery_from_row(row) for row in claimed]


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
