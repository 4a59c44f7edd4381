"""Papers as people wrote them, which no source knows: found where they were written, and nowhere else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, insert, or_, select

from bot.clock import Clock
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.sameness import compared, distinction, is_same
from bot.paper.text import title_key
from bot.readers.owner import Owner
from bot.state.lately import Lately
from bot.state.rows import paper_of_record, readable
from bot.state.store import Store
from bot.state.tables import written


class WrittenPapers:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lately = Lately(clock, self._read_ids)

    async def keep(self, owner: Owner, paper: Paper) -> bool:
        """Keep it for `owner`, in the place of an earlier text of it; returns whether anything is new."""
        paper = await self._with_an_id_of_its_own(owner, paper)
        record = paper.model_dump_json(exclude_defaults=True)
        row = {
            "owner_kind": owner.kind.value,
            "owner_id": owner.id,
            "paper_id": paper.id,
            "own_id": own_id(title_key(paper.title)),
            "record": record,
            "written_at": self._clock(),
        }
        this = and_(_of(owner), written.c.paper_id == paper.id)

        def work(connection: Connection) -> bool:
            if connection.scalar(select(written.c.record).where(this)) == record:
                return False
            connection.execute(delete(written).where(this))
            connection.execute(insert(written).values(row))
            return True

        new = await self._store.write(work)
        self._lately.forget(owner)
        return new

    async def get(self, owner: Owner, paper_id: str) -> Paper | None:
        """By its id, or by the one that its title makes."""
        if paper_id not in await self._lately.of(owner):
            return None
        either = or_(written.c.paper_id == paper_id, written.c.own_id == paper_id)
        # Several may have the title that makes an id: the one that has it itself comes first.
        query = (
            select(written)
            .where(_of(owner), either)
            .order_by((written.c.paper_id != paper_id), written.c.paper_id)
        )
        found = await self._papers(query)
        return found[0] if found else None

    async def like(self, owner: Owner, paper: Paper) -> Paper | None:
        """What was written there of the same paper; see `bot.paper.sameness`."""
        if paper.arxiv_id:
            return await self.get(owner, paper.id)
        titled = await self._titled(owner, paper.title)
        return next((each for each in titled if is_same(compared(each), paper)), None)

    async def _titled(self, owner: Owner, title: str) -> list[Paper]:
        return await self._papers(
            select(written).where(_of(owner), written.c.own_id == own_id(title_key(title)))
        )

    async def _papers(self, query: Select[Any]) -> list[Paper]:
        return await self._store.read(
            lambda connection: readable(connection, query, written.c.paper_id, paper_of_record)
        )

    async def _with_an_id_of_its_own(self, owner: Owner, paper: Paper) -> Paper:
        """The paper, under the id of what it replaces, and not under one that another of its title has."""
        if paper.arxiv_id:
            return paper
        same = await self.like(owner, paper)
        if same is not None:
            return paper.model_copy(update={"id": same.id})
        taken = {each.id for each in await self._titled(owner, paper.title)}
        if paper.id not in taken:
            return paper
        return paper.model_copy(update={"id": own_id(f"{title_key(paper.title)}\n{distinction(paper)}")})

    async def forget(self, paper_id: str) -> None:
        """A source knows it by now: nothing that people wrote of it is kept, wherever they did."""
        of_it = delete(written).where(written.c.paper_id == paper_id)
        await self._store.write(lambda connection: connection.execute(of_it))

    def look_again(self, owner: Owner) -> None:
        """Somebody else changed what `owner` has: it is read anew."""
        self._lately.forget(owner)

    async def of_title(self, owner: Owner, title: str) -> Paper | None:
        """By its title, upper case, accents and punctuation aside."""
        key = title_key(title)
        return await self.get(owner, own_id(key)) if key else None

    async def _read_ids(self, owner: Owner) -> frozenset[str]:
        """By which `get` finds: so that most searches need not ask the database."""
        query = select(written.c.paper_id, written.c.own_id).where(_of(owner))
        return await self._store.read(
            lambda connection: frozenset(each for row in connection.execute(query) for each in row)
        )


def _of(owner: Owner) -> ColumnElement[bool]:
    return and_(written.c.owner_kind == owner.kind.value, written.c.owner_id == owner.id)
