"""A backup put in the place of the state: made ready in a copy, which then takes that place in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.backup.archive import About, read_about, taken_out
from bot.backup.beginning import Missed, begin_now
from bot.backup.channel_history import EARLIER, Posted, feeds_to_read, take_back
from bot.backup.deleted_again import DeletedAgain, delete_again
from bot.backup.deletions import Deletion
from bot.backup.former import former_ids, former_sign
from bot.backup.last_sign import remember_sign
from bot.backup.replacing import replace
from bot.backup.rows_between import GAP, go_on_from, last_ids
from bot.catalog import file, papers
from bot.clock import Clock
from bot.errors import CatalogError
from bot.state.all_tables import metadata
from bot.state.feeds import Feed
from bot.state.store import Store

ReadChannels = Callable[[Sequence[Feed], datetime], Awaitable[tuple[list[Posted], list[int]]]]
"""Reads the channels of these daily papers: our posts since an instant, and the channels it couldn't read."""


@dataclass(frozen=True, slots=True)
class Restored:
    about: About
    rows: int
    missed: Missed
    again: DeletedAgain
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
            former, sign = await former_ids(database_url), await former_sign(database_url)
            again = await delete_again(store, clock, deletions, keys)
            posted, unread, read = await _read(store, about, read_channels)
            with_catalog = _opened(catalog)
            try:
                missed, had = await store.write(
                    lambda connection: _set_right(connection, about, now, posted, former, with_catalog)
                )
                # Whether a list goes on here is told by the state that was here, not by the backup's.
                await store.write(lambda connection: remember_sign(connection, sign))
            finally:
                if with_catalog is not None:
                    with_catalog.close()
        finally:
            await store.close()
        kept_aside = await replace(copy, database_url)
    rows = sum(count for name, count in about.rows.items() if name in metadata.tables)
    return Restored(about, rows, missed, again, read, len(unread), had, kept_aside)


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
