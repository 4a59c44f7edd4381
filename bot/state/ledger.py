"""How far each delivery has come, whomever it goes to: what one claim, send, mark writes down.

A kind of recipient has a table with the columns of `Delivery`, and says in `Ledger` what else its deliveries
touch: what is set aside for them, what counts as had once they have arrived, whom a refusal pauses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Table, and_, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.log_ids import DELIVERY, Ids
from bot.measuring.figures import Figures
from bot.reasons import Reason
from bot.state.plans import Pick
from bot.state.store import Store
from bot.state.stored import Stored


class State(Stored):
    CLAIMED = "claimed"
    """Under way: to be sent, or perhaps sent."""
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the engine of delivery knows of a delivery."""

    id: int
    due_at: datetime
    nonce: str
    state: State
    picks: tuple[Pick, ...] | None
    """None until they are chosen."""
    attempts: int
    last_attempt_at: datetime | None
    unsure_since: datetime | None
    """The first attempt of which nobody knows whether it arrived; None when none is open."""
    message_id: int | None
    message_channel_id: int | None
    """Where the message is: the channel, or a forum post's thread."""
    thread_due: bool = False
    publish_due: bool = False
    sent_at: datetime | None
    note: Reason | None
    """Why it is not where it should be."""
    owner: str | None
    """The process, and its life, that has it."""

    @property
    def log_ids(self) -> Ids:
        """By which lines of the log name it."""
        return {DELIVERY: self.id}


D = TypeVar("D", bound=Delivery)


