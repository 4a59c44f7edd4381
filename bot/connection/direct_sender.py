"""Letters as direct messages, or as messages in a private thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import discord
from discord.http import handle_message_parameters

from bot.connection.requests import Requests
from bot.delivery.direct_message import DirectMessage, Welcome
from bot.delivery.sending import ATTEMPT, Sent, StillOurs
from bot.views.layout import Layout
from bot.views.letter_page import LetterPage, WelcomePage
from bot.views.mentions import Commands


class DirectSender(Requests):
    """The `LetterSender` of the real thing."""

    def __init__(
        self,
        client: discord.Client,
        attempt: timedelta = ATTEMPT,
        *,
        named: Callable[[], Commands] = Commands,
    ) -> None:
        """`named` gives the commands as messages name them."""
        super().__init__(client, attempt)
        self._named = named

    async def send(self, post: DirectMessage, still_ours: StillOurs) -> Sent:
        """See `Sender.send`."""
        sent = await self._say(post.channel_id, LetterPage(post), post.nonce, still_ours)
        return Sent(sent, post.channel_id)

    async def find(self, post: DirectMessage, *, since: datetime) -> Sent | None:
        """See `Sender.find`."""
        return await self.find_marked(post.channel_id, post.mark, since)

    async def open_thread(self, sent: Sent, post: DirectMessage) -> None:
        """A letter has none."""

    async def publish(self, sent: Sent, post: DirectMessage) -> None:
        """A letter is for one person."""

    async def open(self, person: int) -> int:
        """See `LetterSender.open`."""
        direct = await self.answered(lambda: self._client.http.start_private_message(person))
        return int(direct["id"])

    async def welcome(self, channel_id: int, welcome: Welcome) -> None:
        """See `LetterSender.welcome`."""
        await self._say(channel_id, WelcomePage(welcome), welcome.nonce)

    async def _say(
        self, channel_id: int, layout: Layout, nonce: str, still_ours: StillOurs | None = None
    ) -> int:
        none = discord.AllowedMentions.none()
        view = layout.naming(self._named())
        with handle_message_parameters(view=view, nonce=nonce, allowed_mentions=none) as params:
            message = await self.answered(
                lambda: self._client.http.send_message(channel_id, params=params), still_ours=still_ours
            )
        return int(message["id"])
