"""Statements run against the state, past what the bot does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Executable


def running(*statements: Executable) -> Callable[[Connection], Any]:
    """For `Store.write`: each of them, in this order, in one transaction."""

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return work


def value(query: Executable) -> Callable[[Connection], Any]:
    """For `Store.read`: the first value that the query gives."""
    return lambda connection: connection.scalar(query)
