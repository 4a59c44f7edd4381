"""Two transactions on PostgreSQL at once: the second comes when the first has done its work, not ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy import Connection, text

T = TypeVar("T")
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Beside:
    """Begins `other` within another's transaction, and lets that go on when it waits or has ended."""

    def __init__(self, other: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._other = other
        self._loop = asyncio.get_running_loop()
        self._begun: asyncio.Task[Any] | None = None

    def begin(self, connection: Connection) -> None:
        """Once, in a transaction; a second time nothing happens."""
        if self._begun is not None:
            return
        self._begun = self._loop.create_task(self._other())
        for _ in range(500):
            connection.execute(text("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()"))
            if self._begun.done() or connection.scalar(_WAITING):
                return
        raise AssertionError("the other neither waits nor ends")

    def after(self, work: Callable[..., T]) -> Callable[..., T]:
        """`work`, a function whose first argument is the connection, and then the other."""

        def both(connection: Connection, *arguments: Any, **named: Any) -> T:
            result = work(connection, *arguments, **named)
            self.begin(connection)
            return result

        return both

    async def ended(self) -> Any:
        """What the other returns, or raises."""
        assert self._begun is not None, "nobody let it begin"
        return await asyncio.wait_for(self._begun, 20)
