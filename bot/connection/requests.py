"""Requests to Discord, and our own messages found again in a channel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import discord
from discord.http import handle_message_parameters

from bot.connection.refusals import FAILURES, failure
from bot.connection.rest_budget import Attempt, Unconfirmed, attempt
from bot.delivery.sending import ATTEMPT, Refused, Sent, StillOurs, TryLater, Unclear
from bot.reasons import Code, reason
from bot.views.layout import Layout
from bot.views.mentions import Commands

T = TypeVar("T")

_PAGE = 100
_PAGES = 30


class Requests:
    """`attempt` is for one request to be answered; `named` gives the commands as messages name them."""

    def __init__(
        self,
        client: discord.Client,
        attempt: timedelta = ATTEMPT,
        *,
        named: Callable[[], Commands] = Commands,
    ) -> None:
        self._client = client
        self._named = named
        self._seconds = attempt.total_seconds()

    @property
    def own_id(self) -> int:
        """The bot's; TryLater before the login."""
        if self._client.user is None:
            raise TryLater(reason(Code.NOT_CONNECTED), 1.0)
        return self._client.user.id

    async def answered(
        self, request: Callable[[], Awaitable[T]], *, once: bool = False, still_ours: StillOurs | None = None
    ) -> T:
        """The answer to a request; whatever goes wrong becomes one of the ways to fail."""
        this: Attempt | None = None
        try:
            async with attempt(self._seconds, once=once, still_ours=still_ours) as this:
                found = await request()
        except Unconfirmed as error:
            # The state store is away; whoever knows how to wait for it hears of it.
            raise (error.__cause__ or error) from None
        except FAILURES as error:
            raise failure(error, this) from error
        if isinstance(found, str):
            # A page with status 200 is of something on the way.
            raise Unclear(reason(Code.BLOCKED))
        return found

    async def say(
        self,
        channel_id: int,
        layout: Layout,
        nonce: str,
        *,
        mentions: discord.AllowedMentions | None = None,
        still_ours: StillOurs | None = None,
    ) -> int:
        """Send a message, without `mentions` one that notifies nobody; its id."""
        mentions = mentions or discord.AllowedMentions.none()
        view = layout.naming(self._named())
        with handle_message_parameters(view=view, nonce=nonce, allowed_mentions=mentions) as params:
            message = await self.answered(
                lambda: self._client.http.send_message(channel_id, params=params), still_ours=still_ours
            )
        return int(message["id"])

    async def open_direct(self, person: int) -> int:
        """Open the person's direct message; its channel's id. Nothing is said."""
        direct = await self.answered(lambda: self._client.http.start_private_message(person))
        return int(direct["id"])

    async def find_marked(self, channel_id: int, mark: int, since: datetime) -> Sent | None:
        """Our own message with this mark among those since then, the newest first.

        Refused where too much was written since.
        """
        first = discord.utils.time_snowflake(since)
        before: int | None = None
        for _ in range(_PAGES):
            page = await self.answered(partial(self._client.http.logs_from, channel_id, _PAGE, before=before))
            for message in page:
                if self.is_marked(message, mark):
                    return Sent(int(message["id"]), channel_id)
            before = min((int(message["id"]) for message in page), default=0)
            if len(page) < _PAGE or before < first:
                return None
        raise Refused(reason(Code.SEARCH_TOO_LONG))

    def is_marked(self, message: Mapping[str, Any], mark: int) -> bool:
        """Whether it is our own, and has this mark."""
        return int(message["author"]["id"]) == self.own_id and any(
            component.get("id") == mark for component in message.get("components", ())
        )
