"""A restored state begins now: what was due since the backup was missed, and nothing of it is caught up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, case, delete, literal, select, update

from bot.catalog import news
from bot.daily.when.due import turn_of
from bot.inbox.finder import NEW_FOR
from bot.inbox.letter_times import schedule_of
from bot.reasons import Code, reason
from bot.state.all_tables import metadata
from bot.state.claims import CannotTell
from bot.state.feeds import feed_from_row
from bot.state.inbox import FOLLOWING
from bot.state.inbox_tables import inboxes, looked_at, matches, standings
from bot.state.inserting import insert_new, insert_or_update
from bot.state.ledger import State
from bot.state.mail_rows import instead, subscription_from_row
from bot.state.mail_tables import mail_subscriptions
from bot.state.rows import readable
from bot.state.tables import begun, delivered, deliveries, feeds, synced_commands

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Missed:
    """What a restored state leaves out."""

    posts: int
    """Daily papers whose time came since the backup."""
    under_way: int
    """Deliveries that had begun, to whomever."""
    untold: int
    """New papers that follows had brought and nobody was told of."""
    mails: int
    """Those whose time came since the backup."""


SCHEDULED = {feeds.name, inboxes.name, mail_subscriptions.name}
"""The tables with a `next_due_at`; each is set right below."""


def begin_now(connection: Connection, now: datetime, catalog: sqlite3.Connection | None) -> Missed:
    """Set the state right, within the caller's transaction; `catalog` is the host's, if it has one."""
    ended = sum(_end(connection, table) for table in ledgers())
    _free(connection)
    posts = _feeds(connection, now)
    untold = _inboxes(connection, now)
    _follows(connection, now, catalog)
    mails = _mails(connection, now)
    # Servers that came meanwhile were said hello to, and Discord may have got other commands.
    connection.execute(update(begun).values(at=now))
    connection.execute(delete(synced_commands))
    return Missed(posts, ended, untold, mails)


def ledgers() -> list[Table]:
    """The tables of deliveries, of whatever kind."""
    return [table for table in metadata.sorted_tables if {"state", "owner", "wake_at"} <= set(table.c.keys())]


def _end(connection: Connection, table: Table) -> int:
    """Nothing of what was under way goes on: it may have arrived, or be told of by another."""
    column = table.c
    missed, perhaps = reason(Code.MISSED), reason(Code.PERHAPS_ARRIVED, reason(Code.INTERRUPTED))
    unsure = column.unsure_since.is_not(None)
    why = case((unsure, literal(perhaps, column.note.type)), else_=literal(missed, column.note.type))
    begun_here = column.state == State.CLAIMED.value
    ended = connection.execute(
        update(table).where(begun_here).values(state=State.SKIPPED.value, note=why, owner=None, wake_at=None)
    ).rowcount
    rest: dict[str, Any] = {"owner": None, "wake_at": None}
    rest |= {step: False for step in ("thread_due", "publish_due") if step in column}
    connection.execute(update(table).where(column.wake_at.is_not(None)).values(rest))
    return int(ended)


def _free(connection: Connection) -> None:
    """Papers set aside for a post that certainly didn't go out are anybody's."""
    gone = select(deliveries.c.id).where(
        deliveries.c.state == State.SKIPPED.value, deliveries.c.unsure_since.is_(None)
    )
    aside = and_(delivered.c.message_id.is_(None), delivered.c.delivery_id.in_(gone))
    connection.execute(delete(delivered).where(aside))


def _feeds(connection: Connection, now: datetime) -> int:
    due = select(feeds).where(feeds.c.next_due_at <= now)
    found = readable(connection, due, feeds.c.id, feed_from_row)
    for feed in found:
        try:
            after = turn_of(feed, now).next_due_at
        except CannotTell:
            continue  # whoever claims it pauses it, and says why
        connection.execute(update(feeds).where(feeds.c.id == feed.id).values(next_due_at=after))
    return len(found)


def _inboxes(connection: Connection, now: datetime) -> int:
    told = update(matches).where(matches.c.told_at.is_(None)).values(told_at=now)
    untold = connection.execute(told).rowcount
    connection.execute(update(inboxes).values(next_due_at=None))
    return int(untold)


def _follows(connection: Connection, now: datetime, catalog: sqlite3.Connection | None) -> None:
    """What is new from now on is news, in mails too, and nothing that may have been told already."""
    row = {"what": FOLLOWING, "at": now}
    insert_or_update(connection, begun, [row], by=[begun.c.what])
    # What papers have when the bot first looks is no news: it may have been told.
    connection.execute(delete(standings))
    if catalog is None:
        return
    for some in _parts([paper.id for paper in news.since(catalog, now.date() - NEW_FOR)]):
        insert_new(connection, looked_at, [{"paper_id": each, "at": now} for each in some])


def _mails(connection: Connection, now: datetime) -> int:
    """Each at its person's next time after now; what is new since then is in it. How many were due."""
    due = select(mail_subscriptions).where(mail_subscriptions.c.next_due_at <= now)
    key = mail_subscriptions.c.id
    found = readable(connection, due, key, subscription_from_row, instead(now))
    for each in found:
        after = schedule_of(each.plan.times).next_after(now)
        this = key == each.id
        connection.execute(update(mail_subscriptions).where(this).values(next_due_at=after, last_mail_at=now))
    return sum(each.paused_at is None for each in found)


def _parts(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
