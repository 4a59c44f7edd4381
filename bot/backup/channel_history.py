"""What a channel got since a backup, as the channel itself shows it: written down again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot.delivery.post import mark_of
from bot.state.claims import nonce_of
from bot.state.deliveries import Kind, State
from bot.state.feeds import Feed, feed_from_row
from bot.state.inserting import insert_new, insert_or_update
from bot.state.rows import readable
from bot.state.tables import delivered, deliveries, feeds

EARLIER = timedelta(days=2)
"""Before the backup: what was under way then may have been sent before."""


@dataclass(frozen=True, slots=True)
class PostedPaper:
    id: str
    """As the post's buttons have it, or its link."""
    title: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours with the mark of a daily paper."""

    channel_id: int
    """Whose paper it is: a forum's, for a post of it."""
    message_id: int
    message_channel_id: int
    """Where the message is."""
    mark: int
    at: datetime
    papers: tuple[PostedPaper, ...]


def feeds_to_read(connection: Connection) -> list[Feed]:
    """The daily papers whose channels may have got something."""
    query = select(feeds).where(feeds.c.gone.is_(None)).order_by(feeds.c.id)
    return readable(connection, query, feeds.c.id, feed_from_row)


def take_back(
    connection: Connection, known: Sequence[Feed], posted: Iterable[Posted], since: datetime, now: datetime
) -> int:
    """Write down what was posted; how many papers that are which the backup didn't know of.

    A post of a daily paper that the backup doesn't have counts for its channel, too.
    """
    by_mark = {mark: found for feed in known for mark, found in _marks(feed, since, now)}
    of_channel = {feed.plan.channel_id: feed for feed in known}
    new = 0
    for post in posted:
        feed, day = by_mark.get(post.mark) or (of_channel[post.channel_id], None)
        delivery_id = _delivery(connection, feed, day, post) if day else 0
        new += _papers(connection, feed, day or post.at.date(), post, delivery_id)
    return new


def _marks(feed: Feed, since: datetime, now: datetime) -> Iterable[tuple[int, tuple[Feed, date]]]:
    day = (since - timedelta(days=2)).date()
    while day <= (now + timedelta(days=2)).date():
        yield mark_of(nonce_of(feed, day)), (feed, day)
        day += timedelta(days=1)


def _delivery(connection: Connection, feed: Feed, day: date, post: Posted) -> int:
    """The day's delivery, sent; its id."""
    there = {"message_id": post.message_id, "message_channel_id": post.message_channel_id}
    row: dict[str, Any] = there | {
        "feed_id": feed.id,
        "guild_id": feed.plan.guild_id,
        "channel_id": feed.plan.channel_id,
        "channel_kind": feed.plan.kind.value,
        "local_date": day,
        "due_at": post.at,
        "nonce": nonce_of(feed, day),
        "state": State.SENT.value,
        "kind": (Kind.PAPERS if post.papers else Kind.EXHAUSTED).value,
        "picks": None,
        "owner": None,
        "wake_at": None,
        "attempts": 1,
        "last_attempt_at": None,
        "unsure_since": None,
        "thread_due": False,
        "publish_due": False,
        "sent_at": post.at,
        "note": None,
    }
    takes = [*there, "state", "kind", "owner", "wake_at", "unsure_since", "thread_due", "publish_due"]
    by = [deliveries.c.feed_id, deliveries.c.local_date]
    kept = deliveries.c.state != State.SENT.value
    insert_or_update(connection, deliveries, [row], by=by, takes=[*takes, "sent_at", "note"], where=kept)
    if not post.papers:
        told = update(feeds).where(feeds.c.id == feed.id)
        connection.execute(told.values(told_exhausted=True))
    this = select(deliveries.c.id).where(deliveries.c.feed_id == feed.id, deliveries.c.local_date == day)
    return int(connection.scalar(this) or 0)


def _papers(connection: Connection, feed: Feed, day: date, post: Posted, delivery_id: int) -> int:
    there = {"message_id": post.message_id, "message_channel_id": post.message_channel_id}
    rows = [
        {
            "channel_id": feed.plan.channel_id,
            "paper_id": paper.id,
            "guild_id": feed.plan.guild_id,
            "title": paper.title,
            "local_date": day,
            "delivery_id": delivery_id,
            "delivered_at": post.at,
            **there,
        }
        for paper in post.papers
    ]
    if not rows:
        return 0
    new = insert_new(connection, delivered, rows)
    ids = [paper.id for paper in post.papers]
    aside = update(delivered).where(
        delivered.c.channel_id == feed.plan.channel_id,
        delivered.c.paper_id.in_(ids),
        delivered.c.message_id.is_(None),
    )
    connection.execute(aside.values(**there, delivered_at=post.at))
    return len(new)
