"""What channels had: it belongs to the channel, and outlives every feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select

from bot.state.store import Store
from bot.state.tables import delivered


@dataclass(frozen=True, slots=True)
class Posted:
    """One paper that a channel had."""

    paper_id: str
    title: str
    day: date
    """The local day of its post."""
    at: datetime | None
    """When it was posted; None where no version wrote that down."""
    guild_id: int
    message_id: int
    message_channel_id: int


class History:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_channel(
        self, guild_id: int, channel_id: int, *, limit: int, offset: int = 0
    ) -> list[Posted]:
        """The papers posted there, the latest first."""
        query = (
            select(delivered)
            .where(_posted(guild_id, channel_id))
            .order_by(delivered.c.delivered_at.desc(), delivered.c.paper_id)
            .limit(limit)
            .offset(offset)
        )
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [
            Posted(
                paper_id=row.paper_id,
                title=row.title,
                day=row.local_date,
                at=row.delivered_at,
                guild_id=row.guild_id,
                message_id=row.message_id,
                message_channel_id=row.message_channel_id,
            )
            for row in rows
        ]

    async def count(self, guild_id: int, channel_id: int) -> int:
        """How many papers this channel had."""
        query = select(func.count()).where(_posted(guild_id, channel_id))
        return await self._store.read(lambda connection: connection.scalar(query)) or 0


def _posted(guild_id: int, channel_id: int) -> ColumnElement[bool]:
    """A server sees what its own channels had; papers that are only set aside are not posted."""
    return and_(
        delivered.c.guild_id == guild_id,
        delivered.c.channel_id == channel_id,
        delivered.c.message_id.is_not(None),
    )
