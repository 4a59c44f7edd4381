"""Mails: how far each has come, and who sends which."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.log_ids import MAIL, Ids
from bot.measuring.figures import Figures
from bot.readers.mailing import MailKind, MailPlan, Subscription
from bot.reasons import Code, Reason, reason
from bot.state.inserting import insert_new
from bot.state.leases import Leases
from bot.state.ledger import Delivery, Ledger, State, picks_from
from bot.state.mail_rows import instead, mail_row, subscription_from_row
from bot.state.mail_tables import mail_subscriptions, mailed, mails
from bot.state.plans import Pick
from bot.state.rows import readable
from bot.state.store import Store

_KEPT = timedelta(days=90)
_LONGEST_WAIT = timedelta(days=1)
_MOST_TRIED = 60
"""Mails of somebody that are looked back at: more than there are of a month."""
_MOST_REFUSED = 100
"""Refusals that are looked back at: once they are a few alike, nobody is paused for more of them."""
_LOOKED_THROUGH = 20_000
"""Of the latest mails: those of four days where 5,000 people have one each day."""
_REFUSED = frozenset({Code.MAIL_REFUSED, Code.MAIL_SERVER_AWAY})
"""With what a mail ends, or waits, that a mail server refused."""
_PAUSED_FOR = frozenset({Code.MAIL_REFUSED, Code.MAIL_GIVEN_UP})
"""With what a mail ends whose person was paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDelivery(Delivery):
    subscription_id: int
    person_id: int
    kind: MailKind
    local_date: date
    """Where its person lives."""
    more: int
    """Papers that it tells of without showing them."""

    @property
    def log_ids(self) -> Ids:
        """See `Delivery`; never the person."""
        return {MAIL: self.id}


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a plan."""

    due_at: datetime
    local_date: date
    next_due_at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """What was in vain since somebody last had a mail, or was paused for it."""

    attempts: int
    since: datetime
    """When the first of these mails was due."""


@dataclass(frozen=True, slots=True)
class RefusedMail:
    """A mail for which its person is paused, or that waits since the mail server is said to refuse all."""

    id: int
    address: str
    """Encrypted."""
    address_hash: str
    words: str
    """The mail server's."""
    is_paused: bool


Slots = Callable[[MailPlan, datetime, datetime], Slot]
"""Of a plan that is due since an instant, the slot that counts now, another instant."""


