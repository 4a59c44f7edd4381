"""The papers that members added, and who may add in a server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from bot.clock import Clock
from bot.paper.harvest import Harvest, Origin
from bot.paper.ids import is_arxiv_id
from bot.paper.model import Paper
from bot.state.inserting import insert_or_update
from bot.state.rows import paper_of_record, readable
from bot.state.store import Store
from bot.state.tables import add_rules, added


class Who(StrEnum):
    EVERYBODY = "everybody"
    MODERATORS = "moderators"
    """Members with Manage Messages."""
    ADMINS = "admins"
    """Members with Manage Server."""

    @classmethod
    def _missing_(cls, value: object) -> Who:
        """What a newer version let an admin choose is read as the strictest."""
        return cls.ADMINS


@dataclass(frozen=True, slots=True)
class AddRule:
    who: Who = Who.MODERATORS
    role_id: int | None = None
    """A role whose members may, too."""


class AddedPapers:
    """What sources said of the papers that members added: kept because the catalog can be deleted."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def keep(self, paper: Paper, origin: Origin) -> None:
        """`paper` as the catalog has it, no better known than from `origin`; never what a person wrote."""
        row = {
            "paper_id": paper.id,
            "record": paper.model_dump_json(exclude_defaults=True),
            "added_at": self._clock(),
            "origin": origin.value,
        }

        def work(connection: Connection) -> None:
            connection.execute(delete(added).where(added.c.paper_id == paper.id))
            connection.execute(insert(added).values(row))

        await self._store.write(work)

    async def all(self) -> list[Harvest]:
        """In the order in which they were added; without those from before."""
        query = select(added).where(added.c.origin.is_not(None)).order_by(added.c.added_at)
        return await self._store.read(
            lambda connection: readable(connection, query, added.c.paper_id, _harvest)
        )

    async def from_before(self, paper_id: str) -> Paper | None:
        """A paper added by an older Paperboy, which did not keep where: by its id alone."""
        query = select(added).where(added.c.paper_id == paper_id, added.c.origin.is_(None))
        found = await self._store.read(
            lambda connection: readable(connection, query, added.c.paper_id, paper_of_record)
        )
        return found[0] if found else None

    async def arxiv_ids_from_before(self, limit: int) -> list[str]:
        """The arXiv ids that an older Paperboy kept, of which no source has told since."""
        query = select(added.c.paper_id).where(added.c.origin.is_(None)).order_by(added.c.paper_id)
        ids = await self._store.read(lambda connection: connection.scalars(query).all())
        return [paper_id for paper_id in ids if is_arxiv_id(paper_id)][:limit]


def _harvest(row: Row[Any]) -> Harvest:
    return Harvest(Origin(row.origin), (paper_of_record(row),))


class AddRules:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_guild(self, guild_id: int) -> AddRule:
        """Who may add papers in this server; the default where no admin changed it."""
        query = select(add_rules.c.who, add_rules.c.role_id).where(add_rules.c.guild_id == guild_id)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return AddRule(Who(row.who), row.role_id) if row else AddRule()

    async def change(self, guild_id: int, rule: AddRule) -> None:
        """Who may from now on."""
        row = {"guild_id": guild_id, "who": rule.who.value, "role_id": rule.role_id}
        by = [add_rules.c.guild_id]
        await self._store.write(lambda connection: insert_or_update(connection, add_rules, [row], by=by))
