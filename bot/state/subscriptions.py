"""Who gets mails at which address: asked for, confirmed, changed, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from bot.clock import Clock
from bot.readers.mailing import (
    MOST_ADDRESSES,
    MOST_UNCONFIRMED,
    Asked,
    MailKind,
    MailPlan,
    Subscription,
)
from bot.state.columns import Instant
from bot.state.ended import Ended, note_ended
from bot.state.feeds import FARTHEST
from bot.state.inserting import insert_new
from bot.state.mail_rows import instead, mail_row, plan_of, subscription_from_row, values_of
from bot.state.mail_tables import (
    mail_asked,
    mail_blocks,
    mail_links,
    mail_subscriptions,
    mailed,
    mails,
)
from bot.state.rows import readable
from bot.state.store import Store

VALID_FOR = timedelta(hours=24)
"""How long an address waits to be confirmed, and within which it is written to once."""

_AHEAD = timedelta(hours=1)
"""By which what was written down is further ahead than clocks of hosts differ."""

NextMail = Callable[[MailPlan, datetime], datetime]
"""When the next mail of a plan is due after an instant."""

_confirmed = mail_subscriptions.c.confirmed_at.is_not(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody names an address. Hashes of it and of who asks are keyed, those of the links are not."""

    person_id: int
    address: str
    """Encrypted."""
    address_hash: str
    asker_hash: str
    salt: str
    confirm_hash: str
    link_hash: str
    plan: MailPlan


