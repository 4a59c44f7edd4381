"""Posts through discord.py's REST client: no cache, no gateway, so that any process may serve any channel."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar

import aiohttp
import discord
from discord.http import handle_message_parameters

from bot.daily.post import Post, Refused, SendFailed, Sent, TryLater, Unclear
from bot.daily.why import why
from bot.rest_budget import SecondTry, one_try
from bot.state.feeds import ChannelKind, Feed
from bot.views.daily_post import DailyEntry, DailyPost, NoNewPapers
from bot.views.feed_notices import PausedNotice, Stopped
from bot.views.layout import Layout
from bot.views.text import escape

T = TypeVar("T")

_THREAD_KEPT: Literal[1440] = 1440
"""Minutes without a message until a thread leaves the channel's list."""
_PAGE = 100
_PAGES = 30
_ALREADY_A_THREAD = 160004
_ALREADY_PUBLISHED = 40033
_SENTENCES = {
    10003: "The channel does not exist any more.",
    10004: "The server is not there any more.",
    30033: "The server has as many threads as Discord allows.",
    40067: "The forum wants a tag on each post: choose one with `/daily edit`.",
    50001: "I cannot see the channel: give me View Channel there.",
    50013: "I lack a permission in the channel: `/daily edit` checks and names it.",
    50083: "The thread is archived and locked.",
    160005: "The thread is locked.",
    160006: "The server has as many open threads as Discord allows.",
}


