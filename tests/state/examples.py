"""Feeds to test with."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from bot.clock import Clock
from bot.paper.model import Paper
from bot.state.claims import Claims, Turn
from bot.state.feeds import ChannelKind, Feed, Feeds, Plan
from bot.state.store import Store
from bot.state.tables import added
from tests.support.time import SettableClock

LEASE = timedelta(seconds=90)
TODAY = date(2026, 1, 1)


def plan(**changes: Any) -> Plan:
    values: dict[str, Any] = {
        "guild_id": 10,
        "channel_id": 20,
        "kind": ChannelKind.TEXT,
        "at": time(9),
        "zone": "Europe/Berlin",
        "weekdays": frozenset(range(7)),
    }
    return Plan(**values | changes)


async def add_feed(feeds: Feeds, due: datetime, **changes: Any) -> Feed:
    return await feeds.add(plan(**changes), created_by=30, next_due_at=due)


def tomorrow(feed: Feed) -> Turn:
    """Serves today, and comes again a day later."""
    assert feed.next_due_at is not None
    return Turn(feed.next_due_at + timedelta(days=1), (feed.next_due_at.date(), feed.next_due_at))


def claims(store: Store, clock: SettableClock, owner: str = "one") -> Claims:
    return Claims(store, clock, owner=owner, lease=LEASE)


async def keep_as_before(store: Store, clock: Clock, *papers: Paper) -> None:
    """Rows of papers that members added, as a Paperboy wrote them that did not keep where."""
    rows = [
        {"paper_id": paper.id, "record": paper.model_dump_json(exclude_defaults=True), "added_at": clock()}
        for paper in papers
    ]
    await store.write(lambda connection: connection.execute(insert(added), rows))
