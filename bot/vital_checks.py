"""What a process needs to do its work, as checks for `Readiness`: each says in one sentence what is lost."""

from __future__ import annotations

import sqlite3

from bot.catalog import file
from bot.errors import PaperboyError
from bot.measuring.readiness import Check
from bot.search.library import Library
from bot.state.failures import cause_of
from bot.state.store import Store
from bot.state.writable import write_nothing_new
from bot.views.markdown import counted


def state_is_writable(store: Store) -> Check:
    """A write is taken now."""

    async def check() -> str | None:
        try:
            await write_nothing_new(store)
        except PaperboyError as error:
            return str(error)
        except Exception as error:
            why = " ".join(str(cause_of(error)).split())[:200] or type(error).__name__
            return f"The database of the state can't be written ({why}): check DATABASE_URL and the database."
        return None

    return check


def catalog_is_open(library: Library) -> Check:
    """Its file is there and can be read. A loss is said once, though reading makes a new one."""

    async def check() -> str | None:
        try:
            was_there = file.stamp(library.path) is not None
            await library.read(
                lambda connection: connection.execute("SELECT 1 FROM papers LIMIT 1").fetchone()
            )
        except PaperboyError as error:
            return str(error)
        except (OSError, sqlite3.Error) as error:
            return f"The catalog {library.path} can't be read ({error}): check that it is where it was."
        return None if was_there else f"The catalog {library.path} was gone: a new one has been made."

    return check


def index_is_current(library: Library) -> Check:
    """The search index has the catalog's papers; during an import it is to follow at its end."""

    async def check() -> str | None:
        try:
            behind = await library.index_behind()
        except PaperboyError as error:
            return str(error)
        if not behind or library.imports_under_way():
            return None
        lacks = counted(behind, "paper")
        return f"The search index is {lacks} behind the catalog, and is being brought up to date."

    return check
