"""A backup put in the place of the state: made ready in a copy, which then takes that place in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from bot.backup.archive import About, read_about, taken_out
from bot.backup.beginning import Missed, begin_now
from bot.backup.channel_history import EARLIER, Posted, feeds_to_read, take_back
from bot.backup.deletion_keys import hashed
from bot.backup.deletions import PAPER, PAPER_BACK, PERSON, Deletion
from bot.backup.former import former_ids
from bot.backup.replacing import replace
from bot.backup.rows_between import GAP, go_on_from, last_ids
from bot.catalog import file, papers
from bot.clock import Clock
from bot.errors import CatalogError
from bot.state.all_tables import metadata
from bot.state.feeds import Feed
from bot.state.personal import People
from bot.state.removed import RemovedPapers
from bot.state.store import Store
from bot.state.table_base import NOBODY

ReadChannels = Callable[[Sequence[Feed], datetime], Awaitable[tuple[list[Posted], list[int]]]]
"""Reads the channels of these daily papers: our posts since an instant, and the channels it couldn't read."""


@dataclass(frozen=True, slots=True)
class Restored:
    about: About
    rows: int
    missed: Missed
    people: int
    """Whose data was deleted since."""
    ended: int
    """Subscriptions that were ended since."""
    removed: int
    """Papers that the operator took out since."""
    channels: int | None
    """That were read; None where nobody could read them."""
    unread: int
    papers: int
    """That the channels had got since."""
    kept_aside: Path | None
    """Where the former state is, which couldn't be read."""


async def restore(
    path: Path,
    database_url: str,
    *,
    aside: Path,
    clock: Clock,
    catalog: Path,
    deletions: Sequence[Deletion] = (),
    keys: Sequence[bytes] = (),
    read_channels: ReadChannels | None = None,
) -> Restored:
    """Put the backup at `path` in the place of the state, on which nobody else works.

    Until its last step, which is whole or doesn't happen, the state is as it was. Its copy is made ready
    beside `aside`; `deletions` are those since the backup, each hashed with one of `keys`. Raises
    PaperboyError.
    """
    about, now = read_about(path), clock()
    with taken_out(path, aside) as copy:
        store = Store(f"sqlite:///{copy}")
        try:
            await store.migrate()
            former = await former_ids(database_url)
            people = await _forget(store, deletions, keys)
            ended = await store.write(lambda connection: _end_again(connection, deletions, keys))
            removed = await _remove(store, clock, deletions)
            posted, unread, read = await _read(store, about, read_channels)
            with_catalog = _opened(catalog)
            try:
                missed, had = await store.write(
                    lambda connection: _set_right(connection, about, now, posted, former, with_catalog)
                )
            finally:
                if with_catalog is not None:
                    with_catalog.close()
        finally:
            await store.close()
        kept_aside = await replace(copy, database_url)
    rows = sum(count for name, count in about.rows.items() if name in metadata.tables)
    return Restored(about, rows, missed, people, ended, removed, read, len(unread), had, kept_aside)


def _set_right(
    connection: Connection,
    about: About,
    now: datetime,
    posted: Sequence[Posted],
    former: Mapping[str, int],
    catalog: sqlite3.Connection | None,
) -> tuple[Missed, int]:
    since = about.made_at - EARLIER
    known = feeds_to_read(connection)
    had = take_back(connection, known, [_as_known(post, catalog) for post in posted], since, now)
    missed = begin_now(connection, now, catalog)
    here = last_ids(connection)
    counting = {table.name for table in metadata.sorted_tables if table.kwargs.get("sqlite_autoincrement")}
    go_on_from(connection, {name: max(here.get(name, 0), former.get(name, 0)) + GAP for name in counting})
    return missed, had


def _as_known(post: Posted, catalog: sqlite3.Connection | None) -> Posted:
    """With the ids and titles that the catalog has: a button's id may be a short one."""
    if catalog is None:
        return post
    found = [(each, papers.get(catalog, each.id)) for each in post.papers]
    named = tuple(type(each)(paper.id, paper.title) if paper is not None else each for each, paper in found)
    return Posted(post.channel_id, post.message_id, post.message_channel_id, post.mark, post.at, named)


async def _read(
    store: Store, about: About, read_channels: ReadChannels | None
) -> tuple[list[Posted], list[int], int | None]:
    if read_channels is None:
        return [], [], None
    known = await store.read(feeds_to_read)
    posted, unread = await read_channels(known, about.made_at - EARLIER)
    return posted, unread, len({feed.plan.channel_id for feed in known}) - len(unread)


def _opened(catalog: Path) -> sqlite3.Connection | None:
    """None where there is none that can be read: then it says nothing of what is new."""
    if not catalog.exists():
        return None
    try:
        connection = file.open_for_reading(catalog)
    except CatalogError:
        return None
    try:
        connection.execute("SELECT id, arxiv_version FROM papers LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        return None
    return connection


# What was deleted since


async def _forget(store: Store, deletions: Sequence[Deletion], keys: Sequence[bytes]) -> int:
    """Delete again what is kept of people who had it deleted; how many that are."""
    gone = {each.of for each in deletions if each.kind == PERSON}
    if not gone:
        return 0
    people = People(store)
    everybody = await store.read(_everybody)
    found = [person for person in everybody if any(hashed(key, PERSON, str(person)) in gone for key in keys)]
    for person in found:
        await people.forget(person)
    return len(found)


def _end_again(connection: Connection, deletions: Sequence[Deletion], keys: Sequence[bytes]) -> int:
    """Delete the rows that were ended since, of whatever table marks them; how many."""
    gone = {(each.kind, each.of) for each in deletions}
    count = 0
    for table in metadata.sorted_tables:
        for column in table.columns:
            kind: str = column.info.get("ended_as", "")
            for value in connection.scalars(select(column).distinct()).all() if kind else []:
                if any((kind, hashed(key, kind, str(value))) in gone for key in keys):
                    count += connection.execute(delete(table).where(column == value)).rowcount
    return count


def _everybody(connection: Connection) -> set[int]:
    found: set[int] = set()
    for table, column, where in _columns_of_people():
        this = select(column).distinct()
        found |= set(connection.scalars(this.where(table.c[where[0]] == where[1]) if where else this))
    return found - {NOBODY}


def _columns_of_people() -> list[tuple[Table, Any, tuple[str, str] | None]]:
    return [
        (table, column, says.where)
        for table in metadata.sorted_tables
        for column in table.columns
        if (says := column.info.get("person")) is not None
    ]


async def _remove(store: Store, clock: Clock, deletions: Sequence[Deletion]) -> int:
    """Take out again what the operator took out; how many papers stay out for it."""
    kept, out = RemovedPapers(store, clock), set()
    for each in deletions:
        if each.kind == PAPER:
            await kept.remove(each.of, each.title, each.also)
            out.add(each.of)
        elif each.kind == PAPER_BACK:
            await kept.undo(each.of)
            out.discard(each.of)
    return len(out)
