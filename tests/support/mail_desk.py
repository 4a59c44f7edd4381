"""Everything about mails on one connection to the state, without a mail server."""

from __future__ import annotations

from datetime import timedelta

from bot.backup.deletions import Deletions
from bot.backup.kept import noted_as
from bot.mail.mail_keys import MailKeys, hash_of
from bot.mail.mail_links import MailLinks
from bot.mail.mail_times import next_mail, slot_of
from bot.readers.follows import InboxPlan, Pace
from bot.readers.mailing import Asked, MailPlan, Subscription
from bot.state.ended import MAIL
from bot.state.mails import MailClaims, MailDelivery, Mails
from bot.state.plans import Pick
from bot.state.store import Store
from bot.state.subscriptions import Subscriptions, Wish
from tests.support.time import SettableClock

LEASE = timedelta(seconds=90)
KEYS = MailKeys("a key that is long enough for anybody")
DAILY = MailPlan(times=InboxPlan(pace=Pace.DAILY))


class Desk:
    """What ends is noted in `deletions`."""

    def __init__(
        self, store: Store, clock: SettableClock, owner: str = "one", deletions: Deletions | None = None
    ) -> None:
        self.clock = clock
        self.subscriptions = Subscriptions(
            store,
            clock,
            next_mail,
            ended=noted_as(MAIL, deletions),
            blocked=deletions.note_block if deletions else None,
        )
        self.links = MailLinks(self.subscriptions, KEYS)
        self.mails = Mails(store, clock)
        self.claims = MailClaims(store, clock, slot_of, owner=owner, lease=LEASE)

    async def ask(self, person: int, address: str, salt: str | None = None, plan: MailPlan = DAILY) -> Asked:
        salt, address_hash = salt or KEYS.new_salt(), KEYS.address_hash(address)
        wish = Wish(
            person_id=person,
            address=KEYS.seal(address),
            address_hash=address_hash,
            asker_hash=KEYS.asker_hash(person),
            salt=salt,
            confirm_hash=hash_of(KEYS.confirm_token(salt, address_hash)),
            link_hash=hash_of(KEYS.link_token(salt)),
            plan=plan,
        )
        return await self.subscriptions.ask(wish)

    async def subscribe(self, person: int, address: str, plan: MailPlan = DAILY) -> Subscription:
        salt = KEYS.new_salt()
        await self.ask(person, address, salt, plan)
        return await self.confirm(address, salt)

    async def confirm(self, address: str, salt: str) -> Subscription:
        token = KEYS.confirm_token(salt, KEYS.address_hash(address))
        confirmed = await self.subscriptions.confirm(hash_of(token))
        assert confirmed is not None
        return confirmed

    async def begin(self, mail: MailDelivery, *ids: str) -> MailDelivery | None:
        picks = [Pick(each, f"Title of {each}") for each in ids]
        return await self.mails.begin_first(mail, picks, lease_until=self.clock() + LEASE)
