"""The secret addresses of channels' feeds: whoever has one reads the channel's daily papers, and no more."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.state.ended import Ended, note_ended
from bot.state.feed_token_table import feed_tokens
from bot.state.inserting import insert_or_update
from bot.state.store import Store

_BYTES = 32
"""Of chance in a token: nobody guesses one, so that its plain hash can't be turned back either."""


@dataclass(frozen=True, slots=True)
class FeedChannel:
    """The channel that a token opens."""

    guild_id: int
    channel_id: int


class FeedTokens:
    """`ended` is told of the hash of a token that another replaces."""

    def __init__(self, store: Store, clock: Clock, ended: Ended | None = None) -> None:
        self._store = store
        self._clock = clock
        self._ended = ended

    async def renew(self, guild_id: int, channel_id: int) -> str:
        """A new token for the channel, in the place of an earlier one; nobody can read it again."""
        token = secrets.token_urlsafe(_BYTES)
        row = {
            "channel_id": channel_id,
            "guild_id": guild_id,
            "token_hash": _hash(token),
            "made_at": self._clock(),
        }

        def work(connection: Connection) -> None:
            insert_or_update(connection, feed_tokens, [row], by=[feed_tokens.c.channel_id])

        former = select(feed_tokens.c.token_hash).where(feed_tokens.c.channel_id == channel_id)
        await note_ended(self._store, self._ended, former)
        await self._store.write(work)
        return token

    async def channel_of(self, token: str) -> FeedChannel | None:
        """The channel that this token opens; None for one that opens none, or none any more."""
        query = select(feed_tokens).where(feed_tokens.c.token_hash == _hash(token))
        row = await self._store.read(lambda connection: connection.execute(query).first())
        return FeedChannel(row.guild_id, row.channel_id) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
