"""Take the database away in the middle of a rush, bring it back, and count what arrived.

AWAY=60 CHANNELS=500 python -m tests.crash
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from tests.crash.bot_process import BotProcess
from tests.crash.kills import Outcome
from tests.crash.town import Town, seed_catalog
from tests.support.postgres import Postgres
from tests.support.stand_in import StandIn, wait_until

WAITS = "Daily papers wait: "
GOES_ON = "The state store answers again."
_QUERIES = ("web agents", "how do language model agents debate with one another")
"""The second is too long for a button, and would be kept in the database."""
_LONGEST_END = 300.0


@dataclass(frozen=True)
class Return(Outcome):
    """What came of it; `seconds` is from the database's return to the last post."""

    away: float
    seconds: float
    answers: int
    unanswered: int
    """How many of `/paper find` were answered with papers meanwhile, and how many not."""

    @property
    def line(self) -> str:
        count = self.count
        return (
            f"away {self.away:.0f} s channels {self.channels} messages {count.messages} "
            f"missing {count.missing} double {count.double} "
            f"done {self.seconds:.0f} s after the return, "
            f"/paper find answered {self.answers} of {self.answers + self.unanswered}"
        )


class Outage:
    def __init__(self, folder: Path, stand_in: StandIn, *, away: float, channels: int) -> None:
        self._stand_in, self._away, self._channels = stand_in, away, channels
        self._server = Postgres()
        self._server.start()
        url = self._server.new_database()
        self._town = Town(stand_in, url, channels)
        self._town.subscribe()
        self._bot = BotProcess(folder, stand_in, catalog=seed_catalog(folder), database_url=url)
        guild = stand_in.add_guild(name="Readers")
        self._readers = stand_in.add_channel(guild=guild, type=0, name="papers")

    def run(self) -> Return:
        try:
            self._bot.start()
            wait_until(lambda: self._town.count().messages >= self._channels / 4, 60, "for the first posts")
            self._server.stop()
            found = self._find_meanwhile()
            self._server.start()
            began = time.monotonic()
            wait_until(lambda: self._town.open_ends() == 0, _LONGEST_END, "for the other posts")
            seconds = time.monotonic() - began
            wait_until(lambda: GOES_ON in self._bot.log, 20, "for a word that it goes on")
            self._bot.stop()
        finally:
            self._bot.kill()
            self._server.remove()
        return Return(
            kills=0,
            channels=self._channels,
            count=self._town.count(),
            faults=self._stand_in.report()["faults"],
            log=self._bot.log,
            away=self._away,
            seconds=seconds,
            answers=sum(found),
            unanswered=len(found) - sum(found),
        )

    def _find_meanwhile(self) -> list[bool]:
        """Whether each search was answered with papers."""
        found: list[bool] = []
        until = time.monotonic() + self._away
        while time.monotonic() < until:
            answer = self._stand_in.command(
                channel=self._readers,
                name="paper find",
                options={"query": _QUERIES[len(found) % len(_QUERIES)]},
                person=f"reader {len(found)}",
            )
            found.append("p1:open:" in str(answer))
            time.sleep(0.5)
        return found
