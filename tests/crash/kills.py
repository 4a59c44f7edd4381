"""Kill the bot again and again while it delivers, start it again each time, and count what arrived.

KILLS=200 CHANNELS=500 SEED=1 python -m tests.crash
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.bot_process import BotProcess
from tests.crash.readers import Readership
from tests.crash.town import Count, Town, seed_catalog
from tests.support.stand_in import StandIn

_LONGEST_LIFE = 40.0
"""Seconds after which a bot that delivers nothing is killed anyway."""
_LONGEST_END = 300.0
_WHEN = ("unheard", "unanswered", "answered")
_AT_START = 0.1
"""The share of kills that hits a bot before its first delivery."""


@dataclass(frozen=True)
class Outcome:
    kills: int
    channels: int
    count: Count
    faults: list[str]
    log: str
    people: int = field(default=0, kw_only=True)

    @property
    def line(self) -> str:
        count, people = self.count, f"people {self.people} " if self.people else ""
        return (
            f"kills {self.kills} channels {self.channels} {people}messages {count.messages} "
            f"missing {count.missing} double {count.double}"
        )

    @property
    def exactly_once(self) -> bool:
        return self.count.done and not self.count.double and not self.faults


class Killing:
    def __init__(
        self,
        folder: Path,
        stand_in: StandIn,
        *,
        kills: int,
        channels: int,
        seed: int,
        database_url: str,
        processes: int = 1,
        people: int = 0,
    ) -> None:
        self._stand_in, self._kills, self._channels = stand_in, kills, channels
        self._random = random.Random(seed)
        self._town = Town(stand_in, database_url, channels)
        self._town.subscribe(seed=seed)
        catalog = seed_catalog(folder)
        self._people = people
        self._readers = Readership(stand_in, database_url, people, seed) if people else None
        if self._readers is not None:
            self._readers.subscribe(catalog)
        self._bots = [
            BotProcess(
                folder, stand_in, catalog=catalog, database_url=database_url, shards=(shard, processes)
            )
            for shard in range(processes)
        ]

    def run(self) -> Outcome:
        killed = 0
        try:
            for bot in self._bots:
                bot.start()
            while killed < self._kills:
                self._kill_one(self._kills - killed)
                killed += 1
            self._stand_in.spare()
            self._let_finish()
            for bot in self._bots:
                bot.stop()
        finally:
            for bot in self._bots:
                bot.kill()
        faults = self._stand_in.report()["faults"]
        log = "".join(bot.log for bot in self._bots)
        return Outcome(killed, self._channels, self._count(), faults, log, people=self._people)

    def _kill_one(self, kills_left: int) -> None:
        bot = self._random.choice(self._bots)
        if self._random.random() < _AT_START:
            time.sleep(self._random.uniform(0, 2))
        else:
            count = self._count()
            left = count.missing + count.steps_missing
            deliveries = self._random.randint(1, max(1, 2 * left // kills_left - 1))
            when = self._random.choice(_WHEN)
            self._stand_in.kill(pid=bot.pid, when=when, deliveries=deliveries)
            bot.wait_for_end(_LONGEST_LIFE)
            self._stand_in.spare()
        bot.kill()
        bot.start()

    def _let_finish(self) -> None:
        """Wait until the bot has nothing left to do. One that never ends shows in the count."""
        deadline = time.monotonic() + _LONGEST_END
        while self._open_ends() and time.monotonic() < deadline:
            time.sleep(0.3)

    def _open_ends(self) -> int:
        return self._town.open_ends() or (self._readers.open_ends() if self._readers else 0)

    def _count(self) -> Count:
        """Channels and people together."""
        count = self._town.count()
        if self._readers is None:
            return count
        theirs = self._readers.count()
        return Count(
            count.messages + theirs.messages,
            count.missing + theirs.missing,
            count.double + theirs.double,
            count.steps_missing,
        )
