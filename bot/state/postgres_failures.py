"""What asyncpg raises, told apart; for whoever has met an error of PostgreSQL's."""

from __future__ import annotations

import asyncpg
from asyncpg import exceptions

FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""Everything that it raises where a database cannot be used."""

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
    """Whether trying again may help."""
    return isinstance(error, _PASSING) or type(error) in _CUT_OFF
