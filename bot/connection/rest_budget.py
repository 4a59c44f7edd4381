"""What stands where every request of the bot passes: in aiohttp's trace of discord.py's session.

Discord takes 50 requests a second from a bot, and discord.py does not count them. Every try is one, also the
repeats that discord.py makes by itself, so the budget stands where every single request
passes. Answers to interactions are exempt.

A request takes its turn when it has its connection and is about to be written: looking up an address, shaking
hands or a busy machine would otherwise hold some back, and let them leave in one bunch with those after them.

discord.py sleeps between tries, once with its lock on all requests closed: cancelled there, it never opens
it again. So an attempt's time-out cancels only while aiohttp has the request; what sleeps when its time is
over is refused here when it would leave.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp
import discord
import yarl

from bot.connection.answers import count_answer
from bot.measuring.figures import Figures

log = logging.getLogger(__name__)

DISCORD_LIMIT = 50.0
LONGEST_SLEEP = 30.0
"""Seconds that discord.py may sleep for a rate limit, its least setting; what is longer we wait ourselves."""
_SAFETY = 0.96
"""A stall between a request's turn and its writing moves one request into another second, or two."""
_EXEMPT = ("/interactions/", "/webhooks/")
_REJECTED_PAUSE = 60.0
"""Seconds without requests after a 401: 10,000 invalid ones in ten minutes block the address."""
_CONFIRMED_FOR = 5.0
"""Seconds for which a request counts as its owner's without asking again; far less than a lease."""

_current: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


class SecondTry(Exception):
    """discord.py was about to repeat a request that may have arrived."""


class TooLate(Exception):
    """The attempt's time was over before its request could leave."""


class NotOurs(Exception):
    """Whoever asked for the request has lost it to another process."""


class Unconfirmed(Exception):
    """Nobody could say whose the request is; the cause is what went wrong."""


class Attempt:
    """One call into discord.py, of one request or of several tries. See `attempt`."""

    def __init__(
        self,
        patience: asyncio.Timeout,
        seconds: float,
        *,
        once: bool,
        still_ours: Callable[[], Awaitable[bool]] | None,
    ) -> None:
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + seconds
        self._once = once
        self._still_ours = still_ours
        self._confirmed = self._loop.time()
        self._answers: list[int | None] = []

    @property
    def certainly_lost(self) -> bool:
        """Whether nothing of it arrived: nothing left, or Discord answered each with 429."""
        return not self.may_have_arrived(last_was_refused=False)

    def may_have_arrived(self, *, last_was_refused: bool) -> bool:
        """Whether any try may have; nothing came of the last where an answer says so (`last_was_refused`)."""
        tries = self._answers[:-1] if last_was_refused else self._answers
        return any(status != 429 for status in tries)

    @property
    def is_confirmed(self) -> bool:
        """Whether it was found to be still ours within the last seconds."""
        return self._still_ours is None or self._loop.time() - self._confirmed < _CONFIRMED_FOR

    def starts(self) -> None:
        """A try begins: it has its whole time again."""
        if self._once and not self.certainly_lost:
            raise SecondTry
        if self._loop.time() >= self._until:
            raise TooLate
        self._limit(self._until)

    async def confirm(self) -> None:
        """Ask whether it is still ours. Raises NotOurs, and Unconfirmed where nobody could say."""
        if self._still_ours is None or self.is_confirmed:
            return
        try:
            ours = await self._still_ours()
        except Exception as error:
            raise Unconfirmed from error
        if not ours:
            raise NotOurs
        self._confirmed = self._loop.time()

    def leaves(self) -> None:
        """It is on the wire: from now on it may arrive."""
        self._answers.append(None)

    def is_answered(self, status: int) -> None:
        """Discord answered this try with an HTTP `status`."""
        if self._answers:
            self._answers[-1] = status

    def ends(self) -> None:
        """The try is over, however it went."""
        self._limit(None)

    def _limit(self, until: float | None) -> None:
        if not self._patience.expired():
            self._patience.reschedule(until)


@asynccontextmanager
async def attempt(
    seconds: float, *, once: bool = False, still_ours: Callable[[], Awaitable[bool]] | None = None
) -> AsyncIterator[Attempt]:
    """Within it, requests of this task have so many seconds; TimeoutError, or TooLate, when they are over.

    With `once` a request is repeated only where Discord answered 429: that one certainly did not arrive.
    `still_ours` is asked when a request that has waited long leaves; NotOurs where it says no.
    """
    async with asyncio.timeout(None) as patience:
        this = Attempt(patience, seconds, once=once, still_ours=still_ours)
        token = _current.set(this)
        try:
            yield this
        finally:
            _current.reset(token)


