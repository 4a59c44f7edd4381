"""Deliveries of daily papers: one for each feed and local day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, func, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.log_ids import DELIVERY, FEED, SERVER, Ids
from bot.measuring.figures import Figures
from bot.reasons import Reason
from bot.state.failures import breaks_key_of
from bot.state.feeds import paused_values
from bot.state.inserting import insert_new
from bot.state.ledger import Delivery, Ledger, picks_from
from bot.state.ledger import State as State
from bot.state.plans import ChannelKind
from bot.state.plans import Pick as Pick
from bot.state.rows import readable
from bot.state.store import Store
from bot.state.stored import Stored
from bot.state.tables import delivered, deliveries, feeds, hidden


class Kind(Stored):
    PAPERS = "papers"
    EXHAUSTED = "exhausted"
    """The message that the channel had every paper that matches."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDelivery(Delivery):
    feed_id: int
    guild_id: int
    channel_id: int
    channel_kind: ChannelKind
    local_date: date
    kind: Kind

    @property
    def log_ids(self) -> Ids:
        """See `Delivery`."""
        return {DELIVERY: self.id, FEED: self.feed_id, SERVER: self.guild_id}


class Deliveries(Ledger[FeedDelivery]):
    """The progress of daily papers. Every method is one transaction."""

    kind = "daily"

    def __init__(self, store: Store, clock: Clock, figures: Figures | None = None) -> None:
        super().__init__(store, clock, deliveries, delivery_from_row, figures)

    def _says(self, picks: Sequence[Pick]) -> dict[str, Any]:
        """Without picks the channel is told that it had everything."""
        if picks:
            return {"kind": Kind.PAPERS.value}
        return {"kind": Kind.EXHAUSTED.value, "thread_due": False, "publish_due": False}

    def _set_aside(self, connection: Connection, delivery: FeedDelivery, picks: Sequence[Pick]) -> None:
        """For the channel, which gets none twice but what its members liked."""
        rows = [
            {
                "channel_id": delivery.channel_id,
                "paper_id": pick.paper_id,
                "guild_id": delivery.guild_id,
                "title": pick.title,
                "local_date": delivery.local_date,
                "delivery_id": delivery.id,
            }
            for pick in picks
        ]
        new = [row for row, pick in zip(rows, picks, strict=True) if not pick.by_members]
        perhaps_had = [row for row, pick in zip(rows, picks, strict=True) if pick.by_members]
        if new:
            connection.execute(insert(delivered), new)
        if perhaps_had:
            insert_new(connection, delivered, perhaps_had)

    def _is_taken(self, error: IntegrityError) -> bool:
        return breaks_key_of(error, delivered)

    def _have_arrived(
        self, connection: Connection, delivery: FeedDelivery, there: dict[str, Any], now: datetime
    ) -> None:
        papers = update(delivered).where(delivered.c.delivery_id == delivery.id)
        connection.execute(papers.values(there | {"delivered_at": now}))
        if delivery.kind is Kind.EXHAUSTED:
            told = update(feeds).where(feeds.c.id == delivery.feed_id).values(told_exhausted=True)
            connection.execute(told)

    def _free(self, connection: Connection, delivery: FeedDelivery) -> None:
        aside = delete(delivered).where(delivered.c.delivery_id == delivery.id)
        connection.execute(aside.where(delivered.c.message_id.is_(None)))

    def _pause(self, connection: Connection, delivery: FeedDelivery, note: Reason) -> None:
        failed = update(feeds).where(feeds.c.id == delivery.feed_id, feeds.c.paused_at.is_(None))
        connection.execute(failed.values(paused_values(self._clock(), note)))

    async def had(self, channel_id: int, guild_id: int | None = None) -> set[str]:
        """The ids of the papers that the channel had, or is about to get, and that its server hides."""
        had = select(delivered.c.paper_id).where(delivered.c.channel_id == channel_id)
        unwanted = select(hidden.c.paper_id).where(hidden.c.guild_id == guild_id)
        query = had if guild_id is None else union_all(had, unwanted)
        return await self._store.read(lambda connection: set(connection.scalars(query)))

    async def unwanted(self, guild_id: int) -> set[str]:
        """The ids of the papers that the server hides."""
        query = select(hidden.c.paper_id).where(hidden.c.guild_id == guild_id)
        return await self._store.read(lambda connection: set(connection.scalars(query)))

    async def latest_papers(self, channel_id: int, posts: int) -> list[str]:
        """The ids of the papers of the channel's last so many posts."""
        last = (
            select(delivered.c.delivery_id)
            .where(delivered.c.channel_id == channel_id)
            .distinct()
            .order_by(delivered.c.delivery_id.desc())
            .limit(posts)
        )
        query = select(delivered.c.paper_id).where(
            delivered.c.channel_id == channel_id, delivered.c.delivery_id.in_(last)
        )
        return await self._store.read(lambda connection: list(connection.scalars(query)))

    async def of_day(self, feed_id: int, day: date) -> FeedDelivery | None:
        """The feed's delivery of its local `day`, if there is one."""
        query = select(deliveries).where(deliveries.c.feed_id == feed_id, deliveries.c.local_date == day)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return delivery_from_row(row) if row else None

    async def latest(self, feed_ids: Collection[int]) -> dict[int, FeedDelivery]:
        """The last delivery of each feed that has one."""
        last = (
            select(func.max(deliveries.c.id))
            .where(deliveries.c.feed_id.in_(feed_ids))
            .group_by(deliveries.c.feed_id)
        )
        query = select(deliveries).where(deliveries.c.id.in_(last))
        found = await self._store.read(
            lambda connection: readable(connection, query, deliveries.c.id, delivery_from_row)
        )
        return {delivery.feed_id: delivery for delivery in found}


_DELIVERY = TypeAdapter(FeedDelivery)


def delivery_from_row(row: Row[Any]) -> FeedDelivery:
    """Raises ValueError for a row that this version can't read."""
    return _DELIVERY.validate_python({**row._mapping, "picks": picks_from(row.picks)})
