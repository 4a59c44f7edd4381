"""The papers that members added, and who may add in a server."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, insert, select

from bot.catalog.models import Paper
from bot.clock import Clock
from bot.state.store import Store
from bot.state.tables import add_rules, added


class Who(StrEnum):
    EVERYBODY = "everybody"
    MODERATORS = "moderators"
    """Members with Manage Messages."""
    ADMINS = "admins"
    """Members with Manage Server."""


@dataclass(frozen=True, slots=True)
class AddRule:
    who: Who = Who.MODERATORS
    role_id: int | None = None
    """A role whose members may, too."""


class AddedPapers:
    """Kept here because the catalog can be deleted and rebuilt."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def keep(self, paper: Paper) -> None:
        row = {
            "paper_id": paper.id,
            "record": paper.model_dump_json(exclude_defaults=True),
            "added_at": self._clock(),
        }
        async with self._store.writing() as connection:
            await connection.execute(delete(added).where(added.c.paper_id == paper.id))
            await connection.execute(insert(added).values(row))

    async def all(self) -> list[Paper]:
        """In the order in which they were added."""
        async with self._store.reading() as connection:
            records = await connection.scalars(select(added.c.record).order_by(added.c.added_at))
            return [Paper.model_validate_json(record) for record in records]


class AddRules:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_guild(self, guild_id: int) -> AddRule:
        query = select(add_rules.c.who, add_rules.c.role_id).where(add_rules.c.guild_id == guild_id)
        async with self._store.reading() as connection:
            row = (await connection.execute(query)).first()
        return AddRule(Who(row.who), row.role_id) if row else AddRule()

    async def change(self, guild_id: int, rule: AddRule) -> None:
        async with self._store.writing() as connection:
            await connection.execute(delete(add_rules).where(add_rules.c.guild_id == guild_id))
            await connection.execute(
                insert(add_rules).values(guild_id=guild_id, who=rule.who.value, role_id=rule.role_id)
            )
