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
from bot.reasons import Code, Reason, reason
from bot.rest_budget import SecondTry, one_try
from bot.state.feeds import ChannelKind, Feed
from bot.views.daily_post import DailyEntry, DailyPost, NoNewPapers, thread_name
from bot.views.feed_notices import PausedNotice, Stopped
from bot.views.layout import Layout
from bot.views.schedule import when
from bot.views.why import why

T = TypeVar("T")

_THREAD_KEPT: Literal[1440] = 1440
"""Minutes without a message until a thread leaves the channel's list."""
_PAGE = 100
_PAGES = 30
_ALREADY_A_THREAD = 160004
_ALREADY_PUBLISHED = 40033
_CODES = {
    10003: Code.CHANNEL_GONE,
    10004: Code.SERVER_GONE,
    10087: Code.TAG_GONE,
    30033: Code.TOO_MANY_THREADS,
    40067: Code.TAG_REQUIRED,
    50001: Code.CHANNEL_HIDDEN,
    50013: Code.LACKS_PERMISSION,
    50024: Code.WRONG_CHANNEL_TYPE,
    50083: Code.THREAD_ARCHIVED,
    160005: Code.THREAD_LOCKED,
    160006: Code.TOO_MANY_OPEN_THREADS,
}
"""Discord's error codes that an admin can do something about."""


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
        channel: dict[str, Any] = {"name": _name(post), "auto_archive_duration": _THREAD_KEPT}
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
        raise Refused(reason(Code.SEARCH_TOO_LONG))

    async def _find_in_forum(self, post: Post, since: datetime) -> Sent | None:
        async for thread in self._own_threads(post, since):
            thread_id = int(thread["id"])
            try:
                starter = await _answered(self._client.http.get_message(thread_id, thread_id))
            except Refused:
                # Whoever deleted the first message left the thread: its name tells.
                if thread["name"] == _name(post):
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
        raise Refused(reason(Code.SEARCH_TOO_LONG))

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
            raise TryLater(reason(Code.NOT_CONNECTED), 1.0)
        return self._client.user.id

    async def open_thread(self, sent: Sent, post: Post) -> None:
        request = self._client.http.start_thread_with_message(
            sent.channel_id, sent.message_id, name=_name(post), auto_archive_duration=_THREAD_KEPT
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
        stopped = [_stopped(feed) for feed in feeds]
        notice, nonce = PausedNotice(stopped), _notice_nonce(feeds)
        none = discord.AllowedMentions.none()
        with handle_message_parameters(view=notice, nonce=nonce, allowed_mentions=none) as params:
            await _answered(self._client.http.send_message(channel_id, params=params))


def _name(post: Post) -> str:
    return thread_name([entry.paper.title for entry in post.entries], post.day)


def _stopped(feed: Feed) -> Stopped:
    plan = feed.plan
    cause = feed.paused_reason or reason(Code.FEED_STOPPED)
    return Stopped(plan.channel_id, when(plan.at, plan.zone, plan.weekdays), plan.topic, cause)


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
            return TryLater(reason(Code.ASKED_TO_WAIT), error.retry_after)
        case discord.HTTPException(status=429):
            return TryLater(reason(Code.ASKED_TO_WAIT), _retry_after(error))
        case discord.HTTPException(status=401):
            return TryLater(reason(Code.TOKEN_REJECTED), 60.0)
        case discord.HTTPException(code=0, status=403 | 408):
            # Without a code of Discord's own it was not Discord that refused, but something on the way.
            return TryLater(reason(Code.BLOCKED), 60.0)
        case discord.HTTPException() if error.status >= 500:
            return Unclear(reason(Code.DISCORD_FAILS, status=error.status))
        case discord.HTTPException():
            return Refused(_refusal(error))
        case aiohttp.ClientConnectorError():
            return TryLater(reason(Code.UNREACHABLE), 1.0)
        case _:
            return Unclear(reason(Code.CONNECTION_BROKE))


def _refusal(error: discord.HTTPException) -> Reason:
    if error.code in _CODES:
        return reason(_CODES[error.code])
    return reason(Code.REFUSED, text=error.text[:500], status=error.status)


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", 1.0))
    except (AttributeError, TypeError, ValueError):
        return 1.0
