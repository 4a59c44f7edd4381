"""The papers about which sources are asked again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, String, cast, select

from bot.readers.follows import Kind
from bot.state.failures import is_failure, is_passing
from bot.state.inbox_tables import follows
from bot.state.reader_tables import saved
from bot.state.store import Store
from bot.state.tables import delivered

_KINDS = (Kind.PAPER, Kind.LIST)


class WatchedPapers:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def ids(self) -> list[list[str]]:
        """Of the papers that people follow, of those on lists that they follow, and of all that are saved.

        None while the state store can't be read.
        """
        of_kind = {kind: select(follows.c.text).where(follows.c.kind == kind.value) for kind in _KINDS}
        papers = select(saved.c.paper_id).distinct()
        listed = papers.where(cast(saved.c.list_id, String).in_(of_kind[Kind.LIST]))
        return await self._groups(of_kind[Kind.PAPER].distinct(), listed, papers)

    async def counted(self) -> list[list[str]]:
        """Of the papers that are saved, and of those that were posted in a channel.

        None while the state store can't be read.
        """
        posted = select(delivered.c.paper_id).where(delivered.c.message_id.is_not(None)).distinct()
        return await self._groups(select(saved.c.paper_id).distinct(), posted)

    async def _groups(self, *groups: Select[Any]) -> list[list[str]]:
        def read(connection: Connection) -> list[list[str]]:
            return [list(connection.scalars(group)) for group in groups]

        try:
            return await self._store.read(read)
        except Exception as error:
            if is_failure(error) or is_passing(error):
                return []
            raise
