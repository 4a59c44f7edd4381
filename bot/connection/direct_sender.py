"""Letters as direct messages, or as messages in a private thread."""

from __future__ import annotations

from datetime import datetime

from bot.connection.requests import Requests
from bot.delivery.direct_message import DirectMessage, Welcome
from bot.delivery.sending import Sent, StillOurs
from bot.views.letter_page import LetterPage, WelcomePage


class DirectSender(Requests):
    """The `LetterSender` of the real thing."""

    async def send(self, post: DirectMessage, still_ours: StillOurs) -> Sent:
        """See `Sender.send`."""
        sent = await self.say(post.channel_id, LetterPage(post), post.nonce, still_ours=still_ours)
        return Sent(sent, post.channel_id)

    async def find(self, post: DirectMessage, *, since: datetime) -> Sent | None:
        """See `Sender.find`."""
        return await self.find_marked(post.channel_id, post.mark, since)

    async def open_thread(self, sent: Sent, post: DirectMessage) -> None:
        """A letter has none."""

    async def publish(self, sent: Sent, post: DirectMessage) -> None:
        """A letter is for one person."""

    async def welcome(self, channel_id: int, welcome: Welcome) -> None:
        """See `LetterSender.welcome`."""
        await self.say(channel_id, WelcomePage(welcome), welcome.nonce)