class Mails(Ledger[MailDelivery]):
    """The progress of mails."""

    kind = "mail"

    def __init__(self, store: Store, clock: Clock, figures: Figures | None = None) -> None:
        super().__init__(store, clock, mails, mail_from_row, figures)

    async def latest(self, subscription_id: int) -> MailDelivery | None:
        """The last mail with papers: sent, or why not."""
        query = (
            select(mails)
            .where(mails.c.subscription_id == subscription_id, mails.c.kind == MailKind.PAPERS.value)
            .order_by(mails.c.id.desc())
            .limit(1)
        )
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return mail_from_row(row) if row else None

    async def note_more(self, delivery: MailDelivery, more: int) -> None:
        """So many papers are told of without being shown."""
        await self._store.change(update(mails).where(mails.c.id == delivery.id).values(more=more))

    async def had(self, subscription_id: int) -> set[str]:
        """The ids of the papers that were in its mails, or are set aside for one."""
        query = select(mailed.c.paper_id).where(mailed.c.subscription_id == subscription_id)
        return set(await self._store.read(lambda connection: connection.scalars(query).all()))

    async def tried(self, subscription_id: int) -> Tried | None:
        """What was tried in vain; None where there is nothing since the last mail, or the last pause."""
        query = (
            select(mails.c.state, mails.c.attempts, mails.c.due_at, mails.c.note)
            .where(mails.c.subscription_id == subscription_id, mails.c.kind == MailKind.PAPERS.value)
            .order_by(mails.c.id.desc())
            .limit(_MOST_TRIED)
        )
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        vain = []
        for row in rows:
            paused = row.state == State.FAILED and row.note is not None and row.note.code in _PAUSED_FOR
            if row.state == State.SENT or paused:
                break
            if row.attempts:
                vain.append(row)
        return Tried(sum(row.attempts for row in vain), vain[-1].due_at) if vain else None

    async def others_served(self, subscription_id: int, since: datetime) -> datetime | None:
        """When the mail server first took a mail for anybody else since then."""
        query = select(func.min(mails.c.sent_at)).where(
            mails.c.subscription_id != subscription_id, mails.c.sent_at >= since
        )
        served: datetime | None = await self._store.read(lambda connection: connection.scalar(query))
        return served

    async def refused_lately(self) -> list[RefusedMail]:
        """Some of what was refused since the mail server last took a mail, the latest first."""
        recent = mails.c.id > select(func.max(mails.c.id) - _LOOKED_THROUGH).scalar_subquery()
        # One from the future is of a clock that has since been set back.
        is_past = mails.c.last_attempt_at <= self._clock()
        was_taken = and_(recent, mails.c.state == State.SENT.value, is_past)
        taken = select(func.max(mails.c.last_attempt_at)).where(was_taken)
        is_paused = and_(mails.c.state == State.FAILED.value, mail_subscriptions.c.paused_at.is_not(None))
        query = (
            select(mails, mail_subscriptions.c.address, mail_subscriptions.c.address_hash)
            .join(mail_subscriptions, mail_subscriptions.c.id == mails.c.subscription_id)
            .where(recent, or_(is_paused, mails.c.wake_at.is_not(None)), mails.c.note.is_not(None))
            .order_by(mails.c.last_attempt_at.desc())
            .limit(_MOST_REFUSED)
        )

        def read(connection: Connection) -> Sequence[Row[Any]]:
            since = connection.scalar(taken)
            since_then = query.where(mails.c.last_attempt_at > since) if since is not None else query
            return connection.execute(since_then).all()

        return [
            RefusedMail(
                row.id, row.address, row.address_hash, str(row.note.params["text"]), row.wake_at is None
            )
            for row in await self._store.read(read)
            if row.note.code in _REFUSED and "text" in row.note.params
        ]

    async def take_up_again(self, refused: Sequence[RefusedMail]) -> None:
        """Go on with mails whose recipients were paused for what is our own.

        What was ended or changed meanwhile stays as it is.
        """
        now = self._clock()

        def work(connection: Connection) -> None:
            for each in refused:
                this = and_(mails.c.id == each.id, mails.c.state == State.FAILED.value)
                theirs = and_(
                    mail_subscriptions.c.id.in_(select(mails.c.subscription_id).where(this)),
                    mail_subscriptions.c.paused_at.is_not(None),
                )
                goes_on = update(mail_subscriptions).where(theirs).values(paused_at=None, paused_reason=None)
                connection.execute(goes_on)
                note = reason(Code.MAIL_SERVER_AWAY, text=each.words)
                again = {"state": State.CLAIMED.value, "wake_at": now, "owner": None, "note": note}
                connection.execute(update(mails).where(this).values(again))

        if refused:
            await self._store.write(work)

    async def refused_for_us(self) -> tuple[int, str]:
        """How many mails wait since the mail server refuses them for what we are, and what it said last."""
        waiting = select(mails.c.note).where(mails.c.wake_at.is_not(None)).order_by(mails.c.last_attempt_at)
        notes = await self._store.read(lambda connection: connection.scalars(waiting).all())
        said = [
            str(note.params["text"])
            for note in notes
            if note is not None and note.code == Code.MAIL_SERVER_AWAY and "text" in note.params
        ]
        return len(said), said[-1] if said else ""

    async def clean_up(self) -> int:
        """Delete what was sent long ago; returns how many mails that were."""
        long_ago = self._clock() - _KEPT
        old = and_(mails.c.due_at < long_ago, mails.c.wake_at.is_(None))

        def work(connection: Connection) -> int:
            connection.execute(delete(mailed).where(mailed.c.at < long_ago))
            return connection.execute(delete(mails).where(old)).rowcount

        return await self._store.write(work)

    def _set_aside(self, connection: Connection, delivery: MailDelivery, picks: Sequence[Pick]) -> None:
        rows = [
            {
                "subscription_id": delivery.subscription_id,
                "paper_id": paper_id,
                "person_id": delivery.person_id,
                "mail_id": delivery.id,
                "at": self._clock(),
            }
            for paper_id in dict.fromkeys(pick.paper_id for pick in picks)
        ]
        if len(insert_new(connection, mailed, rows)) < len(rows):
            raise IntegrityError("one of the papers is in another mail by now", rows, _Taken())

    def _is_taken(self, error: IntegrityError) -> bool:
        return isinstance(error.orig, _Taken)

    def _have_arrived(
        self, connection: Connection, delivery: MailDelivery, there: dict[str, Any], now: datetime
    ) -> None:
        this = mail_subscriptions.c.id == delivery.subscription_id
        if delivery.kind is MailKind.PAPERS:
            # Not `now`: what came while it waited for the server is for the next.
            values = {"last_mail_at": delivery.due_at}
            connection.execute(update(mail_subscriptions).where(this).values(values))

    def _free(self, connection: Connection, delivery: MailDelivery) -> None:
        connection.execute(delete(mailed).where(mailed.c.mail_id == delivery.id))

    def _pause(self, connection: Connection, delivery: MailDelivery, note: Reason) -> None:
        this = and_(
            mail_subscriptions.c.id == delivery.subscription_id, mail_subscriptions.c.paused_at.is_(None)
        )
        values = {"paused_at": self._clock(), "paused_reason": note}
        connection.execute(update(mail_subscriptions).where(this).values(values))