class RestBudget:
    """At most `per_second` requests leave in any second, in the order in which they are ready, evenly spread.

    No second makes up for what a stall has cost. Where Discord asks all requests to wait for longer than
    discord.py sleeps, or rejects the token, none leaves until that is over: each gets a RateLimited with the
    time left.
    """

    def __init__(self, per_second: float = DISCORD_LIMIT * _SAFETY, figures: Figures | None = None) -> None:
        self._figures = figures or Figures()
        self._in_a_second = max(1, int(per_second))
        self._second = max(1.0, 1 / per_second)
        self._gap = 0.25 / per_second
        self._left: deque[float] = deque(maxlen=self._in_a_second)
        self._turn = asyncio.Lock()
        # So many get themselves a connection and wait with it: enough to use every turn.
        self._ready = asyncio.Semaphore(self._in_a_second)
        self._paused_until = 0.0

    async def spend(self, this: Attempt | None = None) -> None:
        """Wait for the next request's turn; it is not taken by one that must be confirmed anew."""
        loop = asyncio.get_running_loop()
        while True:
            if this is not None:
                await this.confirm()
            async with self._turn:
                if self._left:
                    earliest = self._left[-1] + self._gap
                    if len(self._left) == self._in_a_second:
                        earliest = max(earliest, self._left[0] + self._second)
                    await asyncio.sleep(max(0.0, earliest - loop.time()))
                if this is None or this.is_confirmed:
                    self._left.append(loop.time())
                    return

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so long, but answers to interactions."""
        self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + seconds)

    @property
    def pause_left(self) -> float:
        """Seconds until requests may leave again; 0 where nothing holds them."""
        return max(0.0, self._paused_until - asyncio.get_running_loop().time())

    def trace(self) -> aiohttp.TraceConfig:
        """What discord.py's client takes as `http_trace`."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._on_start)
        config.on_request_headers_sent.append(self._before_writing)
        config.on_request_end.append(self._on_end)
        config.on_response_chunk_received.append(self._on_body)
        config.on_request_exception.append(self._on_failure)
        return config

    async def _on_start(
        self,
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        context.getting_ready = False
        this = _current.get()
        if this is not None:
            this.starts()
        if _counts(request.url):
            if self.pause_left:
                raise discord.RateLimited(self.pause_left)
            await self._ready.acquire()
            context.getting_ready = True

    async def _before_writing(
        self,
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestHeadersSentParams,
    ) -> None:
        """In spite of its name aiohttp awaits this signal before it writes, and again when it sends again."""
        this = _current.get()
        if _counts(request.url):
            with self._figures.rest_waits.timed():
                await self.spend(this)
            self._leave_queue(context)
        if this is not None:
            this.leaves()

    async def _on_end(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        request: aiohttp.TraceRequestEndParams,
    ) -> None:
        this = _current.get()
        if this is not None:
            this.is_answered(request.response.status)
        if request.url.scheme.startswith("http"):
            count_answer(self._figures, request.response.status, request.response.headers)
        if _counts(request.url) and (
            seconds := _asked_of_all(request.response.status, request.response.headers)
        ):
            if not self.pause_left:
                _say(request.response.status, seconds)
            self.pause(seconds)

    async def _on_body(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        _request: aiohttp.TraceResponseChunkReceivedParams,
    ) -> None:
        if (this := _current.get()) is not None:
            this.ends()

    async def _on_failure(
        self,
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        _request: aiohttp.TraceRequestExceptionParams,
    ) -> None:
        self._leave_queue(context)
        if (this := _current.get()) is not None:
            this.ends()

    def _leave_queue(self, context: SimpleNamespace) -> None:
        if context.getting_ready:
            context.getting_ready = False
            self._ready.release()


def _asked_of_all(status: int, headers: Mapping[str, str]) -> float:
    """Seconds for which no request has a chance; 0 where discord.py waits itself, or one bucket is full."""
    if status == 401:
        return _REJECTED_PAUSE
    if status != 429:
        return 0.0
    seconds = retry_after(headers)
    if "Via" not in headers:
        return seconds  # the network before Discord blocks this address
    everywhere = headers.get("X-RateLimit-Global") or headers.get("X-RateLimit-Scope") == "global"
    return seconds if everywhere and seconds > LONGEST_SLEEP else 0.0


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds; 1 where the answer does not say."""
    try:
        return max(0.0, float(headers.get("Retry-After", 1.0)))
    except ValueError:
        return 1.0


def _say(status: int, seconds: float) -> None:
    if status == 401:
        log.error("Discord rejects the bot's token: no request leaves for %.0f s. Was it reset?", seconds)
    else:
        log.warning("Discord asks all requests to wait: none leaves for %.0f s.", seconds)


def _counts(url: yarl.URL) -> bool:
    return url.scheme.startswith("http") and not any(part in url.path for part in _EXEMPT)


def share_of_budget(shard_ids: list[int] | None, shard_count: int | None) -> float:
    """Requests a second for a process that has these shards: all processes together keep to one budget."""
    if not shard_ids or not shard_count:
        return DISCORD_LIMIT * _SAFETY
    return DISCORD_LIMIT * _SAFETY * len(shard_ids) / shard_count
