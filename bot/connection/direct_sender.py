"""Letters as direct messages, or as messages in a private thread."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import discord

from bot.connection.requests import Requests
from bot.delivery.direct_message import DirectMessage, Welcome
from bot.delivery.sending import Refused, Sent, StillOurs
from bot.reasons import Code, reason
from bot.views.letter_page import LetterPage, WelcomePage

_NO_MEMBER: Final = (10007, 10013)
"""Discord's codes for an unknown member and an unknown user."""


class DirectSender(Requests):
    """The `LetterSender` of the real thing."""

    async def send(self, post: DirectMessage, still_ours: StillOurs) -> Sent:
        """See `Sender.send`: into a thread only while the person is in its server."""
        if post.guild_id is not None:
            await self._require_member(post.guild_id, post.person_id)
        sent = await self.say(post.channel_id, LetterPage(post), post.nonce, still_ours=still_ours)
        return Sent(sent, post.channel_id)

    async def _require_member(self, guild_id: int, person: int) -> None:
        guild = self._client.get_guild(guild_id)
        if guild is None:
            return  # Discord will say what is wrong with the thread.
        try:
            await self.answered(lambda: guild.fetch_member(person))
        except Refused as refusal:
            cause = refusal.__cause__
            if isinstance(cause, discord.NotFound) and cause.code in _NO_MEMBER:
                raise Refused(reason(Code.LEFT_SERVER)) from cause

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
