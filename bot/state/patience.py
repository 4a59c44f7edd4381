"""How long to wait for a database on another machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    connect: float = 5.0
    sign_of_life: float = 3.0
    """Of a pooled connection, before it is used."""
    statement: float = 8.0
    transaction: float = 12.0
    """Then the connection is cut off: longer than a statement, which may still be cancelled in peace."""
    pool: float = 10.0
    """For one of the pool's connections to come free."""
    close: float = 1.0


USUAL = Patience()
MIGRATING = Patience(statement=600.0, transaction=900.0)
