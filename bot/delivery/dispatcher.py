"""The clockwork behind all feeds: sleeps to the nearest row that is due, and hands rows to the courier."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextvars import copy_context
from datetime import date, datetime, timedelta
from functools import partial

from bot.daily.upkeep import Upkeep
from bot.daily.when.turns import GRACE, turn_of
from bot.delivery.courier import Courier
from bot.delivery.outage import Outage
from bot.reasons import Code, reason
from bot.state.claims import Claims
from bot.state.database_clock import DatabaseClock
from bot.state.deliveries import Deliveries, Delivery, State
from bot.state.failures import is_passing
from bot.state.feeds import Feed, Feeds

log = logging.getLogger(__name__)

CAPACITY = 200
"""Deliveries under way at once: many, so that slow channels hold up no other; few, to keep leases short."""
PER_SERVER = 50
"""Of those, at most for one server: what one makes wait shall hold up no other."""
_CROWDED = 0.5
"""Seconds until the next look while a server has so many."""
BATCH = 50
"""Claimed in one transaction, so that several processes get their shares."""
LONGEST_SLEEP = timedelta(minutes=5)
"""Then the tables are looked at anyway: another process may have died, or the host's clock have jumped."""
_WHILE_TELLING = timedelta(seconds=10)
"""Until the next look at the servers that wait to be told, for their turn or for their last feed to stop."""
_PAUSE = 2.0
"""Seconds between two tries while the database is away, and until what that interrupted is taken up again."""


