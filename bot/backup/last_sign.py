"""Which sign in the list of deletions a state saw last: by it a list and a state belong together.

A copy of a list, or one that another bot began, doesn't hold that sign; a state without one was used by a bot
that noted no deletions, or is new.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, delete, select

from bot.errors import PaperboyError
from bot.state.failures import is_failure
from bot.state.inserting import insert_or_update
from bot.state.store import Store
from bot.state.tables import begun

log = logging.getLogger(__name__)

_WHAT: Final = "deletions"
_LOOK_EVERY = 600.0
_AGAIN = 30.0


def last_sign(connection: Connection) -> datetime | None:
    """The instant that the sign bears, to the microsecond; None where this state has seen none."""
    return connection.scalar(select(begun.c.at).where(begun.c.what == _WHAT))


def last_sign_in(connection: sqlite3.Connection) -> datetime | None:
    """As `last_sign`, of a state's file of whatever version."""
    try:
        row = connection.execute("SELECT at FROM begun WHERE what = ?", (_WHAT,)).fetchone()
        return datetime.fromisoformat(row[0]).replace(tzinfo=UTC) if row else None
    except (sqlite3.Error, ValueError, TypeError):
        return None


def remember_sign(connection: Connection, at: datetime | None) -> None:
    """This sign was the last; None says that there is none, or that a deletion may be noted nowhere."""
    if at is None:
        connection.execute(delete(begun).where(begun.c.what == _WHAT))
    else:
        insert_or_update(connection, begun, [{"what": _WHAT, "at": at}], by=[begun.c.what])


async def keep_unsigned(store: Store) -> None:
    """While a bot runs that notes no deletions, have no list count as this state's. Runs until cancelled."""
    while True:
        try:
            if await store.read(last_sign) is not None:
                await store.write(lambda connection: remember_sign(connection, None))
            pause = _LOOK_EVERY
        except Exception as error:
            if not (isinstance(error, PaperboyError) or is_failure(error)):
                log.exception("The state can't be told that no deletions are noted.")
            pause = _AGAIN
        await asyncio.sleep(pause)
