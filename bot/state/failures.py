"""What can go wrong with the state's database: what passes by itself, and what its operator puts right."""

from __future__ import annotations

import sqlite3
from types import ModuleType

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import SettingsError, StateGone

_UNIQUE_VIOLATION = "23505"
"""PostgreSQL's SQLSTATE of a row that is there already."""


def is_failure(error: BaseException) -> bool:
    """Whether a database raised it, or the system beneath, which cannot be used."""
    return isinstance(error, OSError | PoolTimeout) or is_of_driver(error)


def is_of_driver(error: BaseException) -> bool:
    """The same, but for what the system raises; asyncpg's own come from its connecting alone."""
    return isinstance(error, DBAPIError) or (_is_asyncpgs(error) and isinstance(error, _postgres().FAILURES))


def is_passing(error: BaseException) -> bool:
    """Whether trying again may help: the database is away, silent, starting, full, or was busy.

    A state's file that is gone counts too, for whoever waits: the process is about to stop for it.
    """
    broken = isinstance(error, DBAPIError) and error.connection_invalidated
    away = isinstance(error, OSError | OperationalError | PoolTimeout | StateGone)
    cause = cause_of(error)
    return away or broken or (_is_asyncpgs(cause) and _postgres().is_passing(cause))


def unusable(error: BaseException) -> SettingsError:
    """The sentence for whoever runs the bot."""
    reason = " ".join(str(cause_of(error)).split()) or type(cause_of(error)).__name__
    return SettingsError(f"The database of the state cannot be used ({reason}): check DATABASE_URL.")


def cause_of(error: BaseException) -> BaseException:
    """What the database driver itself raised, beneath SQLAlchemy's two layers."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def breaks_key_of(error: IntegrityError, table: Table) -> bool:
    """Whether a row of `table` is there already by its primary key: nothing else has failed.

    SQLite names no constraint, but tells a primary key by its code and the table in its words.
    """
    driver = error.orig
    if isinstance(driver, sqlite3.Error):
        code = driver.sqlite_errorcode
        return code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY and f" {table.name}." in str(driver)
    cause = driver.__cause__ if driver else None
    return (
        getattr(cause, "sqlstate", None) == _UNIQUE_VIOLATION
        and getattr(cause, "constraint_name", None) == table.primary_key.name
    )


def _is_asyncpgs(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] == "asyncpg"


def _postgres() -> ModuleType:
    """Imported where asyncpg has been: whoever keeps the state in SQLite does without it."""
    from bot.state import postgres_failures

    return postgres_failures
