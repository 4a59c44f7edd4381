"""Whether the state can be written now: by a write that changes nothing."""

from __future__ import annotations

from sqlalchemy import text

from bot.state.store import Store

_NOTHING_NEW = text("UPDATE alembic_version SET version_num = version_num")
"""A row that is always there: a server that only reads, a full disk and a file without rights refuse it."""


async def write_nothing_new(store: Store) -> None:
    """One real transaction that writes; raises what the database raises."""
    await store.write(lambda connection: connection.execute(_NOTHING_NEW))
