"""The papers that a server does not want to see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from bot.clock import Clock
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.state.lately import Lately
from bot.state.store import Store
from bot.state.tables import hidden


class HiddenPapers:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lately = Lately(clock, self._read_ids)

    async def hide(self, guild_id: int, paper: Paper) -> bool:
        """Returns whether it was to be seen until now."""
        row = {
            "guild_id": guild_id,
            "paper_id": paper.id,
            "title": paper.title,
            "hidden_at": self._clock(),
        }
        this = (hidden.c.guild_id == guild_id, hidden.c.paper_id == paper.id)

        def work(connection: Connection) -> bool:
            gone = connection.execute(delete(hidden).where(*this)).rowcount
            connection.execute(insert(hidden).values(row))
            return not gone

        new = await self._store.write(work)
        self._lately.forget(guild_id)
        return new

    async def show(self, guild_id: int, paper_id: str) -> Paper | None:
        """Show it again, by its id or the one that its title makes; its id and title, or None."""
        of_server = select(hidden).where(hidden.c.guild_id == guild_id)

        def work(connection: Connection) -> Paper | None:
            for row in connection.execute(of_server).all():
                if paper_id in (row.paper_id, own_id(title_key(row.title))):
                    this = (hidden.c.guild_id == guild_id, hidden.c.paper_id == row.paper_id)
                    connection.execute(delete(hidden).where(*this))
                    return _named(row)
            return None

        shown = await self._store.write(work)
        self._lately.forget(guild_id)
        return shown

    async def page(self, guild_id: int, *, limit: int, offset: int = 0) -> list[Paper]:
        """The latest hidden first: their ids and titles."""
        query = (
            select(hidden)
            .where(hidden.c.guild_id == guild_id)
            .order_by(hidden.c.hidden_at.desc(), hidden.c.paper_id)
            .limit(limit)
            .offset(offset)
        )
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [_named(row) for row in rows]

    async def count(self, guild_id: int) -> int:
        """How many papers this server hides."""
        query = select(func.count()).where(hidden.c.guild_id == guild_id)
        found: int | None = await self._store.read(lambda connection: connection.scalar(query))
        return found or 0

    async def ids(self, guild_id: int) -> frozenset[str]:
        """The ids of its hidden papers; those last known while the database is away: finding goes on."""
        return await self._lately.of(guild_id)

    async def ids_now(self, guild_id: int) -> frozenset[str]:
        """The ids of its hidden papers, or what the database raises: for what must not show one of them."""
        return await self._read_ids(guild_id)

    async def _read_ids(self, guild_id: int) -> frozenset[str]:
        query = select(hidden.c.paper_id).where(hidden.c.guild_id == guild_id)
        return await self._store.read(lambda connection: frozenset(connection.scalars(query)))


def _named(row: Row[Any]) -> Paper:
    return Paper(id=row.paper_id, title=row.title)