class Subscriptions:
    """`ended` is told of the hash of a link whose mails end, `blocked` of that of an address."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        next_mail: NextMail,
        ended: Ended | None = None,
        blocked: Ended | None = None,
    ) -> None:
        self._store = store
        self._ended = ended
        self._blocked = blocked
        self._clock = clock
        self._next_mail = next_mail

    # Reading

    async def of(self, person: int) -> Subscription | None:
        """The confirmed one of the person."""
        return await self._first(and_(mail_subscriptions.c.person_id == person, _confirmed))

    async def waiting(self, person: int) -> Subscription | None:
        """The one that the person named last and that can still be confirmed."""
        return await self._first(and_(mail_subscriptions.c.person_id == person, self._is_open()))

    async def confirmed_at(self, address_hash: str) -> list[Subscription]:
        """Those whose mails go to this address: more than one where several people have it."""
        there = and_(mail_subscriptions.c.address_hash == address_hash, _confirmed)
        query = select(mail_subscriptions).where(there)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [subscription_from_row(row) for row in rows]

    async def get(self, subscription_id: int) -> Subscription | None:
        """As it is written down now."""
        return await self._first(mail_subscriptions.c.id == subscription_id)

    async def to_confirm(self, confirm_hash: str) -> Subscription | None:
        """What this link would confirm; None where it was used, or is too old."""
        return await self._first(and_(mail_subscriptions.c.confirm_hash == confirm_hash, self._is_open()))

    async def linked(self, link_hash: str) -> Subscription | None:
        """What this link would end; None where that was ended, or never was."""
        return await self._first(mail_subscriptions.c.link_hash == link_hash)

    async def is_ended(self, link_hash: str) -> bool:
        """Whether it is the link of mails that were ended."""
        query = select(mail_links.c.hash).where(mail_links.c.hash == link_hash)
        return await self._store.read(lambda connection: connection.scalar(query)) is not None

    async def nearest_due(self) -> datetime | None:
        """When the next mail is due."""
        query = select(func.min(mail_subscriptions.c.next_due_at)).where(
            mail_subscriptions.c.paused_at.is_(None)
        )
        nearest: datetime | None = await self._store.read(lambda connection: connection.scalar(query))
        return nearest

    async def _first(self, where: ColumnElement[bool]) -> Subscription | None:
        query = select(mail_subscriptions).where(where).order_by(mail_subscriptions.c.id.desc()).limit(1)
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return subscription_from_row(row) if row else None

    def _is_open(self) -> ColumnElement[bool]:
        young = mail_subscriptions.c.asked_at > self._clock() - VALID_FOR
        return and_(mail_subscriptions.c.confirmed_at.is_(None), young)

    # Asking and confirming

    async def ask(self, wish: Wish) -> Asked:
        """Keep the wish, and have a mail with the link go out where the address may be written to.

        What is told is the same whatever is known of the address, but for one that is the person's already.
        """
        now = self._clock()

        def work(connection: Connection) -> Asked:
            if not self._store.is_sqlite:
                connection.execute(text("LOCK TABLE mail_asked IN EXCLUSIVE MODE"))
            connection.execute(delete(mail_asked).where(mail_asked.c.at <= now - VALID_FOR))
            if _has_it(connection, wish):
                return Asked.THEIRS
            if _addresses_named(connection, wish) >= MOST_ADDRESSES:
                return Asked.TOO_MANY
            if _unconfirmed_mails(connection) >= MOST_UNCONFIRMED:
                return Asked.FULL
            may = _may_write(connection, wish.address_hash)
            entry = {"address_hash": wish.address_hash, "asker_hash": wish.asker_hash}
            connection.execute(insert(mail_asked).values(**entry, mailed=may, at=now))
            if may or self._none_waits(connection, wish):
                self._make(connection, wish, now, mail=may)
            return Asked.TAKEN

        return await self._store.write(work)

    def _none_waits(self, connection: Connection, wish: Wish) -> bool:
        mine = mail_subscriptions.c.person_id == wish.person_id
        same = mail_subscriptions.c.address_hash == wish.address_hash
        query = select(mail_subscriptions.c.id).where(mine, same, self._is_open())
        return connection.execute(query).first() is None

    def _make(self, connection: Connection, wish: Wish, now: datetime, *, mail: bool) -> None:
        row = {
            "person_id": wish.person_id,
            "address": wish.address,
            "address_hash": wish.address_hash,
            "salt": wish.salt,
            "confirm_hash": wish.confirm_hash,
            "link_hash": wish.link_hash,
            "asked_at": now,
            **values_of(wish.plan),
        }
        made = connection.execute(insert(mail_subscriptions).values(row).returning(mail_subscriptions)).one()
        if mail:
            subscription = subscription_from_row(made)
            day = now.date()
            connection.execute(insert(mails).values(mail_row(subscription, MailKind.CONFIRM, day, now, now)))

    async def confirm(self, confirm_hash: str) -> Subscription | None:
        """From now on mails go there, instead of where the person's went; None where the link is used up."""
        now = self._clock()
        waiting = await self.to_confirm(confirm_hash)
        if waiting is not None:
            await self._note_ended(and_(mail_subscriptions.c.person_id == waiting.person_id, _confirmed))
        this = and_(mail_subscriptions.c.confirm_hash == confirm_hash, self._is_open())
        whose = select(mail_subscriptions.c.person_id).where(this).scalar_subquery()
        theirs = select(mail_subscriptions).where(mail_subscriptions.c.person_id == whose)
        # All of the person's: of two links that are pressed at once the later takes over from the other.
        hold = theirs.order_by(mail_subscriptions.c.id).with_for_update()

        def work(connection: Connection) -> Subscription | None:
            connection.execute(hold).all()
            row = connection.execute(select(mail_subscriptions).where(this)).first()
            if row is None:
                return None
            mine = and_(mail_subscriptions.c.person_id == row.person_id, _confirmed)
            before = connection.execute(select(mail_subscriptions).where(mine)).first()
            plan = plan_of(before if before is not None else row)
            values = {**values_of(plan), "confirm_hash": None, "confirmed_at": now}
            # The server may have refused the mail whose link this is, after it had arrived.
            values |= {"paused_at": None, "paused_reason": None}
            values["next_due_at"] = self._next_mail(plan, now)
            if before is not None:
                values["last_mail_at"] = before.last_mail_at
                _hand_over(connection, before.id, row.id)
            insert_new(connection, mail_links, [{"hash": row.link_hash}])
            that = mail_subscriptions.c.id == row.id
            done = update(mail_subscriptions).where(that).values(values).returning(mail_subscriptions)
            return subscription_from_row(connection.execute(done).one())

        return await self._store.write(work)

    async def block(self, address_hash: str) -> None:
        """Never write there again unasked: what waits to be confirmed there goes, its owner's own stays."""
        if self._blocked is not None:
            await self._blocked(address_hash)
        now = self._clock()
        await self._store.write(lambda connection: block(connection, address_hash, now))

    # Changing and ending

    async def change(self, subscription_id: int, plan: MailPlan) -> bool:
        """These mails from now on, or once they are confirmed. What was paused goes on.

        False where they were ended meanwhile.
        """
        values = {**values_of(plan), "paused_at": None, "paused_reason": None}
        due = case((_confirmed, literal(self._next_mail(plan, self._clock()), Instant)), else_=None)
        this = mail_subscriptions.c.id == subscription_id
        changed = update(mail_subscriptions).where(this).values(**values, next_due_at=due)
        return bool(await self._store.change(changed))

    async def stop(self, person: int) -> bool:
        """Delete the person's addresses, also those that wait to be confirmed. Whether there was any."""
        return await self._stop(mail_subscriptions.c.person_id == person)

    async def stop_linked(self, link_hash: str) -> bool:
        """The same for the one of this link alone."""
        return await self._stop(mail_subscriptions.c.link_hash == link_hash)

    async def _stop(self, this: ColumnElement[bool]) -> bool:
        await self._note_ended(this)
        return bool(await self._store.write(lambda connection: _end(connection, this)))

    async def _note_ended(self, these: ColumnElement[bool]) -> None:
        await note_ended(self._store, self._ended, select(mail_subscriptions.c.link_hash).where(these))

    async def set_right(self) -> int:
        """Bring back the mails that wait for a day which no pace reaches; returns how many people's.

        A clock that has since been set back moved them there. What it wrote of the past counts from now on.
        """
        now = self._clock()
        lost = mail_subscriptions.c.next_due_at > now + FARTHEST
        ahead = now + _AHEAD

        def work(connection: Connection) -> int:
            query, key = select(mail_subscriptions).where(lost), mail_subscriptions.c.id
            found = readable(connection, query, key, subscription_from_row, instead(now))
            for each in found:
                due = update(mail_subscriptions).where(key == each.id, lost)
                connection.execute(due.values(next_due_at=self._next_mail(each.plan, now)))
            past = (mail_subscriptions.c.asked_at, mail_subscriptions.c.confirmed_at, mail_asked.c.at)
            for column in past:
                connection.execute(update(column.table).where(column > ahead).values({column.name: now}))
            last = mail_subscriptions.c.last_mail_at
            connection.execute(update(mail_subscriptions).where(last > ahead).values(last_mail_at=None))
            return len(found)

        return await self._store.write(work)

    async def clean_up(self) -> int:
        """Delete what nobody confirmed in time; returns how many addresses that were."""
        late = mail_subscriptions.c.asked_at <= self._clock() - VALID_FOR
        old = mail_asked.c.at <= self._clock() - VALID_FOR

        def work(connection: Connection) -> int:
            connection.execute(delete(mail_asked).where(old))
            return _end(connection, and_(mail_subscriptions.c.confirmed_at.is_(None), late))

        return await self._store.write(work)


