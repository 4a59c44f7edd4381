"""The gateway connection: what ends it for good, what is a loss to recover from, how often to begin anew."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord.gateway import DiscordWebSocket, ReconnectWebSocket, WebSocketClosure

from bot.errors import SettingsError
from bot.log_ids import SHARD, about

log = logging.getLogger(__name__)

_UNREADABLE = 4002
"""The close code for what can't be decoded: it keeps the session, so that the connection resumes."""
_CLOSED_FOR_GOOD = {
    4004: "Discord rejected DISCORD_TOKEN: copy it again from the developer portal.",
    4010: "Discord has no such shard: check PAPERBOY_SHARD_IDS and PAPERBOY_SHARD_COUNT.",
    4011: "Discord wants more shards for this many servers: raise PAPERBOY_SHARD_COUNT, or leave it out.",
    4012: "Discord no longer speaks this version of its gateway: update Paperboy.",
    4013: "Discord doesn't know the intents that Paperboy asked for: update Paperboy.",
    4014: "Discord doesn't allow the intents that Paperboy asked for: check the bot in the developer portal.",
}
_LASTS = 60.0
"""Seconds after which a session counts as good, and the next may begin at once."""
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 45.0
"""Seconds before a session begins anew. Discord takes 1,000 beginnings a day and then resets the token;
discord.py gives up a beginning that takes a minute."""


class Gateway(DiscordWebSocket):
    """discord.py's own, but a bad event costs it a connection, and not the process."""

    async def received_message(self, msg: Any, /) -> None:
        """Pass one event on; one that can't be read is logged with its trace, and the connection goes on."""
        try:
            with about({} if self.shard_id is None else {SHARD: self.shard_id}):
                await super().received_message(msg)
        except (OSError, discord.ConnectionClosed, ReconnectWebSocket, WebSocketClosure):
            raise
        except Exception as error:
            log.error("A gateway event can't be read; connecting again: %r", error, exc_info=error)
            await self.close(code=_UNREADABLE)
            # The event counts as seen: resuming goes on with the next one.
            raise ReconnectWebSocket(self.shard_id, resume=self.session_id is not None) from None


def use_gateway() -> None:
    """Have discord.py connect with `Gateway`, for the rest of this process."""
    discord.shard.DiscordWebSocket = Gateway  # type: ignore[misc]


class Beginnings:
    """How long to wait before a session begins: longer from time to time while none of them lasts."""

    def __init__(self) -> None:
        self._last: dict[int | None, float] = {}
        self._wait: dict[int | None, float] = {}

    def next_wait(self, shard_id: int | None, now: float) -> float:
        """Seconds, for a session that begins now; `now` is the event loop's time."""
        last = self._last.get(shard_id)
        if last is None or now - last - self._wait.get(shard_id, 0.0) > _LASTS:
            wait = _FIRST_WAIT
        else:
            wait = min(2 * self._wait.get(shard_id, _FIRST_WAIT), _LONGEST_WAIT)
        self._last[shard_id], self._wait[shard_id] = now, wait
        return wait


def sentence_of(error: Exception) -> SettingsError | None:
    """What the operator has to do about a connection that Discord ended for good; None for other errors."""
    match error:
        case discord.PrivilegedIntentsRequired():
            return SettingsError(_CLOSED_FOR_GOOD[4014])
        case discord.ConnectionClosed() if error.code in _CLOSED_FOR_GOOD:
            return SettingsError(_CLOSED_FOR_GOOD[error.code])
        case discord.LoginFailure():
            return SettingsError(_CLOSED_FOR_GOOD[4004])
        case discord.HTTPException() if error.status < 500 and error.status != 429:
            return SettingsError(
                f"Discord refused the login ({error.status} {' '.join(error.text.split())[:200]}): check "
                "DISCORD_TOKEN, and the bot in the developer portal."
            )
        case _:
            return None
