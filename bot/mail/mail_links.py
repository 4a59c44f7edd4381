"""What the links in mails do. Looking changes nothing: mail scanners open links."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from bot.mail.mail_keys import MailKeys, hash_of
from bot.readers.mailing import Subscription
from bot.state.subscriptions import Subscriptions


class Link(Enum):
    """How it stands with a link."""

    OPEN = "open"
    """It does what it says when its button is pressed."""
    OVER = "over"
    """It was used, or is too old; of mails: they were ended already."""
    NOTHING = "nothing"
    """It is whole, and no mails go by it: it was made after a backup that was restored, or is misspelt."""
    UNKNOWN = "unknown"
    """We made no such link."""


class MailLinks:
    """Without `keys`, where a process has no mail of its own, links that end mails work all the same.

    `begun` is called when mails begin: the first may be due soon.
    """

    def __init__(
        self, subscriptions: Subscriptions, keys: MailKeys | None, begun: Callable[[], None] | None = None
    ) -> None:
        self._subscriptions = subscriptions
        self._keys = keys
        self._begun = begun

    async def waiting(self, token: str) -> Subscription | None:
        """What a link would confirm; None where there is no such link, or no more."""
        return await self._subscriptions.to_confirm(hash_of(token))

    def is_ours(self, token: str) -> bool:
        """Whether we ever made such a link to confirm with."""
        return self._address_hash(token) is not None

    async def confirm(self, token: str) -> Subscription | None:
        """The mails begin; None where the link was used, or is too old."""
        subscription = await self._subscriptions.confirm(hash_of(token))
        if subscription is not None and self._begun is not None:
            self._begun()
        return subscription

    async def begun(self, token: str) -> Subscription | None:
        """The mails that this very link began, while they go on."""
        address_hash = self._address_hash(token)
        if self._keys is None or address_hash is None:
            return None
        for each in await self._subscriptions.confirmed_at(address_hash):
            if self._keys.confirm_token(each.salt, address_hash) == token:
                return each
        return None

    async def block(self, token: str) -> bool:
        """Never write there again, whoever asks, and end the mails that this very link began.

        False where we made no such link.
        """
        address_hash = self._address_hash(token)
        if address_hash is None:
            waiting = await self.waiting(token)
            address_hash = waiting.address_hash if waiting is not None else None
        if address_hash is None:
            return False
        await self._subscriptions.block(address_hash)
        begun = await self.begun(token)
        if begun is not None and self._keys is not None:
            await self._subscriptions.stop_linked(hash_of(self._keys.link_token(begun.salt)))
        return True

    async def to_stop(self, token: str) -> Link:
        """How it stands with a link that ends mails."""
        if await self._subscriptions.linked(hash_of(token)) is not None:
            return Link.OPEN
        if await self._subscriptions.is_ended(hash_of(token)):
            return Link.OVER
        return Link.NOTHING if MailKeys.may_be_link_token(token) else Link.UNKNOWN

    async def stop(self, token: str) -> Link:
        """End the mails, and delete the address: OPEN where they went on until now."""
        if await self._subscriptions.stop_linked(hash_of(token)):
            return Link.OPEN
        return await self.to_stop(token)

    def _address_hash(self, token: str) -> str | None:
        return self._keys.address_hash_of(token) if self._keys is not None else None
