"""The daily feeds: which channel gets papers, when, and on what."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.clock import Clock
from bot.reasons import Reason
from bot.state.ended import Ended, note_ended
from bot.state.feed_token_table import feed_tokens
from bot.state.inserting import insert_new
from bot.state.plans import ChannelKind as ChannelKind
from bot.state.plans import Plan as Plan
from bot.state.rows import readable
from bot.state.store import Store
from bot.state.stored import Stored
from bot.state.table_base import NOBODY
from bot.state.tables import delivered, deliveries, feeds

log = logging.getLogger(__name__)

FARTHEST = timedelta(days=16)
"""No post is farther off: a feed comes once a week at least, and a zone may leave out a day."""
_STOPPING_ENDS = timedelta(seconds=10)
"""Without another feed of the server that stops: what takes many channels away takes them at once."""
_STOPPING_AT_MOST = timedelta(minutes=1)
"""Then its admin is told of those so far."""


class Gone(Stored):
    """What a feed lost."""

    SERVER = "server"
    CHANNEL = "channel"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    id: int
    plan: Plan
    created_by: int
    created_at: datetime
    next_due_at: datetime | None
    """None while it is paused or gone."""
    paused_at: datetime | None
    paused_reason: Reason | None
    gone: Gone | None
    told_exhausted: bool
    """Whether the channel has been told that it had every paper."""


class Feeds:
    """The table of feeds. Every method is one transaction.

    `ended` is told of the hash of each secret address that ends with its channel's last feed.
    """

    def __init__(self, store: Store, clock: Clock, ended: Ended | None = None) -> None:
        self._store = store
        self._clock = clock
        self._ended = ended

    async def add(
        self, plan: Plan, *, created_by: int, next_due_at: datetime, draft: str | None = None
    ) -> Feed:
        """A new feed; the one that came of the same `draft` where there is one already."""
        row = _row(plan) | {
            "created_by": created_by,
            "created_at": self._clock(),
            "next_due_at": next_due_at,
            "draft": draft,
        }

        def work(connection: Connection) -> Row[Any]:
            if added := insert_new(connection, feeds, [row]):
                return added[0]
            return connection.execute(select(feeds).where(feeds.c.draft == draft)).one()

        return feed_from_row(await self._store.write(work))

    async def get(self, feed_id: int) -> Feed | None:
        """The feed of this id, if there is one."""
        query = select(feeds).where(feeds.c.id == feed_id)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return feed_from_row(row) if row else None

    async def of_guild(self, guild_id: int) -> list[Feed]:
        """In the order in which they were set up."""
        query = select(feeds).where(feeds.c.guild_id == guild_id).order_by(feeds.c.id)
        return await self._store.read(lambda connection: _readable(connection, query))

    async def change(
        self, feed_id: int, plan: Plan, *, next_due_at: datetime, by: int | None = None
    ) -> Feed | None:
        """The feed with its new plan, running; None where it has been removed meanwhile.

        Where nobody is left who set it up, `by`, the id of whoever changes it, takes their place.
        """
        return await self._update(feed_id, _row(plan) | _running(next_due_at) | _in_place_of_nobody(by))

    async def adopt(self, guild_id: int, person: int) -> None:
        """Whoever sees to the server's feeds now is told where nobody is left who set one up."""
        orphaned = and_(feeds.c.guild_id == guild_id, feeds.c.created_by == NOBODY)
        await self._store.change(update(feeds).where(orphaned).values(created_by=person))

    async def pause(self, feed_id: int, reason: Reason) -> Feed | None:
        """Stop the feed because an admin asked; nobody needs to be told."""
        return await self._update(feed_id, _paused(self._clock(), reason) | {"tell_from": None})

    async def resume(self, feed_id: int, *, next_due_at: datetime, by: int | None = None) -> Feed | None:
        """End a pause; its next post is at `next_due_at`, `by` as in `change`. None where it is gone."""
        return await self._update(feed_id, _running(next_due_at) | _in_place_of_nobody(by))

    async def remove(self, feed_id: int) -> bool:
        """Whether there was such a feed. What its channel had stays known."""
        this = feeds.c.id == feed_id

        def work(connection: Connection) -> bool:
            removed = connection.execute(delete(feeds).where(this)).rowcount
            _close_addresses(connection)
            return bool(removed)

        await self._note_addresses_without(this)
        return await self._store.write(work)

    async def nearest_due(self) -> datetime | None:
        """When the next feed is due; None where none is."""
        return await self._least(feeds.c.next_due_at)

    # Telling admins

    async def to_tell(self, limit: int) -> list[list[Feed]]:
        """Feeds that failed and whose admin does not know yet: those of one server together.

        Of `limit` servers at most, those that wait longest first. A server whose feeds stop one after the
        other is told when that has ended.
        """
        now = self._clock()
        waiting = feeds.c.tell_from <= now
        ended = func.max(feeds.c.tell_from) <= now - _STOPPING_ENDS
        long_enough = func.min(feeds.c.tell_from) <= now - _STOPPING_AT_MOST
        servers = (
            select(feeds.c.guild_id)
            .where(waiting)
            .group_by(feeds.c.guild_id)
            .having(or_(ended, long_enough))
            .order_by(func.min(feeds.c.tell_from))
            .limit(limit)
        )
        query = select(feeds).where(waiting, feeds.c.guild_id.in_(servers)).order_by(feeds.c.id)
        together: dict[int, list[Feed]] = {}
        for feed in await self._store.read(lambda connection: _readable(connection, query)):
            together.setdefault(feed.plan.guild_id, []).append(feed)
        return list(together.values())

    async def nearest_telling(self) -> datetime | None:
        """The earliest instant at which a server may be told: later where more of its feeds stop."""
        first = await self._least(feeds.c.tell_from)
        return first + _STOPPING_ENDS if first else None

    async def _least(self, instant: Column[Any]) -> datetime | None:
        least: datetime | None = await self._store.read(
            lambda connection: connection.scalar(select(func.min(instant)))
        )
        return least

    async def tell_again(self, feed_ids: Collection[int], at: datetime | None) -> None:
        """Put the telling off to `at`; None when it is done."""
        off = update(feeds).where(feeds.c.id.in_(feed_ids), feeds.c.tell_from.is_not(None))
        await self._store.change(off.values(tell_from=at))

    # Servers and channels that went

    async def guilds(self) -> set[int]:
        """The servers with a feed that has not gone."""
        return await self._guilds(feeds.c.gone.is_(None))

    async def guild_left(self, guild_id: int) -> int:
        """Stop the feeds of a server that removed the bot; returns how many."""
        return await self._lost(Gone.SERVER, feeds.c.guild_id == guild_id)

    async def channel_deleted(self, channel_id: int) -> int:
        """Stop the feeds of a channel that is gone; returns how many."""
        return await self._lost(Gone.CHANNEL, feeds.c.channel_id == channel_id)

    async def gone_guilds(self) -> set[int]:
        """The servers that the bot has left and whose feeds still wait for its return."""
        return await self._guilds(feeds.c.gone == Gone.SERVER)

    async def _guilds(self, which: ColumnElement[bool]) -> set[int]:
        query = select(feeds.c.guild_id).where(which).distinct()
        return await self._store.read(lambda connection: set(connection.scalars(query)))

    async def guild_back(self, guild_id: int, next_due: Callable[[Feed], datetime]) -> int:
        """Go on with the feeds of a server that took the bot in again; returns how many."""
        lost = and_(feeds.c.guild_id == guild_id, feeds.c.gone == Gone.SERVER)

        def work(connection: Connection) -> int:
            found = _readable(connection, select(feeds).where(lost))
            for feed in found:
                due = None if feed.paused_at else self._next_or_now(feed, next_due)
                back = {"gone": None, "gone_at": None, "next_due_at": due}
                connection.execute(update(feeds).where(feeds.c.id == feed.id).values(back))
            return len(found)

        return await self._store.write(work)

    def _next_or_now(self, feed: Feed, next_due: Callable[[Feed], datetime]) -> datetime:
        """Now where the next post can't be computed: whoever claims it then pauses it with the reason."""
        try:
            return next_due(feed)
        except Exception:
            log.exception("The next post of feed %s can't be computed.", feed.id)
            return self._clock()

    async def set_right(self, next_due: Callable[[Feed], datetime]) -> int:
        """Bring back the feeds that wait for a day which no schedule reaches; returns how many.

        A clock that has since been set back moved them there.
        """
        now = self._clock()
        lost = feeds.c.next_due_at > now + FARTHEST
        untold = update(feeds).where(feeds.c.tell_from > now + FARTHEST).values(tell_from=now)

        def work(connection: Connection) -> int:
            found = _readable(connection, select(feeds).where(lost))
            for feed in found:
                due = {"next_due_at": self._next_or_now(feed, next_due)}
                connection.execute(update(feeds).where(feeds.c.id == feed.id, lost).values(due))
            connection.execute(untold)
            return len(found)

        return await self._store.write(work)

    async def clean_up(self, gone_before: datetime) -> int:
        """Delete the feeds that went by that instant, and what a deleted channel had; returns how many."""
        old = feeds.c.gone_at <= gone_before
        channels = select(feeds.c.channel_id).where(old, feeds.c.gone == Gone.CHANNEL)
        going = select(feeds.c.id).where(old)

        def work(connection: Connection) -> int:
            connection.execute(delete(delivered).where(delivered.c.channel_id.in_(channels)))
            connection.execute(delete(deliveries).where(deliveries.c.feed_id.in_(going)))
            removed = int(connection.execute(delete(feeds).where(old)).rowcount)
            _close_addresses(connection)
            return removed

        await self._note_addresses_without(old)
        return await self._store.write(work)

    async def _note_addresses_without(self, going: ColumnElement[bool]) -> None:
        """Tell of the secret addresses that go with these feeds."""
        left = select(feeds.c.channel_id).where(or_(~going, going.is_(None)))
        closed = select(feed_tokens.c.token_hash).where(feed_tokens.c.channel_id.not_in(left))
        await note_ended(self._store, self._ended, closed)

    async def _lost(self, what: Gone, which: Any) -> int:
        values: dict[str, Any] = {"gone": what, "gone_at": self._clock(), "next_due_at": None}
        if what is Gone.SERVER:
            values["tell_from"] = None
        # A server that goes after its channel did changes nothing: the first day counts.
        there = and_(which, feeds.c.gone.is_(None))
        return await self._store.change(update(feeds).where(there).values(values))

    async def _update(self, feed_id: int, values: dict[str, Any]) -> Feed | None:
        statement = update(feeds).where(feeds.c.id == feed_id).values(values).returning(feeds)
        row = await self._store.write(lambda connection: connection.execute(statement).first())
        return feed_from_row(row) if row else None


