"""Deliveries: one for each feed and local day, and how far each has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, and_, delete, func, insert, select, union_all, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.reasons import Reason
from bot.state.failures import breaks_key_of
from bot.state.feeds import paused_values
from bot.state.plans import ChannelKind
from bot.state.plans import Pick as Pick
from bot.state.rows import readable
from bot.state.store import Store
from bot.state.stored import Stored
from bot.state.tables import delivered, deliveries, feeds, hidden


class State(Stored):
    CLAIMED = "claimed"
    """Under way: to be sent, or perhaps sent."""
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Kind(Stored):
    PAPERS = "papers"
    EXHAUSTED = "exhausted"
    """The message that the channel had every paper that matches."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    id: int
    feed_id: int
    guild_id: int
    channel_id: int
    channel_kind: ChannelKind
    local_date: date
    due_at: datetime
    nonce: str
    state: State
    kind: Kind
    picks: tuple[Pick, ...] | None
    """None until they are chosen."""
    attempts: int
    last_attempt_at: datetime | None
    unsure_since: datetime | None
    """The first attempt of which nobody knows whether it arrived; None when none is open."""
    message_id: int | None
    message_channel_id: int | None
    """Where the message is: the channel, or a forum post's thread."""
    thread_due: bool
    publish_due: bool
    sent_at: datetime | None
    note: Reason | None
    """Why it is not where it should be."""
    owner: str | None
    """The process, and its life, that has it."""


