"""What can go wrong with the state's database: what passes by itself, and what its operator puts right."""

from __future__ import annotations

import sqlite3

import asyncpg
from asyncpg import exceptions
from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import SettingsError, StateGone

FAILURES = (
    OSError,
    DBAPIError,
    PoolTimeout,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""Everything that a database raises which cannot be used; asyncpg's own come from its connecting alone."""

_PASSING = (
    # Stopped, starting, cancelled; gone; full; out of order: each ends by itself or by an operator's hand.
    asyncpg.OperatorInterventionError
    | asyncpg.PostgresConnectionError
    | asyncpg.InsufficientResourcesError
    | exceptions.PostgresSystemError
    # Another transaction was quicker.
    | asyncpg.SerializationError
    | asyncpg.DeadlockDetectedError
    | asyncpg.LockNotAvailableError
    # In the middle of a failover, the server only reads.
    | asyncpg.ReadOnlySQLTransactionError
    | exceptions.TargetServerAttributeNotMatched
)

_CUT_OFF = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg says, exactly so, of a connection that ends in the middle of its work; their subclasses are
of wrong values."""


def is_passing(error: BaseException) -> bool:
    """Whether trying again may help: the database is away, silent, starting, full, or was busy.

    A state's file that is gone counts too, for whoever waits: the process is about to stop for it.
    """
    broken = isinstance(error, DBAPIError) and error.connection_invalidated
    away = isinstance(error, OSError | OperationalError | PoolTimeout | StateGone)
    cause = cause_of(error)
    return away or broken or isinstance(cause, _PASSING) or type(cause) in _CUT_OFF


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
    return isinstance(cause, asyncpg.UniqueViolationError) and cause.constraint_name == table.primary_key.name
