"""What was picked for a person: each paper on one day, and those that were not for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, select, update

from bot.paper.model import Paper
from bot.paper.sameness import known_as
from bot.state.inserting import insert_new, insert_or_update
from bot.state.reader_tables import picked
from bot.state.store import Store


@dataclass(frozen=True, slots=True)
class Pick:
    paper_id: str
    day: date
    because: str | None = None
    """The id of the liked paper that it is most like."""
    refused: bool = False


class PickedPapers:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, person: int) -> list[Pick]:
        """All of them, the latest day first, each day's in their order."""
        query = (
            select(picked)
            .where(picked.c.person_id == person)
            .order_by(picked.c.day.desc(), picked.c.place, picked.c.paper_id)
        )
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [Pick(row.paper_id, row.day, row.because, row.refused) for row in rows]

    async def keep(self, person: int, picks: Sequence[Pick], first: int) -> None:
        """They were picked, from the place `first` of their day on; one that was before stays as it is."""
        rows = [
            {
                "person_id": person,
                "paper_id": pick.paper_id,
                "day": pick.day,
                "place": place,
                "because": pick.because,
                "refused": pick.refused,
            }
            for place, pick in enumerate(picks, first)
        ]
        if rows:
            await self._store.write(lambda connection: insert_new(connection, picked, rows))

    async def refuse(self, person: int, paper: Paper, day: date) -> None:
        """It is not for them, under whatever id it was picked."""
        row = {
            "person_id": person,
            "paper_id": paper.id,
            "day": day,
            "place": 0,
            "because": None,
            "refused": True,
        }
        by = [picked.c.person_id, picked.c.paper_id]
        earlier = and_(picked.c.person_id == person, picked.c.paper_id.in_(known_as(paper)))

        def work(connection: Connection) -> None:
            connection.execute(update(picked).where(earlier).values(refused=True))
            insert_or_update(connection, picked, [row], by=by, takes=["refused"])

        await self._store.write(work)