class Deliveries:
    """The progress of deliveries. Every method is one transaction."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin_first(
        self, delivery: Delivery, picks: Sequence[Pick], *, lease_until: datetime
    ) -> Delivery | None:
        """Note that the first send begins now, with these papers, and set them aside for the channel.

        None, and nothing written, where another delivery of the channel has one of them by now, or another
        process has this delivery.
        """
        papers = [
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
        kind = Kind.PAPERS if picks else Kind.EXHAUSTED
        values = self._attempt(delivery, lease_until) | {"picks": _written(picks), "kind": kind.value}
        if not picks:
            values |= {"thread_due": False, "publish_due": False}
        first = and_(_same_attempt(delivery), deliveries.c.picks.is_(None))
        begin = update(deliveries).where(first).values(values).returning(deliveries)

        def work(connection: Connection) -> Row[Any] | None:
            row = connection.execute(begin).first()
            if row and papers:
                connection.execute(insert(delivered), papers)
            return row

        try:
            row = await self._store.write(work)
        except IntegrityError as error:
            if not breaks_key_of(error, delivered):
                raise
            return None
        return delivery_from_row(row) if row else None

    async def begin_attempt(self, delivery: Delivery, *, lease_until: datetime) -> Delivery | None:
        """Note that a send begins again; None where another process has taken the delivery meanwhile."""
        return await self._update(delivery, self._attempt(delivery, lease_until))

    async def renew(self, delivery: Delivery, *, lease_until: datetime) -> Delivery | None:
        """The delivery with a new lease, as its attempt leaves only now; None where another has it."""
        held = and_(_same_attempt(delivery), deliveries.c.owner == delivery.owner)
        values = {"wake_at": lease_until, "last_attempt_at": self._clock()}
        statement = update(deliveries).where(held).values(values).returning(deliveries)
        row = await self._store.write(lambda connection: connection.execute(statement).first())
        return delivery_from_row(row) if row else None

    def _attempt(self, delivery: Delivery, lease_until: datetime) -> dict[str, Any]:
        now = self._clock()
        return {
            "attempts": delivery.attempts + 1,
            "last_attempt_at": now,
            "unsure_since": delivery.unsure_since or now,
            "wake_at": lease_until,
        }

    async def sent(
        self, delivery: Delivery, *, message_id: int, channel_id: int, steps_until: datetime
    ) -> Delivery:
        """The message is there. Steps that are left hold the row until `steps_until`."""
        now = self._clock()
        steps = delivery.thread_due or delivery.publish_due
        there = {"message_id": message_id, "message_channel_id": channel_id}
        values = there | {
            "state": State.SENT.value,
            "sent_at": now,
            "unsure_since": None,
            "wake_at": steps_until if steps else None,
            "note": None,
        }
        arrived = (
            update(deliveries).where(deliveries.c.id == delivery.id).values(values).returning(deliveries)
        )
        papers = update(delivered).where(delivered.c.delivery_id == delivery.id)
        told = update(feeds).where(feeds.c.id == delivery.feed_id).values(told_exhausted=True)

        def write_down(connection: Connection) -> Row[Any]:
            row = connection.execute(arrived).one()
            connection.execute(papers.values(there | {"delivered_at": now}))
            if delivery.kind is Kind.EXHAUSTED:
                connection.execute(told)
            return row

        return delivery_from_row(await self._store.write(write_down))

    async def not_there(self, delivery: Delivery) -> Delivery | None:
        """No earlier attempt arrived: the channel was searched."""
        return await self._update(delivery, {"unsure_since": None})

    async def wait(self, delivery: Delivery, until: datetime, *, unsure: bool, note: Reason) -> None:
        """Try again at `until`; `unsure` tells whether the attempt may have arrived nevertheless."""
        since = delivery.unsure_since if unsure else None
        values = {"wake_at": until, "owner": None, "unsure_since": since, "note": note}
        await self._update(delivery, values)

    async def step_done(
        self, delivery: Delivery, step: str, *, note: Reason | None = None
    ) -> Delivery | None:
        """`step` is `thread` or `publish`; a `note` says why it could not be done."""
        left = delivery.publish_due if step == "thread" else delivery.thread_due
        values: dict[str, Any] = {f"{step}_due": False}
        if not left:
            values |= {"wake_at": None, "owner": None}
        if note:
            values["note"] = note
        return await self._update(delivery, values)

    async def skip(self, delivery: Delivery, note: Reason) -> None:
        """Give the day up. Its papers are free again, unless they may have arrived."""
        await self._end(delivery, State.SKIPPED, note)

    async def fail(self, delivery: Delivery, reason: Reason, *, pause: bool, certain: bool = True) -> None:
        """End the delivery without a message; `pause` stops its feed, with the reason for its admin.

        `certain` is False when the message may be there nevertheless.
        """
        await self._end(delivery, State.FAILED, reason, pause=pause, certain=certain)

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

    async def of_day(self, feed_id: int, day: date) -> Delivery | None:
        """The feed's delivery of its local `day`, if there is one."""
        query = select(deliveries).where(deliveries.c.feed_id == feed_id, deliveries.c.local_date == day)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return delivery_from_row(row) if row else None

    async def latest(self, feed_ids: Collection[int]) -> dict[int, Delivery]:
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

    async def _update(self, delivery: Delivery, values: dict[str, Any]) -> Delivery | None:
        statement = update(deliveries).where(_same_attempt(delivery)).values(values).returning(deliveries)
        row = await self._store.write(lambda connection: connection.execute(statement).first())
        return delivery_from_row(row) if row else None

    async def _end(
        self, delivery: Delivery, state: State, note: Reason, *, pause: bool = False, certain: bool = True
    ) -> None:
        since = None if certain else delivery.unsure_since
        values = {"state": state.value, "note": note, "wake_at": None, "owner": None, "unsure_since": since}
        if certain:
            values |= {"picks": None}
        ends = update(deliveries).where(_same_attempt(delivery)).values(values)
        aside = delete(delivered).where(delivered.c.delivery_id == delivery.id)
        failed = update(feeds).where(feeds.c.id == delivery.feed_id, feeds.c.paused_at.is_(None))

        def work(connection: Connection) -> None:
            if not connection.execute(ends).rowcount:
                return
            if certain:
                connection.execute(aside.where(delivered.c.message_id.is_(None)))
            if pause:
                connection.execute(failed.values(paused_values(self._clock(), note)))

        await self._store.write(work)


_DELIVERY = TypeAdapter(Delivery)
_PICKS = TypeAdapter(tuple[Pick, ...])


def delivery_from_row(row: Row[Any]) -> Delivery:
    """Raises ValueError for a row that this version can't read."""
    picks = _PICKS.validate_json(row.picks) if row.picks is not None else None
    return _DELIVERY.validate_python({**row._mapping, "picks": picks})


def _same_attempt(delivery: Delivery) -> Any:
    """The row as it was read: whoever began another attempt meanwhile has it."""
    return and_(
        deliveries.c.id == delivery.id,
        deliveries.c.attempts == delivery.attempts,
        deliveries.c.state == delivery.state.value,
    )


def _written(picks: Sequence[Pick]) -> str:
    return _PICKS.dump_json(tuple(picks), by_alias=True).decode()