class DiscordSender:
    """The `Sender` of the real thing."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def send(self, post: Post) -> Sent:
        if post.kind is ChannelKind.FORUM:
            return await self._send_to_forum(post)
        with handle_message_parameters(
            view=_layout(post), nonce=post.nonce, allowed_mentions=_mentions(post)
        ) as params:
            message = await _answered(self._client.http.send_message(post.channel_id, params=params))
        return Sent(int(message["id"]), post.channel_id)

    async def _send_to_forum(self, post: Post) -> Sent:
        channel: dict[str, Any] = {"name": post.name, "auto_archive_duration": _THREAD_KEPT}
        if post.tag_id is not None:
            channel["applied_tags"] = [str(post.tag_id)]
        with (
            handle_message_parameters(
                view=_layout(post), allowed_mentions=_mentions(post), channel_payload=channel
            ) as params,
            one_try(),
        ):
            thread = await _answered(self._client.http.start_thread_in_forum(post.channel_id, params=params))
        # A forum post's first message has the id of its thread.
        return Sent(int(thread["id"]), int(thread["id"]))

    async def find(self, post: Post, *, since: datetime) -> Sent | None:
        if post.kind is ChannelKind.FORUM:
            return await self._find_in_forum(post, since)
        first = discord.utils.time_snowflake(since)
        before: int | None = None
        for _ in range(_PAGES):
            page = await _answered(self._client.http.logs_from(post.channel_id, _PAGE, before=before))
            for message in page:
                if self._is_ours(message, post):
                    return Sent(int(message["id"]), post.channel_id)
            before = min((int(message["id"]) for message in page), default=0)
            if len(page) < _PAGE or before < first:
                return None
        raise Refused("Too much has been written in the channel since.")

    async def _find_in_forum(self, post: Post, since: datetime) -> Sent | None:
        async for thread in self._own_threads(post, since):
            thread_id = int(thread["id"])
            try:
                starter = await _answered(self._client.http.get_message(thread_id, thread_id))
            except Refused:
                # Whoever deleted the first message left the thread: its name tells.
                if thread["name"] == post.name:
                    return Sent(thread_id, thread_id)
                continue
            if self._is_ours(starter, post):
                return Sent(thread_id, thread_id)
        return None

    async def _own_threads(self, post: Post, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """Our threads of the forum, made since then: active ones first, then archived ones."""
        first = discord.utils.time_snowflake(since)
        active = await _answered(self._client.http.get_active_threads(post.guild_id))
        for thread in self._ours(active["threads"], post, first):
            yield thread
        before: str | None = None
        for _ in range(_PAGES):
            page = await _answered(
                self._client.http.get_public_archived_threads(post.channel_id, before=before, limit=_PAGE)
            )
            for thread in self._ours(page["threads"], post, first):
                yield thread
            if not page["threads"] or not page.get("has_more"):
                return
            before = page["threads"][-1]["thread_metadata"]["archive_timestamp"]
            if datetime.fromisoformat(before) < since:
                return
        raise Refused("The forum has too many archived posts to look through.")

    def _ours(self, threads: Iterable[Any], post: Post, first: int) -> Iterable[Mapping[str, Any]]:
        return (
            thread
            for thread in threads
            if int(thread["parent_id"] or 0) == post.channel_id
            and int(thread.get("owner_id") or 0) == self._own_id
            and int(thread["id"]) >= first
        )

    def _is_ours(self, message: Mapping[str, Any], post: Post) -> bool:
        return int(message["author"]["id"]) == self._own_id and any(
            component.get("id") == post.mark for component in message.get("components", ())
        )

    @property
    def _own_id(self) -> int:
        if self._client.user is None:
            raise TryLater("The bot is not logged in yet.", 1.0)
        return self._client.user.id

    async def open_thread(self, sent: Sent, name: str) -> None:
        request = self._client.http.start_thread_with_message(
            sent.channel_id, sent.message_id, name=name, auto_archive_duration=_THREAD_KEPT
        )
        await _unless_done(request, _ALREADY_A_THREAD)

    async def publish(self, sent: Sent) -> None:
        request = self._client.http.publish_message(sent.channel_id, sent.message_id)
        await _unless_done(request, _ALREADY_PUBLISHED)

    async def tell_paused(self, feeds: Sequence[Feed]) -> None:
        channel_id = self._system_channel(feeds[0].plan.guild_id)
        if channel_id is not None:
            try:
                await self._tell(channel_id, feeds)
            except Refused:
                pass
            else:
                return
        refusal = None
        for person in sorted({feed.created_by for feed in feeds}):
            try:
                direct = await _answered(self._client.http.start_private_message(person))
                await self._tell(int(direct["id"]), [feed for feed in feeds if feed.created_by == person])
            except Refused as refused:
                refusal = refused
        if refusal is not None:
            raise refusal

    def _system_channel(self, guild_id: int) -> int | None:
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.system_channel is None:
            return None
        may = guild.system_channel.permissions_for(guild.me)
        return guild.system_channel.id if may.view_channel and may.send_messages else None

    async def _tell(self, channel_id: int, feeds: Sequence[Feed]) -> None:
        stopped = [Stopped(feed.id, feed.plan.channel_id, feed.paused_reason or "") for feed in feeds]
        notice, nonce = PausedNotice(stopped), _notice_nonce(feeds)
        none = discord.AllowedMentions.none()
        with handle_message_parameters(view=notice, nonce=nonce, allowed_mentions=none) as params:
            await _answered(self._client.http.send_message(channel_id, params=params))


def _layout(post: Post) -> Layout:
    if not post.entries:
        return NoNewPapers(post.topic, mark=post.mark)
    return DailyPost(
        [DailyEntry(entry.paper, why(entry.pick, post.day)) for entry in post.entries],
        post.day,
        mark=post.mark,
        topic=post.topic,
        ping_role_id=post.ping_role_id,
    )


def _mentions(post: Post) -> discord.AllowedMentions:
    roles = [discord.Object(post.ping_role_id)] if post.ping_role_id and post.entries else False
    return discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


def _notice_nonce(feeds: Sequence[Feed]) -> str:
    name = "/".join(["paused", *(f"{feed.id}/{feed.paused_at}" for feed in feeds)])
    return "pb" + hashlib.sha256(name.encode()).hexdigest()[:20]


async def _answered(request: Awaitable[T]) -> T:
    """The answer to a request; whatever goes wrong becomes one of the three ways to fail."""
    try:
        return await request
    except (discord.DiscordException, aiohttp.ClientError, OSError, SecondTry) as error:
        raise _failure(error) from error


async def _unless_done(request: Awaitable[Any], already: int) -> None:
    try:
        await _answered(request)
    except Refused as refusal:
        cause = refusal.__cause__
        if not (isinstance(cause, discord.HTTPException) and cause.code == already):
            raise


def _failure(error: Exception) -> SendFailed:
    match error:
        case discord.RateLimited():
            return TryLater("Discord asks to wait.", error.retry_after)
        case discord.HTTPException(status=429):
            return TryLater("Discord asks to wait.", _retry_after(error))
        case discord.HTTPException(status=401):
            return TryLater("Discord refuses the bot's token.", 60.0)
        case discord.HTTPException(code=0, status=403 | 408):
            # Without a code of Discord's own it was not Discord that refused, but something on the way.
            return TryLater("The way to Discord is blocked.", 60.0)
        case discord.HTTPException() if error.status >= 500:
            return Unclear(f"Discord answered {error.status}.")
        case discord.HTTPException():
            sentence = _SENTENCES.get(
                error.code, f"Discord refused it: {escape(error.text) or error.status}."
            )
            return Refused(" ".join(sentence.split())[:500], channel_gone=error.code == 10003)
        case aiohttp.ClientConnectorError():
            return TryLater("Discord cannot be reached.", 1.0)
        case _:
            return Unclear("The connection to Discord broke.")


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", 1.0))
    except (AttributeError, TypeError, ValueError):
        return 1.0
