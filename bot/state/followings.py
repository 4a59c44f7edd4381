"""What people follow, as they keep it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from bot.clock import Clock
from bot.errors import UserError
from bot.paper.cleaning import collapse
from bot.readers.follows import MOST_FOLLOWS, Followed, Kind
from bot.state.inbox_tables import follows, inboxes, matches
from bot.state.inserting import insert_new
from bot.state.store import Store

_LONGEST_KEY = 128


class Extent(NamedTuple):
    """Of all follows: how many, the last one's id, and when one was last made or changed."""

    number: int
    last: int | None
    made_at: datetime | None


class Followings:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, person: int, kind: Kind, text: str, shown: str) -> Followed:
        """From now on; UserError where the person has it already, or too many."""
        row = {
            "person_id": person,
            "kind": kind.value,
            "text": text,
            "text_key": _key(text),
            "shown": shown,
            "made_at": self._clock(),
            "paused_until": None,
        }

        def work(connection: Connection) -> Followed:
            # Before the inbox: what `People.forget` deletes is waited for with nothing held that it needs.
            made = insert_new(connection, follows, [row])
            if not made:
                raise UserError("You follow that already. See it with `/follow show`.")
            # Whoever follows two things at once is counted once.
            connection.execute(
                select(inboxes.c.person_id).where(inboxes.c.person_id == person).with_for_update()
            )
            count = select(func.count()).where(follows.c.person_id == person)
            if (connection.scalar(count) or 0) > MOST_FOLLOWS:
                raise UserError(f"You can follow {MOST_FOLLOWS} things. Stop one with `/follow stop` first.")
            return _followed(made[0])

        return await self._store.write(work)

    async def of(self, person: int) -> list[Followed]:
        """The latest first."""
        query = select(follows).where(follows.c.person_id == person).order_by(follows.c.id.desc())
        return _readable(await self._store.read(lambda c: c.execute(query).all()))

    async def get(self, person: int, follow_id: int) -> Followed | None:
        """None where it is not the person's, or is gone."""
        query = select(follows).where(_this(person, follow_id))
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return _followed(row) if row else None

    async def same(self, person: int, kind: Kind, text: str) -> Followed | None:
        """What the person follows by that already."""
        this = and_(
            follows.c.person_id == person, follows.c.kind == kind.value, follows.c.text_key == _key(text)
        )
        query = select(follows).where(this)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return _followed(row) if row else None

    async def change(self, follow: Followed, kind: Kind, text: str, shown: str) -> Followed | None:
        """It asks for something else from now on; None where it is gone. UserError where that is followed."""
        same = and_(
            follows.c.person_id == follow.person_id,
            follows.c.kind == kind.value,
            follows.c.text_key == _key(text),
            follows.c.id != follow.id,
        )
        words = {"kind": kind.value, "text": text, "text_key": _key(text), "shown": shown}
        new = {**words, "made_at": self._clock()}

        def work(connection: Connection) -> Followed | None:
            if connection.scalar(select(follows.c.id).where(same)) is not None:
                raise UserError("You follow that already. See it with `/follow show`.")
            this = _this(follow.person_id, follow.id)
            row = connection.execute(update(follows).where(this).values(new).returning(follows)).first()
            return _followed(row) if row else None

        return await self._store.write(work)

    async def pause(self, person: int, follow_ids: Collection[int], until: datetime | None) -> list[Followed]:
        """They bring nothing until then, or with None go on; those of them that are the person's."""
        this = and_(follows.c.person_id == person, follows.c.id.in_(follow_ids))
        statement = update(follows).where(this).values(paused_until=until).returning(follows)
        rows = await self._store.write(lambda connection: connection.execute(statement).all())
        return [_followed(row) for row in rows]

    async def stop(self, person: int, follow_id: int, also_brought: Mapping[str, int] | None = None) -> bool:
        """With what it brought and nobody was told of; returns whether it was there.

        `also_brought` names another follow for the papers of which there is one: these stay.
        """
        untold = and_(
            matches.c.person_id == person,
            matches.c.follow_id == follow_id,
            matches.c.told_at.is_(None),
            matches.c.letter_id.is_(None),
        )

        def work(connection: Connection) -> bool:
            for paper_id, other in (also_brought or {}).items():
                this = and_(untold, matches.c.paper_id == paper_id)
                connection.execute(update(matches).where(this).values(follow_id=other))
            connection.execute(delete(matches).where(untold))
            return bool(connection.execute(delete(follows).where(_this(person, follow_id))).rowcount)

        return await self._store.write(work)

    async def active(self) -> list[Followed]:
        """Everybody's that bring something now, in the order of their ids."""
        return await self._active()

    async def for_me(self) -> list[Followed]:
        """Of everybody who follows what is picked for them now."""
        return await self._active(follows.c.kind == Kind.FOR_ME.value)

    async def extent(self) -> Extent:
        """It differs where something was followed or changed since, or stopped."""
        query = select(func.count(), func.max(follows.c.id), func.max(follows.c.made_at))
        row = await self._store.read(lambda connection: connection.execute(query).one())
        return Extent(*row)

    async def _active(self, *where: ColumnElement[bool]) -> list[Followed]:
        on = or_(follows.c.paused_until.is_(None), follows.c.paused_until <= self._clock())
        query = select(follows).where(on, *where).order_by(follows.c.id)
        return _readable(await self._store.read(lambda c: c.execute(query).all()))


def _readable(rows: Iterable[Row[Any]]) -> list[Followed]:
    """Without those of kinds that only a newer version knows."""
    return [_followed(row) for row in rows if row.kind in _KINDS]


_KINDS = {kind.value for kind in Kind}


def _key(text: str) -> str:
    """What tells two texts apart, in at most 128 characters."""
    key = collapse(unicodedata.normalize("NFKC", text)).casefold()
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[: _LONGEST_KEY - 64]}{hashlib.sha256(key.encode()).hexdigest()}"


def _this(person: int, follow_id: int) -> ColumnElement[bool]:
    return and_(follows.c.person_id == person, follows.c.id == follow_id)


def _followed(row: Row[Any]) -> Followed:
    return Followed(
        row.id,
        row.person_id,
        Kind(row.kind),
        row.text,
        row.shown,
        row.made_at,
        row.paused_until,
    )
