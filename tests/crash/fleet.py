"""The processes of one bot, of which any may be killed at any moment."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.crash.bot_process import BotProcess
from tests.support.stand_in import StandIn

_LONGEST_LIFE = 40.0
"""Seconds after which a bot that delivers nothing is killed anyway."""
_WHEN = ("unheard", "unanswered", "answered")
_AT_START = 0.1
"""The share of kills that hits a bot before its first delivery."""


class Fleet:
    """`processes` that share a catalog and a state, each with its shard."""

    def __init__(
        self,
        folder: Path,
        stand_in: StandIn,
        *,
        catalog: Path,
        database_url: str,
        processes: int,
        chance: random.Random,
    ) -> None:
        self._stand_in, self._chance = stand_in, chance
        self._bots = [
            BotProcess(
                folder, stand_in, catalog=catalog, database_url=database_url, shards=(shard, processes)
            )
            for shard in range(processes)
        ]

    @property
    def log(self) -> str:
        return "".join(bot.log for bot in self._bots)

    def start(self) -> None:
        for bot in self._bots:
            bot.start()

    def stop(self) -> None:
        for bot in self._bots:
            bot.stop()

    def kill(self) -> None:
        for bot in self._bots:
            bot.kill()

    def kill_one(self, left: int, kills_left: int) -> None:
        """One process is killed and started again: `kills_left` such are spread over `left` messages."""
        bot = self._chance.choice(self._bots)
        if self._chance.random() < _AT_START:
            time.sleep(self._chance.uniform(0, 2))
        else:
            deliveries = self._chance.randint(1, max(1, 2 * left // kills_left - 1))
            self._stand_in.kill(pid=bot.pid, when=self._chance.choice(_WHEN), deliveries=deliveries)
            bot.wait_for_end(_LONGEST_LIFE)
            self._stand_in.spare()
        bot.kill()
        bot.start()
