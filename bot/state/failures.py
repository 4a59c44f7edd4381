"""What can go wrong with the state's database: what passes by itself, and what its operator puts right."""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import SettingsError

FAILURES = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Everything that a database raises which cannot be used; asyncpg's own come from its connecting alone."""

_PASSING = asyncpg.OperatorInterventionError | asyncpg.PostgresConnectionError


def is_passing(error: BaseException) -> bool:
    """Whether trying again may help: the database is away, is starting, or is locked by another program."""
    return isinstance(error, OSError | OperationalError) or isinstance(_cause(error), _PASSING)


def unusable(error: BaseException) -> SettingsError:
    """The sentence for whoever runs the bot."""
    reason = " ".join(str(_cause(error)).split()) or type(_cause(error)).__name__
    return SettingsError(f"The database of the state cannot be used ({reason}): check DATABASE_URL.")


def _cause(error: BaseException) -> BaseException:
    """What the database driver itself raised, beneath SQLAlchemy's two layers."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error
