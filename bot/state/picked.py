"""What was picked for a person: each paper on one day, and those that were not for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, select, update

from bot.paper.model import Paper
from bot.readers.follows import Followed
from bot.readers.owner import Kind, Owner
from bot.state.inbox_tables import follows, matches
from bot.state.inserting import insert_new, insert_or_update
from bot.state.list_rows import owned
from bot.state.reader_tables import lists, picked, votes
from bot.state.store import Store


@dataclass(frozen=True, slots=True)
class Pick:
    paper_id: str
    day: date
    because: str | None = None
    """The id of the liked paper that it is most like."""
    refused: bool = False
    was_picked: bool = field(default=True, compare=False)
    """Whether it was picked before it was refused."""


_UNPICKED = -1
"""The place of a paper that was refused without having been picked."""


class PickedPapers:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, person: int) -> list[Pick]:
        """All of them, the latest day first, each day's in their order."""
        return await self._store.read(lambda connection: _of(connection, person))

    async def keep(self, person: int, day: date, picks: Sequence[Pick], *, most: int) -> list[Pick]:
        """What is picked for the person on `day`: at most so many, those that were before and then these.

        The same for all who pick at once. Nothing for somebody who has nothing here, or had all deleted.
        """

        def work(connection: Connection) -> list[Pick]:
            if not _hold(connection, person):
                return []
            before = _of(connection, person)
            known = {each.paper_id for each in before}
            todays = [each for each in before if each.day == day and not each.refused][:most]
            new = [each for each in picks if each.paper_id not in known][: most - len(todays)]
            rows = [
                {
                    "person_id": person,
                    "paper_id": pick.paper_id,
                    "day": day,
                    "place": place,
                    "because": pick.because,
                    "refused": False,
                }
                for place, pick in enumerate(new, _next_place(connection, person))
            ]
            if rows:
                insert_new(connection, picked, rows)
            return [*todays, *new]

        return await self._store.write(work)

    async def refuse(self, person: int, paper: Paper, day: date, *, earlier: Collection[str]) -> None:
        """It is not for them, also by its `earlier` ids, by one of which it may have been picked."""
        row = {
            "person_id": person,
            "paper_id": paper.id,
            "day": day,
            "place": _UNPICKED,
            "because": None,
            "refused": True,
        }
        by = [picked.c.person_id, picked.c.paper_id]
        theirs = and_(picked.c.person_id == person, picked.c.paper_id.in_([*earlier]))

        def work(connection: Connection) -> None:
            if earlier:
                connection.execute(update(picked).where(theirs).values(refused=True))
            insert_or_update(connection, picked, [row], by=by, takes=["refused"])

        await self._store.write(work)

    async def take_back(self, person: int, paper: Paper, *, earlier: Collection[str]) -> None:
        """It is refused no longer, nor by its `earlier` ids; what was picked is so again."""
        theirs = and_(picked.c.person_id == person, picked.c.paper_id.in_([paper.id, *earlier]))

        def work(connection: Connection) -> None:
            connection.execute(delete(picked).where(theirs, picked.c.place == _UNPICKED))
            connection.execute(update(picked).where(theirs).values(refused=False))

        await self._store.write(work)


def _of(connection: Connection, person: int) -> list[Pick]:
    query = (
        select(picked)
        .where(picked.c.person_id == person)
        .order_by(picked.c.day.desc(), picked.c.place, picked.c.paper_id)
    )
    return [
        Pick(row.paper_id, row.day, row.because, row.refused, was_picked=row.place != _UNPICKED)
        for row in connection.execute(query)
    ]


def _next_place(connection: Connection, person: int) -> int:
    """After all that were ever picked: what was taken back leaves none free, and stands where it stood."""
    last = connection.scalar(select(func.max(picked.c.place)).where(picked.c.person_id == person))
    return 0 if last is None else last + 1


def _hold(connection: Connection, person: int) -> bool:
    """Hold the first of the rows by which somebody likes anything; False where there is none.

    `People.forget` deletes all of these before it deletes what was picked.
    """
    likings: list[Select[Any]] = [
        select(lists.c.id).where(owned(Owner(Kind.PERSON, person))).order_by(lists.c.id),
        select(follows.c.id).where(follows.c.person_id == person).order_by(follows.c.id),
        select(votes.c.paper_id)
        .where(votes.c.person_id == person)
        .order_by(votes.c.guild_id, votes.c.paper_id),
    ]
    return any(connection.execute(each.limit(1).with_for_update()).first() is not None for each in likings)


def has_brought(connection: Connection, follow: Followed, day: date) -> bool:
    """Whether the follow has brought what was picked for its person's `day`, or some of it."""
    same = and_(picked.c.person_id == matches.c.person_id, picked.c.paper_id == matches.c.paper_id)
    of_it = select(matches.c.paper_id).join(picked, same).where(matches.c.follow_id == follow.id)
    return connection.execute(of_it.where(picked.c.day == day).limit(1)).first() is not None
