"""Mails as the dispatcher hands them out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.delivery.leased_work import LeasedWork
from bot.delivery.lifecycle import Lifecycle
from bot.delivery.outage import Outage
from bot.mail.mail_message import Mail
from bot.mail.mail_recipient import Mailbox, MailRecipient
from bot.mail.mail_upkeep import MailUpkeep
from bot.mail.smtp_sender import SmtpSender
from bot.reasons import Code, reason
from bot.state.ledger import State
from bot.state.mails import MailClaims, MailDelivery, Mails
from bot.state.subscriptions import Subscriptions

_FULL = timedelta(seconds=1)
"""Until the next look while as many mails queue as the server takes within their leases."""

Claimed = tuple[MailDelivery, Mailbox | None]
"""A mail that is this process's, with its recipient where that was read just now."""


class MailWork(LeasedWork[MailDelivery, Mailbox]):
    """The `Work` of mails. At most `most` are under way: they go out one by one."""

    _what = "mails"

    def __init__(
        self,
        *,
        claims: MailClaims,
        subscriptions: Subscriptions,
        mails: Mails,
        recipient: MailRecipient,
        lifecycle: Lifecycle[Mailbox, MailDelivery, Mail],
        sender: SmtpSender,
        upkeep: MailUpkeep,
        outage: Outage,
        clock: Clock,
        most: int,
    ) -> None:
        super().__init__(claims, outage)
        self._claims = claims
        self._subscriptions = subscriptions
        self._mails = mails
        self._recipient = recipient
        self._lifecycle = lifecycle
        self._sender = sender
        self._upkeep = upkeep
        self._clock = clock
        self._most = most
        self._under_way = 0

    async def take(self, room: int, crowded: Collection[int]) -> Sequence[Claimed]:
        """See `Work`."""
        room = min(room, self._most - self._under_way)
        return await super().take(room, crowded) if room > 0 else []

    async def _claim_due(self, room: int, crowded: Collection[int]) -> list[tuple[MailDelivery, Mailbox]]:
        if room <= 0:
            return []
        claimed = await self._claims.claim_due(room, but_of=crowded)
        return [(mail, self._recipient.mailbox(subscription)) for mail, subscription in claimed]

    async def serve(self, item: Claimed) -> None:
        """See `Work`."""
        self._under_way += 1
        try:
            await self._lifecycle.deliver(*item)
        finally:
            self._under_way -= 1

    async def after_bug(self, item: Claimed) -> None:
        """Try again when its lease would have ended."""
        mail, _ = item
        if mail.state is State.CLAIMED:
            until, unsure = self._clock() + self._claims.lease, mail.unsure_since is not None
            await self._mails.wait(mail, until, unsure=unsure, note=reason(Code.BUG))

    async def beside(self) -> None:
        """See `Work`: what nobody confirmed, and what is long past, is deleted."""
        await self._upkeep.look()

    async def next_due(self) -> list[datetime | None]:
        """See `Work`: the nearest mail and wait, or soon where no more can be taken now."""
        if self._under_way >= self._most:
            return [self._clock() + _FULL]
        return [await self._subscriptions.nearest_due(), await self._claims.nearest_waking()]

    async def close(self) -> None:
        """See `Work`."""
        await self._sender.close()

    def group(self, item: Claimed) -> int:
        """See `Work`: the person."""
        return item[0].person_id
