"""Where a storm happens: channels with feeds, a database, bots, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.crash.bot_process import BotProcess
from tests.crash.town import SORTS, Count, Sort, Town, seed_catalog
from tests.discord_stand_in.app import is_delivery
from tests.discord_stand_in.record import Request
from tests.support.postgres import Postgres
from tests.support.stand_in import StandIn, wait_until

_TO_CONNECT = 60.0
_UNTIL_DUE = timedelta(seconds=2)


@dataclass(frozen=True)
class Storm:
    """A storm, and what it needs; see the package's docstring."""

    name: str
    blow: Callable[[Ground], None]
    channels: int
    sorts: tuple[Sort, ...]
    database: str
    patience: float
    short: bool
    traces: bool


STORMS: dict[str, Storm] = {}


def storm(
    name: str,
    *,
    channels: int = 20,
    sorts: tuple[Sort, ...] = SORTS,
    database: str = "sqlite",
    patience: float = 180.0,
    short: bool = False,
    traces: bool = False,
) -> Callable[[Callable[[Ground], None]], Callable[[Ground], None]]:
    def register(blow: Callable[[Ground], None]) -> Callable[[Ground], None]:
        assert name not in STORMS, f"two storms are called {name}"
        STORMS[name] = Storm(name, blow, channels, sorts, database, patience, short, traces)
        return blow

    return register


class Ground:
    def __init__(self, storm: Storm, folder: Path, stand_in: StandIn, *, short: bool) -> None:
        self._storm, self.folder, self.stand_in, self.short = storm, folder, stand_in, short
        self._stack = ExitStack()
        self.catalog = seed_catalog(folder)
        self.state_file = folder / "state.db"
        self.bots: list[BotProcess] = []
        self.ends = False
        """Whether the bot is to end by itself."""
        self.failed: list[str] = []
        self.due = datetime.now(UTC)
        self._over: float | None = None
        postgres = storm.database == "postgres"
        self.url = self.postgres.new_database() if postgres else f"sqlite:///{self.state_file}"
        self.town = Town(stand_in, self.url, storm.channels, storm.sorts)
        for guild in self.town.guilds:
            # Notices to admins go there, and into no channel that is counted.
            general = stand_in.add_channel(guild=guild, type=0, name="general")
            stand_in.choose_system_channel(guild=guild, channel=general)

    @cached_property
    def postgres(self) -> Postgres:
        """A PostgreSQL server of the storm's own, running."""
        server = Postgres()
        self._stack.callback(server.remove)
        server.start()
        return server

    # What a storm does

    def seconds(self, full: float, *, short: float) -> float:
        return short if self.short else full

    def begin(self, processes: int = 1, **settings: str) -> None:
        self.subscribe()
        self.start(processes, **settings)

    def subscribe(self) -> None:
        """A feed in every channel, due now."""
        self.due = datetime.now(UTC).replace(microsecond=0)
        self.town.subscribe(due=self.due)

    def start(self, processes: int = 1, module: str = "bot", **settings: str) -> None:
        for shard in range(processes):
            self.add_bot((shard, processes), module, **settings)
        wait_until(lambda: self.stand_in.gateway()["connected"] >= processes, _TO_CONNECT, "for the bot")

    def add_bot(self, shards: tuple[int, int] = (0, 1), module: str = "bot", **settings: str) -> BotProcess:
        bot = BotProcess(
            self.folder,
            self.stand_in,
            catalog=self.catalog,
            database_url=self.url,
            shards=shards,
            module=module,
            **settings,
        )
        self.bots.append(bot)
        bot.start()
        return bot

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def wait_for(self, true: Callable[[], Any], seconds: float, what: str) -> Any:
        return wait_until(true, seconds, f"for {what}\n{self.log[-4000:]}")

    def wait_until_told(self, paused: int) -> None:
        """Until so many feeds are paused, and their admins know."""
        self.wait_for(lambda: self.town.paused() >= paused, 60, f"{paused} feeds to pause")
        self.wait_for(lambda: not self.town.untold(), 90, "the admins to be told")

    def over(self) -> None:
        self._over = time.time()

    def without(self, channel: str) -> None:
        del self.town.sorts[channel]

    def expect(self, true: object, what: str) -> None:
        if not true:
            self.failed.append(what)

    @property
    def log(self) -> str:
        return "".join(bot.log for bot in self.bots)

    # What came of it

    def outcome(self) -> Outcome:
        deadline = time.monotonic() + self._storm.patience
        while self.town.open_ends() and time.monotonic() < deadline:
            time.sleep(0.3)
        count = self.town.count()
        self.expect(not self.town.open_ends(), "something is still due or under way")
        self.expect(not count.missing, "a message is missing")
        self.expect(not count.double, "a message came twice")
        self.expect(not count.steps_missing, "a thread or a publication is missing")
        self.expect(self.ends or all(bot.running for bot in self.bots), "the bot ended")
        self.expect(self._storm.traces or "Traceback" not in self.log, "a trace is in the log")
        faults = self.stand_in.report()["faults"]
        self.expect(not faults, f"Discord would refuse: {faults[:3]}")
        return Outcome(self._storm.name, count, self._late(), tuple(self.failed), self.log)

    def _late(self) -> float:
        sent = [Request(**each) for each in self.stand_in.requests(path="/channels/")]
        arrived = [
            each.at
            for each in sent
            if is_delivery(each) and each.status == 200 and "paused" not in str(each.json)
        ]
        return max(0.0, max(arrived, default=time.time()) - max(self.due.timestamp(), self._over or 0.0))

    def close(self) -> None:
        for bot in self.bots:
            bot.kill()
        self._stack.close()


@dataclass(frozen=True)
class Outcome:
    name: str
    count: Count
    late: float
    failed: tuple[str, ...]
    log: str

    @property
    def recovered(self) -> bool:
        return not self.failed

    @property
    def line(self) -> str:
        count = self.count
        return (
            f"{self.name} messages {count.messages} missing {count.missing} double {count.double} "
            f"late_s {self.late:.0f} recovered {'yes' if self.recovered else 'no'}"
        )


def blow(storm: Storm, folder: Path, stand_in: StandIn, *, short: bool) -> Outcome:
    """Let a storm happen, and wait until the bot has recovered or will not."""
    ground: Ground | None = None
    try:
        ground = Ground(storm, folder, stand_in, short=short)
        storm.blow(ground)
        return ground.outcome()
    finally:
        if ground is not None:
            ground.close()