class Dispatcher:
    """Works from `start` to `close`, on the event loop of its caller."""

    def __init__(
        self,
        *,
        claims: Claims,
        feeds: Feeds,
        deliveries: Deliveries,
        courier: Courier,
        upkeep: Upkeep,
        outage: Outage,
        clock: DatabaseClock,
    ) -> None:
        self._claims = claims
        self._feeds = feeds
        self._deliveries = deliveries
        self._courier = courier
        self._upkeep = upkeep
        self._outage = outage
        self._clock = clock
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._servers: Counter[int] = Counter()
        self.longest_sleep = LONGEST_SLEEP
        self._context = copy_context()
        self._timer: asyncio.TimerHandle | None = None
        self._step: asyncio.Task[None] | None = None
        self._again = False
        self._running = False
        self._freed = False
        self._full = False

    def start(self) -> None:
        if not self._running:
            self._running = True
            self._context = copy_context()
            self.wake()

    def wake(self) -> None:
        """Look at the tables now: a row may be due earlier than was known."""
        if not self._running:
            return
        if self._step is not None:
            self._again = True
        else:
            self._sleep(0.0)

    async def deliver_now(self, feed: Feed, day: date, *, next_due_at: datetime) -> Delivery | None:
        """The feed's delivery of its local `day`, at once: how far it came; None where it is out already."""
        await self._clock.measure()
        delivery = await self._claims.claim_now(feed, day, next_due_at=next_due_at)
        if delivery is None:
            return None
        await asyncio.wait([self._begin(delivery, feed)])
        self.wake()
        return await self._deliveries.of_day(feed.id, day)

    async def close(self, patience: float = 25.0) -> None:
        """Claim nothing more and let the sends that are claimed end, for at most `patience` seconds."""
        self._running = False
        if self._timer is not None:
            self._timer.cancel()
        until = asyncio.get_running_loop().time() + patience
        if self._step is not None:
            await _end([self._step], patience / 2)
        if self._under_way:
            log.info("Finishing %d posts that are under way.", len(self._under_way))
            await _end(list(self._under_way.values()), until - asyncio.get_running_loop().time())
        await self._upkeep.close()

    # One timer, one step at a time. No task waits in between.

    def _sleep(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        # In the context of `start`: nothing of the command that woke us shall stick to the steps that follow.
        self._timer = asyncio.get_running_loop().call_later(seconds, self._begin_step, context=self._context)

    def _begin_step(self) -> None:
        if self._running and self._step is None:
            self._step = asyncio.create_task(self._take_step(), name="daily-step")
            self._step.add_done_callback(self._after_step)

    def _after_step(self, step: asyncio.Task[None]) -> None:
        self._step = None
        if self._again and self._running:
            self._again = False
            self._sleep(0.0)

    async def _take_step(self) -> None:
        sleep = _PAUSE
        try:
            sleep = await self._work()
            if not self._full:
                self._outage.ends()
        except Exception as error:
            self._freed = False
            if is_passing(error):
                self._outage.begins(error)
            else:
                self._outage.bug("A look at what is due", error)
        if self._running:
            self._sleep(sleep if self._freed else _PAUSE)

    async def _work(self) -> float:
        """Hand out what is due; returns the seconds until the next row."""
        await self._outage.apart("Measuring the clock", self._clock.measure)
        if not self._freed:
            self._freed = True
            freed = await self._outage.apart("Freeing posts", self._claims.free_own, self._under_way)
            if freed:
                log.info("Taking up %d posts that were left unfinished.", freed)
        while self._running:
            room = min(CAPACITY - len(self._under_way), BATCH)
            self._full = room < BATCH
            if self._full:
                return self.longest_sleep.total_seconds()  # the deliveries that end wake us
            waiting = await self._outage.apart("Taking up posts", self._take_waiting, room) or []
            left = room - len(waiting)
            due = await self._outage.apart("Claiming posts", self._claim_due, left) or []
            for delivery in waiting:
                self._begin(delivery)
            for delivery, feed in due:
                self._begin(delivery, feed)
            if not waiting and not due:
                break
        await self._upkeep.work()
        return await self._seconds_to_next()

    async def _take_waiting(self, room: int) -> list[Delivery]:
        return await self._claims.take_waiting(room, but_of=self._crowded)

    async def _claim_due(self, room: int) -> list[tuple[Delivery, Feed]]:
        turn = partial(turn_of, now=self._clock())
        return await self._claims.claim_due(room, turn, but_of=self._crowded) if room > 0 else []

    @property
    def _crowded(self) -> list[int]:
        """The servers for which nothing more is begun now."""
        return [guild_id for guild_id, posts in self._servers.items() if posts >= PER_SERVER]

    async def _seconds_to_next(self) -> float:
        now = self._clock()
        telling = await self._feeds.nearest_telling()
        if telling is not None:
            telling = max(telling, now + _WHILE_TELLING)
        nearest = [
            await self._feeds.nearest_due(),
            await self._claims.nearest_waking(),
            telling,
            self._clock.next_measuring(),
            now + self.longest_sleep,
        ]
        seconds = (min(instant for instant in nearest if instant) - now).total_seconds()
        return max(_CROWDED if self._crowded else 0.0, seconds)

    def _begin(self, delivery: Delivery, feed: Feed | None = None) -> asyncio.Task[None]:
        running = self._under_way.get(delivery.id)
        if running is not None:
            return running
        task = asyncio.create_task(self._deliver(delivery, feed), name=f"delivery-{delivery.id}")
        self._under_way[delivery.id] = task
        self._servers[delivery.guild_id] += 1
        task.add_done_callback(lambda done: self._after(delivery, done))
        return task

    async def _deliver(self, delivery: Delivery, feed: Feed | None) -> None:
        try:
            await self._courier.deliver(delivery, feed)
        except Exception as error:
            if is_passing(error):
                raise
            self._outage.bug(f"Delivery {delivery.id}", error)
            await self._after_bug(delivery)

    async def _after_bug(self, delivery: Delivery) -> None:
        """Try again when its lease would have ended, until its day is over."""
        why, now = reason(Code.BUG), self._clock()
        if now - delivery.due_at > GRACE:
            await self._deliveries.fail(delivery, why, pause=False, certain=delivery.unsure_since is None)
        elif delivery.state is State.CLAIMED:
            unsure = delivery.unsure_since is not None
            await self._deliveries.wait(delivery, now + self._claims.lease, unsure=unsure, note=why)

    def _after(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        del self._under_way[delivery.id]
        self._servers[delivery.guild_id] -= 1
        if not self._servers[delivery.guild_id]:
            del self._servers[delivery.guild_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._interrupted(delivery, error)
        room = CAPACITY - len(self._under_way)
        if self._freed and ((self._full and room >= BATCH) or not self._under_way):
            self.wake()

    def _interrupted(self, delivery: Delivery, error: BaseException) -> None:
        if not is_passing(error):
            self._outage.bug(f"Delivery {delivery.id}", error)
            return
        self._outage.begins(error)
        self._freed = False
        if self._running and self._step is None:
            self._sleep(_PAUSE)


async def _end(tasks: list[asyncio.Task[None]], patience: float) -> None:
    """Let the tasks end; those that take longer than `patience` seconds are cancelled."""
    _, late = await asyncio.wait(tasks, timeout=patience)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
