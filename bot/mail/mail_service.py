"""Everything about mails, put together once for a process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.backup.kept import deletions_of, noted_as
from bot.clock import Clock
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.lifecycle import Patience
from bot.delivery.outage import Outage
from bot.errors import UserError
from bot.mail.mail_keys import MailKeys, hash_of
from bot.mail.mail_links import MailLinks
from bot.mail.mail_setup import NO_MAIL, is_wanted, what_is_missing
from bot.mail.mail_times import next_mail
from bot.mail.mail_upkeep import MailUpkeep
from bot.mail.mailbox import read_address
from bot.measuring.figures import Figures
from bot.readers.mailing import MOST_ADDRESSES, Asked, MailPlan, MailStanding
from bot.reasons import Code, reason
from bot.search.library import Library
from bot.settings import Settings
from bot.state.database_clock import DatabaseClock
from bot.state.ended import MAIL
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.ledger import State
from bot.state.mails import Mails
from bot.state.store import Store
from bot.state.subscriptions import Subscriptions, Wish

if TYPE_CHECKING:
    from bot.mail.smtp_sender import SmtpSender

log = logging.getLogger(__name__)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


class NoMail(UserError):
    """There are no mails here."""

    def __init__(self) -> None:
        super().__init__(NO_MAIL)


def subscriptions_of(settings: Settings, store: Store, clock: Clock) -> Subscriptions:
    """What people asked for; who ends it is noted beside the backups, whichever process is told."""
    deletions = deletions_of(settings, clock)
    return Subscriptions(
        store,
        clock,
        next_mail,
        ended=noted_as(MAIL, deletions),
        blocked=deletions.note_block if deletions is not None else None,
    )


def links_of(settings: Settings, store: Store, clock: Clock) -> MailLinks:
    """For a process that sends no mails and serves what they link to."""
    return MailLinks(subscriptions_of(settings, store, clock), _keys_of(settings))


def _keys_of(settings: Settings) -> MailKeys | None:
    secret = settings.secret.get_secret_value() if settings.secret else ""
    return MailKeys(secret) if secret else None


class MailService:
    """`owner` names this process, as in `DailyService`, whose clock and outage it shares.

    Where something is missing, `is_on` is False: links in mails of earlier days work all the same.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        library: Library,
        store: Store,
        clock: DatabaseClock,
        inboxes: Inboxes,
        followings: Followings,
        outage: Outage,
        owner: str,
        patience: Patience | None = None,
        sender: SmtpSender | None = None,
        figures: Figures | None = None,
    ) -> None:
        self._clock = clock
        self.missing = what_is_missing(settings)
        self._keys = _keys_of(settings)
        self.subscriptions = subscriptions_of(settings, store, clock)
        self.mails = Mails(store, clock, figures)
        self.links = MailLinks(self.subscriptions, self._keys, self.wake)
        self._is_wanted = is_wanted(settings)
        self._serves_pages = settings.web is not None
        self._upkeep = MailUpkeep(self.subscriptions, self.mails, outage, clock)
        self._keeping: asyncio.Task[None] | None = None
        self.dispatcher: Dispatcher[Any] | None = None
        if self.missing is not None or self._keys is None:
            return
        # For bots that send mail alone.
        from bot.mail.mail_engine import dispatcher_of

        self.dispatcher = dispatcher_of(
            settings=settings,
            library=library,
            store=store,
            clock=clock,
            inboxes=inboxes,
            followings=followings,
            subscriptions=self.subscriptions,
            mails=self.mails,
            upkeep=self._upkeep,
            keys=self._keys,
            outage=outage,
            owner=owner,
            patience=patience,
            sender=sender,
        )

    @property
    def is_on(self) -> bool:
        """Whether mails go out."""
        return self.dispatcher is not None

    def check_is_on(self) -> MailKeys:
        """What mails are made with; NoMail where none go out."""
        if self._keys is None or not self.is_on:
            raise NoMail
        return self._keys

    def start(self) -> None:
        """Begin, once the state is migrated. Once is enough; it needs no Discord."""
        if self.dispatcher is not None:
            self.dispatcher.start()
            if not self._serves_pages:
                log.warning(
                    "Mails link to pages at PAPERBOY_PUBLIC_URL, and this process serves none: "
                    "set PAPERBOY_WEB unless another one does."
                )
                self._serves_pages = True  # said once
            return
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._upkeep.run())
        if self._is_wanted and self.missing is not None:
            log.warning("%s", self.missing)
            self._is_wanted = False

    async def close(self) -> None:
        """Let the mails under way end."""
        if self.dispatcher is not None:
            await self.dispatcher.close()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    # What people do

    async def standing(self, person: int) -> MailStanding:
        """How it stands with the person's mails."""
        mine = await self.subscriptions.of(person)
        waiting = await self.subscriptions.waiting(person)
        known = mine or waiting
        if known is None:
            return MailStanding()
        latest = await self.mails.latest(mine.id) if mine is not None else None
        return MailStanding(
            subscription_id=known.id,
            plan=known.plan,
            address=self._unsealed(mine.address) if mine is not None else None,
            is_confirmed=mine is not None,
            next_at=known.next_due_at,
            last_at=(latest.sent_at if latest is not None else None) or known.last_mail_at,
            paused=(known.paused_reason or reason(Code.BUG)) if known.paused_at is not None else None,
            not_sent=latest.note if latest is not None and latest.state is not State.SENT else None,
            waiting=self._unsealed(waiting.address) if waiting is not None else None,
        )

    async def ask(self, person: int, typed: str, plan: MailPlan) -> Asked:
        """Somebody wants this at the address that they typed; UserError for what is none."""
        keys = self.check_is_on()
        address, salt = read_address(typed), keys.new_salt()
        address_hash = keys.address_hash(address)
        wish = Wish(
            person_id=person,
            address=keys.seal(address),
            address_hash=address_hash,
            asker_hash=keys.asker_hash(person),
            salt=salt,
            confirm_hash=hash_of(keys.confirm_token(salt, address_hash)),
            link_hash=hash_of(keys.link_token(salt)),
            plan=plan,
        )
        asked = await self.subscriptions.ask(wish)
        if asked is Asked.TOO_MANY:
            raise UserError(
                f"You've named {MOST_ADDRESSES} addresses within a day. Try again tomorrow, or open the link "
                "in a mail that you got."
            )
        if asked is Asked.FULL:
            raise UserError("Too many people asked for mails today. Try again tomorrow.")
        self.wake()
        return asked

    async def change(self, subscription_id: int, plan: MailPlan) -> None:
        """These mails from now on, or once they are confirmed. What was paused goes on."""
        self.check_is_on()
        await self.subscriptions.change(subscription_id, plan)
        self.wake()

    def wake(self) -> None:
        """Something may be due sooner than was known."""
        if self.dispatcher is not None:
            self.dispatcher.wake()

    def readable(self, rows: Rows) -> Rows:
        """What is kept about a person, for them: with their address as they know it."""
        theirs = rows.get("mail_subscriptions", ())
        if not theirs:
            return rows
        opened = [{**row, "address": self._unsealed(str(row["address"])) or "(unreadable)"} for row in theirs]
        return {**rows, "mail_subscriptions": opened}

    def _unsealed(self, sealed: str) -> str | None:
        return self._keys.unseal(sealed) if self._keys is not None else None
