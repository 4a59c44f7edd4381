"""The papers that the operator took out for good: kept here because the catalog can be deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, delete, insert, select

from bot.clock import Clock
from bot.state.store import Store
from bot.state.tables import added, removed, written


@dataclass(frozen=True, slots=True)
class RemovedPaper:
    id: str
    """Under which it stood in the catalog."""
    title: str
    removed_at: datetime


class NoteRemoved(Protocol):
    """Notes what the operator takes out and lets back, for the backups that don't know of it."""

    async def note_paper(self, paper_id: str, title: str, also: Sequence[str]) -> None:
        """It is taken out, under this id and its others."""

    async def note_paper_back(self, paper_id: str) -> None:
        """It may come back."""


class RemovedPapers:
    def __init__(self, store: Store, clock: Clock, note: NoteRemoved | None = None) -> None:
        self._store = store
        self._clock = clock
        self._note = note

    async def remove(self, paper_id: str, title: str, also: Sequence[str] = ()) -> None:
        """Remember it under its id and its others, and forget what was added under any of them."""
        ids = list(dict.fromkeys((paper_id, *also)))
        rows = [
            {"paper_id": each, "removed_as": paper_id, "title": title, "removed_at": self._clock()}
            for each in ids
        ]

        def work(connection: Connection) -> None:
            connection.execute(delete(removed).where(removed.c.paper_id.in_(ids)))
            connection.execute(insert(removed), rows)
            connection.execute(delete(added).where(added.c.paper_id.in_(ids)))
            connection.execute(delete(written).where(written.c.paper_id.in_(ids)))

        if self._note is not None:
            await self._note.note_paper(paper_id, title, also)
        await self._store.write(work)

    async def undo(self, paper_id: str) -> RemovedPaper | None:
        """Let it come back with the next source that brings it; None where it was not removed."""

        def work(connection: Connection) -> RemovedPaper | None:
            this = select(removed).where(removed.c.paper_id == paper_id)
            row = connection.execute(this).first()
            if row is None:
                return None
            connection.execute(delete(removed).where(removed.c.removed_as == row.removed_as))
            return RemovedPaper(row.removed_as, row.title, row.removed_at)

        if self._note is not None:
            await self._note.note_paper_back(paper_id)
        return await self._store.write(work)

    async def all(self) -> list[RemovedPaper]:
        """The latest first."""
        query = select(removed).where(removed.c.paper_id == removed.c.removed_as)
        rows = await self._store.read(
            lambda connection: connection.execute(query.order_by(removed.c.removed_at.desc())).all()
        )
        return [RemovedPaper(row.paper_id, row.title, row.removed_at) for row in rows]

    async def ids(self) -> Mapping[str, str]:
        """Every id of theirs, and the one under which the paper stood in the catalog."""
        rows = await self._store.read(
            lambda connection: connection.execute(select(removed.c.paper_id, removed.c.removed_as)).all()
        )
        return {row.paper_id: row.removed_as for row in rows}
