"""Kill the bot again and again while it delivers, start it again each time, and count what arrived.

KILLS=200 CHANNELS=500 SEED=1 python -m tests.crash
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.fleet import Fleet
from tests.crash.readers import Readership
from tests.crash.town import Count, Town, seed_catalog
from tests.support.stand_in import StandIn

_LONGEST_END = 1_500.0
"""Kills may use up the openings of ten minutes, and whoever waits for one has up to twenty."""


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
        self._town = Town(stand_in, database_url, channels)
        self._town.subscribe(seed=seed)
        catalog = seed_catalog(folder)
        self._people = people
        self._readers = Readership(stand_in, database_url, people, seed) if people else None
        if self._readers is not None:
            self._readers.subscribe(catalog)
        self._fleet = Fleet(
            folder,
            stand_in,
            catalog=catalog,
            database_url=database_url,
            processes=processes,
            chance=random.Random(seed),
        )

    def run(self) -> Outcome:
        killed = 0
        try:
            self._fleet.start()
            while killed < self._kills:
                self._fleet.kill_one(self._left(), self._kills - killed)
                killed += 1
            self._stand_in.spare()
            self._let_finish()
            self._fleet.stop()
        finally:
            self._fleet.kill()
        faults = self._stand_in.report()["faults"]
        return Outcome(killed, self._channels, self._count(), faults, self._fleet.log, people=self._people)

    def _left(self) -> int:
        """Messages and steps that are still to come: one letter tells a person of several papers."""
        town = self._town.count()
        return town.missing + town.steps_missing + (self._readers.letters_left() if self._readers else 0)

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