class _Taken(Exception):
    """What lies behind an IntegrityError that this ledger raises itself."""


class MailClaims(Leases[MailDelivery]):
    """Claims of mails in the name of `owner`; see `Leases`."""

    def __init__(self, store: Store, clock: Clock, slots: Slots, *, owner: str, lease: timedelta) -> None:
        group = mails.c.person_id
        super().__init__(
            store,
            clock,
            mails,
            mail_from_row,
            group=group,
            owner=owner,
            lease=lease,
            longest=_LONGEST_WAIT,
        )
        self._slots = slots

    async def claim_due(
        self, limit: int, *, but_of: Collection[int] = ()
    ) -> list[tuple[MailDelivery, Subscription]]:
        """Claim the mails whose time has come, and move each subscription to its next, in one transaction."""
        now = self._clock()
        due = (
            select(mail_subscriptions)
            .where(
                mail_subscriptions.c.next_due_at <= now,
                mail_subscriptions.c.paused_at.is_(None),
                mail_subscriptions.c.confirmed_at.is_not(None),
                mail_subscriptions.c.person_id.not_in(but_of),
            )
            .order_by(mail_subscriptions.c.next_due_at, mail_subscriptions.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

        def work(connection: Connection) -> list[tuple[MailDelivery, Subscription]]:
            found = readable(connection, due, mail_subscriptions.c.id, subscription_from_row, instead(now))
            rows = [self._row(connection, each, now) for each in found]
            made = insert_new(connection, mails, rows) if rows else []
            by_id = {each.id: each for each in found}
            return [(mail_from_row(row), by_id[row.subscription_id]) for row in made]

        return await self._store.write(work)

    def _row(self, connection: Connection, subscription: Subscription, now: datetime) -> dict[str, Any]:
        slot = self._slots(subscription.plan, subscription.next_due_at or now, now)
        this = mail_subscriptions.c.id == subscription.id
        moved = update(mail_subscriptions).where(this).values(next_due_at=slot.next_due_at)
        connection.execute(moved)
        row = mail_row(subscription, MailKind.PAPERS, slot.local_date, slot.due_at, now)
        return row | self._lease(now)


_MAIL = TypeAdapter(MailDelivery)


def mail_from_row(row: Row[Any]) -> MailDelivery:
    """Raises ValueError for a row that this version can't read."""
    return _MAIL.validate_python({**row._mapping, "picks": picks_from(row.picks)})