def _has_it(connection: Connection, wish: Wish) -> bool:
    mine = mail_subscriptions.c.person_id == wish.person_id
    same = mail_subscriptions.c.address_hash == wish.address_hash
    query = select(mail_subscriptions.c.id).where(mine, same, _confirmed)
    return connection.execute(query).first() is not None


def _addresses_named(connection: Connection, wish: Wish) -> int:
    """How many others the person has named within a day."""
    others = select(func.count(mail_asked.c.address_hash.distinct())).where(
        mail_asked.c.asker_hash == wish.asker_hash, mail_asked.c.address_hash != wish.address_hash
    )
    return connection.scalar(others) or 0


def _unconfirmed_mails(connection: Connection) -> int:
    sent = select(func.count()).select_from(mail_asked).where(mail_asked.c.mailed)
    return connection.scalar(sent) or 0


def _may_write(connection: Connection, address_hash: str) -> bool:
    blocked = select(mail_blocks.c.address_hash).where(mail_blocks.c.address_hash == address_hash)
    lately = select(mail_asked.c.id).where(mail_asked.c.address_hash == address_hash, mail_asked.c.mailed)
    return connection.execute(blocked).first() is None and connection.execute(lately).first() is None


def _hand_over(connection: Connection, before: int, after: int) -> None:
    """The other address takes over: what was in mails to the one before comes to it no more."""
    had = update(mailed).where(mailed.c.subscription_id == before)
    connection.execute(had.values(subscription_id=after))
    _end(connection, mail_subscriptions.c.id == before)


# What a restore does, too


def keep_links(connection: Connection) -> None:
    """Have each link say "already off" once its mails are gone, also one that was not confirmed yet."""
    unknown = mail_subscriptions.c.link_hash.not_in(select(mail_links.c.hash))
    links = select(mail_subscriptions.c.link_hash).where(unknown)
    connection.execute(insert(mail_links).from_select(["hash"], links))


def end_linked(connection: Connection, link_hash: str) -> int:
    """Delete the address that this link names, and all that is kept with it; how many that were."""
    return _end(connection, mail_subscriptions.c.link_hash == link_hash)


def block(connection: Connection, address_hash: str, at: datetime) -> None:
    """Never write there unasked, as somebody there has said at that instant."""
    insert_new(connection, mail_blocks, [{"address_hash": address_hash, "blocked_at": at}])
    there = mail_subscriptions.c.address_hash == address_hash
    _end(connection, and_(there, mail_subscriptions.c.confirmed_at.is_(None)))


def _end(connection: Connection, which: ColumnElement[bool]) -> int:
    gone = connection.scalars(delete(mail_subscriptions).where(which).returning(mail_subscriptions.c.id))
    ids = list(gone)
    for table in (mails, mailed):
        connection.execute(delete(table).where(table.c.subscription_id.in_(ids)))
    return len(ids)