class Ledger(Generic[D]):
    """The deliveries of one kind in `table`. Every method is one transaction."""

    kind: ClassVar[str] = "other"
    """How figures name what is delivered."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        table: Table,
        read: Callable[[Row[Any]], D],
        figures: Figures | None = None,
    ) -> None:
        self._figures = figures or Figures()
        self._store = store
        self._clock = clock
        self._table = table
        self._read = read

    # What a kind of recipient does beside, within the same transaction

    def _says(self, picks: Sequence[Pick]) -> dict[str, Any]:
        """What else the delivery's row says once these are its picks."""
        return {}

    def _set_aside(self, connection: Connection, delivery: D, picks: Sequence[Pick]) -> None:
        """Set the picks, one at least, aside for the delivery."""
        raise NotImplementedError

    def _is_taken(self, error: IntegrityError) -> bool:
        """Whether setting aside failed because another delivery has one of the picks."""
        raise NotImplementedError

    def _have_arrived(
        self, connection: Connection, delivery: D, there: dict[str, Any], now: datetime
    ) -> None:
        """Its picks are had now; `there` is where the message is."""
        raise NotImplementedError

    def _free(self, connection: Connection, delivery: D) -> None:
        """What is set aside for it, and did not arrive, is anybody's again."""
        raise NotImplementedError

    def _pause(self, connection: Connection, delivery: D, note: Reason) -> None:
        """Its recipient gets nothing more until a person says so."""
        raise NotImplementedError

    # The steps of a delivery

    async def begin_first(self, delivery: D, picks: Sequence[Pick], *, lease_until: datetime) -> D | None:
        """Note that the first send begins now, with these papers, and set them aside.

        None, and nothing written, where another delivery has one of them by now, or another process has this
        delivery.
        """
        values = self._attempt(delivery, lease_until) | {"picks": _written(picks)} | self._says(picks)
        first = and_(self._same_attempt(delivery), self._table.c.picks.is_(None))
        begin = update(self._table).where(first).values(values).returning(self._table)

        def work(connection: Connection) -> Row[Any] | None:
            row = connection.execute(begin).first()
            if row and picks:
                self._set_aside(connection, delivery, picks)
            return row

        try:
            row = await self._store.write(work)
        except IntegrityError as error:
            if not self._is_taken(error):
                raise
            return None
        return self._read(row) if row else None

    async def begin_attempt(self, delivery: D, *, lease_until: datetime) -> D | None:
        """Note that a send begins again; None where another process has taken the delivery meanwhile."""
        return await self._update(delivery, self._attempt(delivery, lease_until))

    async def renew(self, delivery: D, *, lease_until: datetime) -> D | None:
        """The delivery with a new lease, as its attempt leaves only now; None where another has it."""
        held = and_(self._same_attempt(delivery), self._table.c.owner == delivery.owner)
        values = {"wake_at": lease_until, "last_attempt_at": self._clock()}
        statement = update(self._table).where(held).values(values).returning(self._table)
        row = await self._store.write(lambda connection: connection.execute(statement).first())
        return self._read(row) if row else None

    def _attempt(self, delivery: D, lease_until: datetime) -> dict[str, Any]:
        now = self._clock()
        return {
            "attempts": delivery.attempts + 1,
            "last_attempt_at": now,
            "unsure_since": delivery.unsure_since or now,
            "wake_at": lease_until,
        }

    async def sent(self, delivery: D, *, message_id: int, channel_id: int, steps_until: datetime) -> D | None:
        """The message is there. Steps that are left hold the row until `steps_until`.

        None where the row is gone: whoever it went to had all about them deleted.
        """
        now = self._clock()
        steps = delivery.thread_due or delivery.publish_due
        there = {"message_id": message_id, "message_channel_id": channel_id}
        values = there | {
            "state": State.SENT.value,
            "sent_at": now,
            "unsure_since": None,
            "wake_at": steps_until if steps else None,
            "note": None,
        }
        this = self._table.c.id == delivery.id
        arrived = update(self._table).where(this).values(values).returning(self._table)

        def write_down(connection: Connection) -> Row[Any] | None:
            row = connection.execute(arrived).first()
            if row is not None:
                self._have_arrived(connection, delivery, there, now)
            return row

        row = await self._store.write(write_down)
        if row is None:
            return None
        if delivery.state is not State.SENT:
            self._figures.deliveries.add(self.kind, State.SENT.value, "")
            self._figures.lateness.add(max(0.0, (now - delivery.due_at).total_seconds()), self.kind)
        return self._read(row)

    async def not_there(self, delivery: D) -> D | None:
        """No earlier attempt arrived: the channel was searched."""
        return await self._update(delivery, {"unsure_since": None})

    async def wait(self, delivery: D, until: datetime, *, unsure: bool, note: Reason) -> None:
        """Try again at `until`; `unsure` tells whether the attempt may have arrived nevertheless."""
        since = delivery.unsure_since if unsure else None
        values = {"wake_at": until, "owner": None, "unsure_since": since, "note": note}
        await self._update(delivery, values)
        self._figures.deliveries.add(self.kind, "waited", str(note.code))

    async def step_done(self, delivery: D, step: str, *, note: Reason | None = None) -> D | None:
        """`step` is `thread` or `publish`; a `note` says why it could not be done."""
        left = delivery.publish_due if step == "thread" else delivery.thread_due
        values: dict[str, Any] = {f"{step}_due": False}
        if not left:
            values |= {"wake_at": None, "owner": None}
        if note:
            values["note"] = note
        return await self._update(delivery, values)

    async def skip(self, delivery: D, note: Reason) -> None:
        """Give it up. Its papers are free again, unless they may have arrived."""
        await self._end(delivery, State.SKIPPED, note, certain=delivery.unsure_since is None)

    async def fail(self, delivery: D, reason: Reason, *, pause: bool, certain: bool = True) -> None:
        """End the delivery without a message; `pause` stops its recipient, with the reason.

        `certain` is False when the message may be there nevertheless.
        """
        await self._end(delivery, State.FAILED, reason, pause=pause, certain=certain)

    async def get(self, delivery_id: int) -> D | None:
        """As it is written down now."""
        query = select(self._table).where(self._table.c.id == delivery_id)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return self._read(row) if row else None

    async def _update(self, delivery: D, values: dict[str, Any]) -> D | None:
        this = self._same_attempt(delivery)
        statement = update(self._table).where(this).values(values).returning(self._table)
        row = await self._store.write(lambda connection: connection.execute(statement).first())
        return self._read(row) if row else None

    async def _end(
        self, delivery: D, state: State, note: Reason, *, pause: bool = False, certain: bool = True
    ) -> None:
        since = None if certain else delivery.unsure_since
        values = {"state": state.value, "note": note, "wake_at": None, "owner": None, "unsure_since": since}
        if certain:
            values |= {"picks": None}
        ends = update(self._table).where(self._same_attempt(delivery)).values(values)

        def work(connection: Connection) -> bool:
            if not connection.execute(ends).rowcount:
                return False
            if certain:
                self._free(connection, delivery)
            if pause:
                self._pause(connection, delivery, note)
            return True

        if await self._store.write(work):
            self._figures.deliveries.add(self.kind, state.value, str(note.code))

    def _same_attempt(self, delivery: D) -> Any:
        """The row as it was read: whoever began another attempt meanwhile has it."""
        return and_(
            self._table.c.id == delivery.id,
            self._table.c.attempts == delivery.attempts,
            self._table.c.state == delivery.state.value,
        )


_PICKS = TypeAdapter(tuple[Pick, ...])


def picks_from(stored: str | None) -> tuple[Pick, ...] | None:
    """As `Ledger` wrote them; raises ValueError for what this version can't read."""
    return _PICKS.validate_json(stored) if stored is not None else None


def _written(picks: Sequence[Pick]) -> str:
    return _PICKS.dump_json(tuple(picks), by_alias=True).decode()
