"""Letters: messages that tell people of what they follow, and how far each has come."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, and_, case, delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.log_ids import LETTER, Ids
from bot.measuring.figures import Figures
from bot.readers.follows import Inbox, Way
from bot.reasons import Code, Reason
from bot.state.inbox import Due, schedule
from bot.state.inbox_rows import inbox_from_row
from bot.state.inbox_tables import inboxes, letters, matches
from bot.state.inserting import insert_new
from bot.state.leases import Leases
from bot.state.ledger import Delivery, Ledger, State, picks_from
from bot.state.plans import Pick
from bot.state.rows import readable
from bot.state.store import Store

_KEPT = timedelta(days=90)
_LONGEST_WAIT = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Delivery):
    person_id: int
    more: int
    """Papers that it tells of without showing them."""
    refusals: int
    """How often the person's direct messages were closed to it."""

    @property
    def log_ids(self) -> Ids:
        """See `Delivery`; never the person."""
        return {LETTER: self.id}


class Letters(Ledger[Letter]):
    """The progress of letters. `due` says when the next letter of somebody may go."""

    kind = "follow"

    def __init__(self, store: Store, clock: Clock, due: Due, figures: Figures | None = None) -> None:
        super().__init__(store, clock, letters, letter_from_row, figures)
        self._due = due

    async def wait(self, delivery: Letter, until: datetime, *, unsure: bool, note: Reason) -> None:
        """As every ledger; it is counted that the direct messages were closed."""
        since = delivery.unsure_since if unsure else None
        closed = note.code == Code.DIRECT_MESSAGES_CLOSED
        values = {"wake_at": until, "owner": None, "unsure_since": since, "note": note}
        await self._update(delivery, values | {"refusals": delivery.refusals + closed})
        self._figures.deliveries.add(self.kind, "waited", str(note.code))

    def _attempt(self, delivery: Letter, lease_until: datetime) -> dict[str, Any]:
        """As every ledger; where it goes is written down, to be looked for there though the person moves."""
        channel = select(inboxes.c.channel_id).where(inboxes.c.person_id == delivery.person_id)
        goes = case(
            (letters.c.unsure_since.is_(None), channel.scalar_subquery()), else_=letters.c.message_channel_id
        )
        return super()._attempt(delivery, lease_until) | {"message_channel_id": goes}

    async def clean_up(self) -> int:
        """Delete what was sent long ago; returns how many letters that were."""
        old = and_(letters.c.due_at < self._clock() - _KEPT, letters.c.wake_at.is_(None))
        return await self._store.change(delete(letters).where(old))

    def _set_aside(self, connection: Connection, delivery: Letter, picks: Sequence[Pick]) -> None:
        """All that waits for the person: what the letter doesn't show it counts."""
        aside = update(matches).where(
            matches.c.person_id == delivery.person_id,
            matches.c.letter_id.is_(None),
            matches.c.told_at.is_(None),
        )
        papers = connection.execute(aside.values(letter_id=delivery.id)).rowcount
        this = letters.c.id == delivery.id
        connection.execute(update(letters).where(this).values(more=max(0, papers - len(picks))))

    def _is_taken(self, error: IntegrityError) -> bool:
        return False

    def _have_arrived(
        self, connection: Connection, delivery: Letter, there: dict[str, Any], now: datetime
    ) -> None:
        told = update(matches).where(matches.c.letter_id == delivery.id, matches.c.told_at.is_(None))
        connection.execute(told.values(told_at=now))
        this = inboxes.c.person_id == delivery.person_id
        connection.execute(update(inboxes).where(this).values(last_letter_at=now))
        self._schedule(connection, delivery)

    def _free(self, connection: Connection, delivery: Letter) -> None:
        untold = and_(matches.c.letter_id == delivery.id, matches.c.told_at.is_(None))
        connection.execute(update(matches).where(untold).values(letter_id=None))
        self._schedule(connection, delivery)

    def _pause(self, connection: Connection, delivery: Letter, note: Reason) -> None:
        this = and_(inboxes.c.person_id == delivery.person_id, inboxes.c.paused_at.is_(None))
        connection.execute(update(inboxes).where(this).values(paused_at=self._clock(), paused_reason=note))

    def _schedule(self, connection: Connection, delivery: Letter) -> None:
        row = connection.execute(select(inboxes).where(inboxes.c.person_id == delivery.person_id)).first()
        if row is not None:
            inbox = inbox_from_row(row)
            schedule(connection, inbox, self._due(inbox, self._clock()))


_MAY_BE_CLAIMED = and_(
    inboxes.c.paused_at.is_(None),
    inboxes.c.way != Way.KEPT.value,
    ~exists().where(letters.c.person_id == inboxes.c.person_id, letters.c.state == State.CLAIMED.value),
)
"""One letter a person is under way: the next is claimed when that has ended."""


class LetterClaims(Leases[Letter]):
    """Claims of letters in the name of `owner`; see `Leases`."""

    def __init__(self, store: Store, clock: Clock, *, owner: str, lease: timedelta) -> None:
        group = letters.c.person_id
        super().__init__(
            store,
            clock,
            letters,
            letter_from_row,
            group=group,
            owner=owner,
            lease=lease,
            longest=_LONGEST_WAIT,
        )

    async def nearest_due(self) -> datetime | None:
        """When the next letter may be claimed."""
        query = select(func.min(inboxes.c.next_due_at)).where(_MAY_BE_CLAIMED)
        nearest: datetime | None = await self._store.read(lambda connection: connection.scalar(query))
        return nearest

    async def claim_due(self, limit: int, *, but_of: Collection[int] = ()) -> list[tuple[Letter, Inbox]]:
        """Claim the letters of those whose time has come, one each, in the transaction that takes it away."""
        now = self._clock()
        due = (
            select(inboxes)
            .where(inboxes.c.next_due_at <= now, _MAY_BE_CLAIMED, inboxes.c.person_id.not_in(but_of))
            .order_by(inboxes.c.next_due_at, inboxes.c.person_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def work(connection: Connection) -> list[tuple[Letter, Inbox]]:
            instead = {"at": time(9)}
            read = readable(connection, due, inboxes.c.person_id, inbox_from_row, instead)
            found = {each.person_id: each for each in read}
            if not found:
                return []
            these = inboxes.c.person_id.in_([*found])
            connection.execute(update(inboxes).where(these).values(next_due_at=None, retry_at=None))
            rows = [
                {
                    "person_id": person,
                    "due_at": now,
                    "nonce": f"pb{secrets.token_hex(10)}",
                    "state": State.CLAIMED.value,
                    "picks": None,
                    "more": 0,
                    # Where the message that opens all was refused, that was the first try.
                    "refusals": int(inbox.retry_at is not None),
                    "attempts": 0,
                    **self._lease(now),
                }
                for person, inbox in found.items()
            ]
            made = insert_new(connection, letters, rows)
            return [(letter_from_row(row), found[row.person_id]) for row in made]

        return await self._store.write(work)


_LETTER = TypeAdapter(Letter)


def letter_from_row(row: Row[Any]) -> Letter:
    """Raises ValueError for a row that this version can't read."""
    return _LETTER.validate_python({**row._mapping, "picks": picks_from(row.picks)})
