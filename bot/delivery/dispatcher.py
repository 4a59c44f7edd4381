"""The loop behind all deliveries: serve what is due, sleep until the next is, or until woken."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import timedelta
from typing import Generic, TypeVar

from bot.delivery.outage import Outage
from bot.delivery.recipient import Work
from bot.log_ids import about
from bot.state.database_clock import DatabaseClock
from bot.state.failures import is_passing

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
_PAUSE = 2.0
"""Seconds between two tries while the database is away, and until what that interrupted is taken up again."""

_Item = TypeVar("_Item")


class Dispatcher(Generic[_Item]):
    """Works from `start` to `close`, on the event loop of its caller."""

    def __init__(self, work: Work[_Item], *, outage: Outage, clock: DatabaseClock) -> None:
        self._work = work
        self._outage = outage
        self._clock = clock
        self.longest_sleep = LONGEST_SLEEP
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._groups: Counter[int] = Counter()
        self._loop: asyncio.Task[None] | None = None
        self._nap: asyncio.Task[None] | None = None
        self._wake_at: float | None = None
        self._closing = False
        self._left_over = True
        """Whether something of an earlier life, or of an outage, waits to be taken up."""
        self._full = False

    def start(self) -> None:
        """Begin; what an earlier life left unfinished is taken up first. Once is enough."""
        if self._loop is None:
            self._loop = asyncio.create_task(self._run(), name="dispatcher")

    def wake(self, after: float = 0.0) -> None:
        """Look at the tables in so many seconds at the latest: something may be due sooner than was known."""
        at = asyncio.get_running_loop().time() + after
        self._wake_at = at if self._wake_at is None else min(at, self._wake_at)
        if self._nap is not None:
            self._nap.cancel()

    async def serve_now(self, item: _Item) -> None:
        """Serve what its caller has claimed, and wait until it has come as far as it gets."""
        await asyncio.wait([self._begin(item)])
        self.wake()

    async def close(self, patience: float = 25.0) -> None:
        """Claim nothing more and let the sends that are claimed end, for at most `patience` seconds."""
        self._closing = True
        self.wake()
        until = asyncio.get_running_loop().time() + patience
        if self._loop is not None:
            await _end([self._loop], patience / 2)
        if self._under_way:
            log.info("Finishing %d posts that are under way.", len(self._under_way))
            await _end(list(self._under_way.values()), until - asyncio.get_running_loop().time())
        await self._work.close()

    async def _run(self) -> None:
        while not self._closing:
            await self._sleep(await self._round())

    async def _sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self._closing:
            if self._wake_at is not None:
                until, self._wake_at = min(until, self._wake_at), None
            rest = max(until - loop.time(), 0.0)
            self._nap = asyncio.create_task(asyncio.sleep(rest), name="dispatcher-nap")
            await asyncio.wait([self._nap])
            # However often it is woken meanwhile, it begins in time.
            if not self._nap.cancelled() or loop.time() >= until:
                return

    async def _round(self) -> float:
        """Serve what is due; returns the seconds until the next round."""
        try:
            seconds = await self._serve()
        except Exception as error:
            self._left_over = True
            if is_passing(error):
                self._outage.begins(error)
            else:
                self._outage.bug("A look at what is due", error)
        else:
            if not self._full:
                self._outage.ends()
        return _PAUSE if self._left_over else seconds

    async def _serve(self) -> float:
        await self._outage.apart("Measuring the clock", self._clock.measure)
        if self._left_over:
            self._left_over = False
            freed = await self._outage.apart("Freeing posts", self._work.free, self._under_way)
            if freed:
                log.info("Taking up %d posts that were left unfinished.", freed)
        while not self._closing:
            room = min(CAPACITY - len(self._under_way), BATCH)
            self._full = room < BATCH
            if self._full:
                return self.longest_sleep.total_seconds()  # the deliveries that end wake us
            taken = await self._work.take(room, self._crowded)
            for item in taken:
                self._begin(item)
            if not taken:
                break
        await self._work.beside()
        return await self._seconds_to_next()

    @property
    def _crowded(self) -> list[int]:
        """The servers for which nothing more is begun now."""
        return [group for group, posts in self._groups.items() if posts >= PER_SERVER]

    async def _seconds_to_next(self) -> float:
        now = self._clock()
        known = [*await self._work.next_due(), self._clock.next_measuring(), now + self.longest_sleep]
        seconds = (min(instant for instant in known if instant) - now).total_seconds()
        return max(_CROWDED if self._crowded else 0.0, seconds)

    def _begin(self, item: _Item) -> asyncio.Task[None]:
        key = self._work.key(item)
        running = self._under_way.get(key)
        if running is not None:
            return running
        with about(self._work.log_ids(item)):
            task = asyncio.create_task(self._served(item), name=f"delivery-{key}")
            # A callback has the ids of where it was given.
            task.add_done_callback(lambda done: self._after(item, done))
        self._under_way[key] = task
        self._groups[self._work.group(item)] += 1
        return task

    async def _served(self, item: _Item) -> None:
        try:
            await self._work.serve(item)
        except Exception as error:
            if is_passing(error):
                raise
            self._outage.bug(f"Delivery {self._work.key(item)}", error)
            await self._work.after_bug(item)

    def _after(self, item: _Item, task: asyncio.Task[None]) -> None:
        key, group = self._work.key(item), self._work.group(item)
        del self._under_way[key]
        self._groups[group] -= 1
        if not self._groups[group]:
            del self._groups[group]
        if not task.cancelled() and (error := task.exception()) is not None:
            self._interrupted(key, error)
        room = CAPACITY - len(self._under_way)
        if not self._left_over and ((self._full and room >= BATCH) or not self._under_way):
            self.wake()

    def _interrupted(self, key: int, error: BaseException) -> None:
        if not is_passing(error):
            self._outage.bug(f"Delivery {key}", error)
            return
        self._outage.begins(error)
        self._left_over = True
        self.wake(_PAUSE)


async def _end(tasks: list[asyncio.Task[None]], patience: float) -> None:
    """Let the tasks end; those that take longer than `patience` seconds are cancelled."""
    _, late = await asyncio.wait(tasks, timeout=max(patience, 0.0))
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
