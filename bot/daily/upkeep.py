"""Beside delivering: tells admins of paused feeds, and deletes what has been gone for long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.clock import Clock
from bot.daily.when.due import next_due
from bot.delivery.clock_watch import ClockWatch
from bot.delivery.outage import Outage
from bot.delivery.sending import Refused, SendFailed, Teller, TryLater
from bot.reasons import Code, reason
from bot.state.feeds import Feed, Feeds
from bot.state.openings import Openings
from bot.state.table_base import NOBODY

log = logging.getLogger(__name__)

KEPT_DAYS = 30
"""Days for which the feeds of a server that removed the bot, or of a deleted channel, wait for its return."""
_CLEAN_UP_EVERY = timedelta(hours=1)
_TELL_AGAIN = timedelta(minutes=5)
_TELL_UNTIL = timedelta(hours=24)
_AT_ONCE = 20


class Upkeep:
    def __init__(
        self, *, feeds: Feeds, openings: Openings, sender: Teller, outage: Outage, clock: Clock
    ) -> None:
        self._feeds = feeds
        self._openings = openings
        self._sender = sender
        self._outage = outage
        self._clock = clock
        self._cleaned_at: datetime | None = None
        self._watch = ClockWatch("feeds", lambda: feeds.set_right(self._next_post), clock)
        self._telling: dict[int, asyncio.Task[None]] = {}
        self._in_order = asyncio.Lock()

    async def work(self) -> None:
        """One round; never waits for Discord."""
        now = self._clock()
        await self._outage.apart("Setting schedules right", self._watch.look)
        await self._outage.apart("Cleaning up", self._clean_up, now)
        await self._outage.apart("Telling admins", self._begin_telling, now)

    def _next_post(self, feed: Feed) -> datetime:
        return next_due(feed.plan, self._clock())

    async def _clean_up(self, now: datetime) -> None:
        if self._cleaned_at is None or abs(now - self._cleaned_at) >= _CLEAN_UP_EVERY:
            removed = await self._feeds.clean_up(now - timedelta(days=KEPT_DAYS))
            self._cleaned_at = now
            if removed:
                log.info(
                    "Deleted %d feeds whose server or channel has been gone for %d days.", removed, KEPT_DAYS
                )

    async def _begin_telling(self, now: datetime) -> None:
        for stopped in await self._feeds.to_tell(_AT_ONCE - len(self._telling)):
            guild_id = stopped[0].plan.guild_id
            if guild_id not in self._telling:
                # Whoever dies while telling has the next process tell again; the nonce keeps it one message.
                long_ago = all(feed.paused_at and now - feed.paused_at > 2 * _TELL_UNTIL for feed in stopped)
                again = None if long_ago else now + _TELL_AGAIN
                await self._feeds.tell_again([feed.id for feed in stopped], again)
                task = asyncio.create_task(self._tell(stopped), name=f"tell-{guild_id}")
                self._telling[guild_id] = task
                task.add_done_callback(partial(self._told, guild_id))

    async def close(self) -> None:
        """Leave the admins who are being told to the next start."""
        telling = list(self._telling.values())
        for task in telling:
            task.cancel()
        await asyncio.gather(*telling, return_exceptions=True)

    def _told(self, guild_id: int, task: asyncio.Task[None]) -> None:
        del self._telling[guild_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._outage.bug(f"Telling server {guild_id} of its paused feeds", error)

    async def _tell(self, stopped: Sequence[Feed]) -> None:
        """Tell one server; in its system channel, or else those who set the feeds up, each in person."""
        guild_id = stopped[0].plan.guild_id
        try:
            in_server = await self._sender.tell_server(stopped)
        except SendFailed as failure:
            await self._put_off(stopped, failure)
            return
        if in_server:
            await self._done(stopped)
            return
        for person in sorted({feed.created_by for feed in stopped}):
            theirs = [feed for feed in stopped if feed.created_by == person]
            if person == NOBODY:
                log.info("Nobody in server %s is left to be told of its paused feeds.", guild_id)
                await self._done(theirs)
                continue
            try:
                await self._tell_person(person, theirs)
            except Refused as refusal:
                log.info("Somebody of server %s can't be told of its paused feeds: %s", guild_id, refusal)
            except SendFailed as failure:
                await self._put_off(theirs, failure)
                continue
            await self._done(theirs)

    async def _tell_person(self, person: int, feeds: Sequence[Feed]) -> None:
        free = await self._openings.take()
        if free is not None:
            raise TryLater(reason(Code.DIRECT_MESSAGES_FULL), (free - self._clock()).total_seconds())
        await self._sender.tell_person(person, feeds)

    async def _put_off(self, feeds: Sequence[Feed], failure: SendFailed) -> None:
        first, now = feeds[0].paused_at, self._clock()
        if first is None or now - first >= _TELL_UNTIL:
            log.warning("Nobody could be told why feed %s is paused: %s", feeds[0].id, failure)
            await self._done(feeds)
            return
        asked = timedelta(seconds=failure.after if isinstance(failure, TryLater) else 0)
        log.info("Telling server %s of its paused feeds waits: %s", feeds[0].plan.guild_id, failure)
        ids = [feed.id for feed in feeds]
        await self._outage.insist(lambda: self._feeds.tell_again(ids, now + max(asked, _TELL_AGAIN)))

    async def _done(self, feeds: Sequence[Feed]) -> None:
        ids = [feed.id for feed in feeds]
        await self._outage.insist(lambda: self._feeds.tell_again(ids, None))

    # Servers and channels that come and go: kept in mind, in their order, until the state store takes them.

    async def guild_left(self, guild_id: int) -> None:
        """The feeds of a server that removed the bot stop."""
        async with self._in_order:
            await self._left(guild_id)

    async def guild_joined(self, guild_id: int) -> None:
        """Those of a server that took it back go on."""
        async with self._in_order:
            await self._joined(guild_id)

    async def _left(self, guild_id: int) -> None:
        stopped = await self._outage.insist(lambda: self._feeds.guild_left(guild_id))
        if stopped:
            log.info(
                "Server %s removed the bot: %d feeds stop, and go in %d days.", guild_id, stopped, KEPT_DAYS
            )

    async def _joined(self, guild_id: int) -> None:
        back = await self._outage.insist(lambda: self._feeds.guild_back(guild_id, self._next_post))
        if back:
            log.info("Server %s took the bot back: %d feeds go on.", guild_id, back)

    async def channel_deleted(self, channel_id: int) -> None:
        """The feeds of a channel or thread that is gone stop."""
        async with self._in_order:
            stopped = await self._outage.insist(lambda: self._feeds.channel_deleted(channel_id))
        if stopped:
            log.info("Channel %s was deleted: %d feeds stop.", channel_id, stopped)

    async def compare(self, present: Collection[int], is_ours: Callable[[int], bool]) -> None:
        """At start: notice the servers that came and went while the bot was off.

        `present` are the servers of this process, the unavailable ones too; `is_ours` tells whether a server
        belongs to one of its shards, since the others' servers are not for it to judge.
        """
        async with self._in_order:
            for guild_id in sorted(await self._outage.insist(self._feeds.guilds) - set(present)):
                if is_ours(guild_id):
                    await self._left(guild_id)
            for guild_id in sorted(await self._outage.insist(self._feeds.gone_guilds) & set(present)):
                await self._joined(guild_id)
