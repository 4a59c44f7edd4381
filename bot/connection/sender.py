"""Posts as messages of Discord: the way there, and what may go wrong on it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import discord
from discord.http import handle_message_parameters

from bot.connection.own_threads import OwnThreads
from bot.delivery import permissions
from bot.delivery.post import Post
from bot.delivery.sending import Refused, SendFailed, Sent, StillOurs, TryLater
from bot.reasons import Code, reason
from bot.state.feeds import ChannelKind, Feed
from bot.views.feed_notices import PausedNotice, Stopped
from bot.views.post_layouts import layout_of, thread_name
from bot.views.schedule_line import when
from bot.views.threads import ALREADY_THERE, KEPT

_LIMIT_OF_PUBLISHING = 60.0
"""Seconds: where publishing has to wait longer, it is for the limit of an hour."""
_LOOK_AGAIN = 600.0
"""Seconds until a server that put the bot into a time-out is tried again: the time-out may be ended early."""
_ALREADY_PUBLISHED = 40033


class DiscordSender(OwnThreads):
    """The `Sender` of the real thing."""

    async def send(self, post: Post, still_ours: StillOurs) -> Sent:
        """See `Sender.send`: with its nonce, or as a post of a forum, which has none."""
        try:
            if post.kind is ChannelKind.FORUM:
                return await self._send_to_forum(post, still_ours)
            return await self._send(post, still_ours)
        except Refused as refusal:
            needed = permissions.to_post(post.kind, pings=self._ping_needs_permission(post))
            raise await self._explained(refusal, post, needed) from refusal

    async def _send(self, post: Post, still_ours: StillOurs) -> Sent:
        layout, mentions = layout_of(post), _mentions(post)
        sent = await self.say(post.channel_id, layout, post.nonce, mentions=mentions, still_ours=still_ours)
        return Sent(sent, post.channel_id)

    async def _send_to_forum(self, post: Post, still_ours: StillOurs) -> Sent:
        try:
            return await self._start_in_forum(post, post.tag_id, still_ours)
        except Refused as refusal:
            if post.tag_id is None or refusal.reason.code != Code.TAG_GONE:
                raise
        # The post matters more than its tag; a forum that wants one says so.
        return await self._start_in_forum(post, None, still_ours)

    async def _start_in_forum(self, post: Post, tag_id: int | None, still_ours: StillOurs) -> Sent:
        channel: dict[str, Any] = {"name": thread_name(post), "auto_archive_duration": KEPT}
        if tag_id is not None:
            channel["applied_tags"] = [str(tag_id)]
        with handle_message_parameters(
            view=layout_of(post).naming(self._named()),
            allowed_mentions=_mentions(post),
            channel_payload=channel,
        ) as params:
            thread = await self.answered(
                lambda: self._client.http.start_thread_in_forum(post.channel_id, params=params),
                once=True,
                still_ours=still_ours,
            )
        # A forum post's first message has the id of its thread.
        return Sent(int(thread["id"]), int(thread["id"]))

    async def find(self, post: Post, *, since: datetime) -> Sent | None:
        """See `Sender.find`: by the mark, among our own messages since then, the newest first."""
        if post.kind is ChannelKind.FORUM:
            return await self._find_in_forum(post, since)
        return await self.find_marked(post.channel_id, post.mark, since)

    async def _find_in_forum(self, post: Post, since: datetime) -> Sent | None:
        async for thread in self.threads_of(post.guild_id, post.channel_id, since):
            thread_id = int(thread["id"])
            try:
                starter = await self.answered(partial(self._client.http.get_message, thread_id, thread_id))
            except Refused:
                # Whoever deleted the first message left the thread: its name tells.
                if thread["name"] == thread_name(post):
                    return Sent(thread_id, thread_id)
                continue
            if self.is_marked(starter, post.mark):
                return Sent(thread_id, thread_id)
        return None

    async def open_thread(self, sent: Sent, post: Post) -> None:
        """See `Sender.open_thread`."""

        def request() -> Awaitable[Any]:
            return self._client.http.start_thread_with_message(
                sent.channel_id, sent.message_id, name=thread_name(post), auto_archive_duration=KEPT
            )

        await self._unless_done(request, ALREADY_THERE, post, permissions.to_open_thread())

    async def publish(self, sent: Sent, post: Post) -> None:
        """See `Sender.publish`."""

        def request() -> Awaitable[Any]:
            return self._client.http.publish_message(sent.channel_id, sent.message_id)

        try:
            await self._unless_done(request, _ALREADY_PUBLISHED, post, permissions.to_publish())
        except TryLater as failure:
            if failure.after > _LIMIT_OF_PUBLISHING:
                raise TryLater(reason(Code.PUBLISH_LIMIT), failure.after) from failure
            raise

    async def tell_server(self, feeds: Sequence[Feed]) -> bool:
        """See `Sender.tell_server`: in its system channel, where the bot may write there."""
        channel_id = self._system_channel(feeds[0].plan.guild_id)
        if channel_id is None:
            return False
        try:
            await self._tell(channel_id, feeds)
        except Refused:
            return False
        return True

    async def tell_person(self, person: int, feeds: Sequence[Feed]) -> None:
        """See `Sender.tell_person`."""
        await self._tell(await self.open_direct(person), feeds)

    def _system_channel(self, guild_id: int) -> int | None:
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.system_channel is None:
            return None
        may = guild.system_channel.permissions_for(guild.me)
        return guild.system_channel.id if may.view_channel and may.send_messages else None

    async def _tell(self, channel_id: int, feeds: Sequence[Feed]) -> None:
        stopped = [_stopped(feed) for feed in feeds]
        await self.say(channel_id, PausedNotice(stopped), _notice_nonce(feeds))

    # What a refusal means

    async def _unless_done(
        self, request: Callable[[], Awaitable[Any]], already: int, post: Post, needed: Sequence[str]
    ) -> None:
        try:
            await self.answered(request)
        except Refused as refusal:
            cause = refusal.__cause__
            if not (isinstance(cause, discord.HTTPException) and cause.code == already):
                raise await self._explained(refusal, post, needed) from cause

    async def _explained(self, refusal: Refused, post: Post, needed: Sequence[str]) -> SendFailed:
        """A refusal for want of permission, with what is wanting: permissions, or a time-out's end."""
        if refusal.reason.code != Code.LACKS_PERMISSION:
            return refusal
        guild = self._client.get_guild(post.guild_id)
        channel = guild.get_channel_or_thread(post.channel_id) if guild else None
        if guild is None or channel is None:
            return refusal
        try:
            # Without the members intent the cached roles of the bot may be old.
            me = await self.answered(lambda: guild.fetch_member(self.own_id))
        except SendFailed:
            return refusal
        if me.timed_out_until is not None and me.is_timed_out():
            left = (me.timed_out_until - discord.utils.utcnow()).total_seconds()
            until = int(me.timed_out_until.timestamp())
            return TryLater(reason(Code.TIMED_OUT, until=until), min(left, _LOOK_AGAIN))
        have = channel.permissions_for(me)
        missing = [name for name in needed if not getattr(have, name)]
        if not missing:
            return refusal
        named, forum = ",".join(missing), int(post.kind is ChannelKind.FORUM)
        return Refused(reason(Code.LACKS_PERMISSION, permissions=named, forum=forum))

    def _ping_needs_permission(self, post: Post) -> bool:
        guild = self._client.get_guild(post.guild_id)
        role = guild.get_role(post.ping_role_id) if guild and post.ping_role_id else None
        return role is not None and not role.mentionable


def _stopped(feed: Feed) -> Stopped:
    plan = feed.plan
    cause = feed.paused_reason or reason(Code.FEED_STOPPED)
    return Stopped(plan.channel_id, when(plan.at, plan.zone, plan.weekdays), plan.topic, cause)


def _mentions(post: Post) -> discord.AllowedMentions:
    roles = [discord.Object(post.ping_role_id)] if post.ping_role_id and post.entries else False
    return discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


def _notice_nonce(feeds: Sequence[Feed]) -> str:
    name = "/".join(["paused", *(f"{feed.id}/{feed.paused_at}" for feed in feeds)])
    return "pb" + hashlib.sha256(name.encode()).hexdigest()[:20]