def _close_addresses(connection: Connection) -> None:
    """Of channels that have no feed any more, nothing is read outside of Discord either."""
    connection.execute(delete(feed_tokens).where(feed_tokens.c.channel_id.not_in(select(feeds.c.channel_id))))


def _readable(connection: Connection, query: Select[Any]) -> list[Feed]:
    return readable(connection, query, feeds.c.id, feed_from_row)


def paused_values(now: datetime, reason: Reason) -> dict[str, Any]:
    """The columns of a feed that failed: paused, and its admin to be told."""
    return _paused(now, reason) | {"tell_from": now}


_PLAN = TypeAdapter(Plan)
_FEED = TypeAdapter(Feed)


def feed_from_row(row: Row[Any]) -> Feed:
    """Raises ValueError for a row that this version can't read."""
    columns = dict(row._mapping)
    return _FEED.validate_python({**columns, "plan": _PLAN.validate_python(columns)})


def _in_place_of_nobody(person: int | None) -> dict[str, Any]:
    nobody = feeds.c.created_by == NOBODY
    return {} if person is None else {"created_by": case((nobody, person), else_=feeds.c.created_by)}


def _row(plan: Plan) -> dict[str, Any]:
    return {**_PLAN.dump_python(plan), "told_exhausted": False}


def _running(next_due_at: datetime) -> dict[str, Any]:
    return {
        "next_due_at": next_due_at,
        "paused_at": None,
        "paused_reason": None,
        "tell_from": None,
        "gone": None,
        "gone_at": None,
    }


def _paused(now: datetime, reason: Reason) -> dict[str, Any]:
    return {"next_due_at": None, "paused_at": now, "paused_reason": reason}
