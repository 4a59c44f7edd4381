"""The threads that Paperboy opened, and posted in forums."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import discord

from bot.connection.requests import Requests
from bot.delivery.post import Discussion
from bot.delivery.sending import Refused
from bot.reasons import Code, reason

_PAGE: Final = 100
_PAGES: Final = 30
_DISCUSSED: Final = 2
"""Messages from which on a thread is a discussion."""
_PUBLIC: Final = (discord.ChannelType.public_thread.value, discord.ChannelType.news_thread.value)
_HAVE_THREADS: Final = (discord.TextChannel, discord.ForumChannel)

Thread = Mapping[str, Any]
"""As Discord describes it."""


class OwnThreads(Requests):
    async def threads_of(self, guild_id: int, channel_id: int, since: datetime) -> AsyncIterator[Thread]:
        """Our threads of a channel, opened since then: active ones first, then archived ones.

        Refused where there are too many.
        """
        for thread in await self._active(guild_id, since):
            if int(thread["parent_id"] or 0) == channel_id:
                yield thread
        async for thread in self._archived(channel_id, since):
            yield thread

    async def most_discussed(self, guild_id: int, channel_id: int, *, since: datetime) -> Discussion | None:
        """See `Threads.most_discussed`: of the archived ones those of this channel alone are looked at."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            return None
        found = [
            thread
            for thread in await self._active(guild_id, since)
            if self._is_for_readers_of(guild, channel_id, thread)
        ]
        if isinstance(guild.get_channel(channel_id), _HAVE_THREADS):
            found += [thread async for thread in self._archived(channel_id, since)]
        most = max(found, key=lambda thread: (_messages(thread), -int(thread["id"])), default=None)
        if most is None or _messages(most) < _DISCUSSED:
            return None
        return Discussion(int(most["id"]), _messages(most))

    def _is_for_readers_of(self, guild: discord.Guild, channel_id: int, thread: Thread) -> bool:
        """Letters go to private threads: these are nobody else's."""
        parent = guild.get_channel(int(thread["parent_id"] or 0))
        if thread["type"] not in _PUBLIC or parent is None:
            return False
        return parent.id == channel_id or parent.permissions_for(guild.default_role).view_channel

    async def _active(self, guild_id: int, since: datetime) -> list[Thread]:
        active = await self.answered(lambda: self._client.http.get_active_threads(guild_id))
        return list(self._ours(active["threads"], since))

    async def _archived(self, channel_id: int, since: datetime) -> AsyncIterator[Thread]:
        before: str | None = None
        for _ in range(_PAGES):
            page = await self.answered(
                partial(self._client.http.get_public_archived_threads, channel_id, before=before, limit=_PAGE)
            )
            for thread in self._ours(page["threads"], since):
                yield thread
            if not page["threads"] or not page.get("has_more"):
                return
            before = page["threads"][-1]["thread_metadata"]["archive_timestamp"]
            if datetime.fromisoformat(before) < since:
                return
        raise Refused(reason(Code.SEARCH_TOO_LONG))

    def _ours(self, threads: Iterable[Any], since: datetime) -> Iterable[Thread]:
        first = discord.utils.time_snowflake(since)
        return (
            thread
            for thread in threads
            if int(thread.get("owner_id") or 0) == self.own_id and int(thread["id"]) >= first
        )


def _messages(thread: Thread) -> int:
    return int(thread.get("message_count") or 0)
