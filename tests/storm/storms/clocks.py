"""Hosts whose clocks differ."""

from __future__ import annotations

from bot.state.feeds import ChannelKind
from tests.crash.town import Sort
from tests.discord_stand_in.world import FORUM
from tests.storm.ground import Ground, storm

FORUMS = (Sort(ChannelKind.FORUM, FORUM),)


@storm("two-clocks", channels=50, sorts=FORUMS, database="postgres", patience=300)
def two_clocks(ground: Ground) -> None:
    """A second host's clock is 150 s ahead, and the first waits for its small share of the budget."""
    ground.subscribe()
    ground.start(PAPERBOY_REQUESTS_PER_SECOND="0.5")
    ground.wait(2)
    ground.add_bot((0, 1), "tests.storm.skewed", STORM_CLOCK_OFF="150")
    ground.wait_for(lambda: "clock differs from the database's" in ground.log, 60, "a word on the clock")


@storm("clock-behind", database="postgres", short=True)
def clock_behind(ground: Ground) -> None:
    """This host's clock is an hour behind the database's: posts come when they are due nevertheless."""
    ground.subscribe()
    ground.start(module="tests.storm.skewed", STORM_CLOCK_OFF="-3600")
