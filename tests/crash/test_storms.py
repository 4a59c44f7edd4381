"""Everything arrives once through rate limits, errors, resets, slow channels and dropped gateways."""

from __future__ import annotations

import os
import time

from tests.crash.conftest import NewBot
from tests.crash.town import PLAIN, Town
from tests.discord_stand_in.world import VIEW
from tests.support.stand_in import StandIn, wait_until

STORM = {"429": 0.05, "503": 0.02, "reset": 0.02}
GONE = int(os.environ.get("CHANNELS") or 200)
TOLD_AT_MOST = 2
"""Notices to a server whose feeds all stop within two minutes."""
BLOCKED_AT = 10_000
"""Invalid requests in ten minutes for which Discord blocks an address."""


def test_a_storm_loses_and_doubles_nothing_and_the_limit_holds(
    stand_in: StandIn, new_bot: NewBot, state_url: str
) -> None:
    town = Town(stand_in, state_url, channels=120)
    town.subscribe()
    stand_in.limit(per_second=50, buckets=True)
    stand_in.weather(seed=7, rates=STORM)
    bot = new_bot()
    bot.start()
    for _ in range(3):
        time.sleep(2)
        stand_in.drop(how="abort")
    wait_until(lambda: town.open_ends() == 0, 120, "for the storm to pass")
    count = town.count()
    assert (count.missing, count.double, count.steps_missing) == (0, 0, 0), bot.log
    report = stand_in.report()
    assert report["weather"].keys() == STORM.keys()
    assert report["most_in_a_second"] <= 50
    assert report["most_invalid_in_ten_minutes"] < BLOCKED_AT / 10


def test_two_processes_keep_to_one_budget(stand_in: StandIn, new_bot: NewBot, postgres_url: str) -> None:
    town = Town(stand_in, postgres_url, channels=150, sorts=(PLAIN,))
    town.subscribe()
    stand_in.limit(per_second=50)
    bots = [new_bot(postgres_url, (shard, 2)) for shard in (0, 1)]
    for bot in bots:
        bot.start()
    wait_until(lambda: town.open_ends() == 0, 60, "for both to finish")
    assert (town.count().missing, town.count().double) == (0, 0)
    assert stand_in.report()["most_in_a_second"] <= 50


def test_a_slow_channel_holds_up_no_other(stand_in: StandIn, new_bot: NewBot, state_url: str) -> None:
    town = Town(stand_in, state_url, channels=30, sorts=(PLAIN,))
    town.subscribe()
    slow = next(iter(town.sorts))
    stand_in.plan(path=f"/channels/{slow}/messages", failure={"kind": "slow", "seconds": 120})
    bot = new_bot()
    bot.start()
    wait_until(lambda: town.count().messages >= 30, 90, "for all messages, the slow one included")
    wait_until(lambda: town.open_ends() == 1, 20, "for all to be written down but the slow one")


def test_channels_that_went_stay_far_from_the_block_on_invalid_requests(
    stand_in: StandIn, new_bot: NewBot, state_url: str
) -> None:
    town = Town(stand_in, state_url, channels=GONE, sorts=(PLAIN,))
    town.subscribe()
    for number, channel in enumerate(list(town.sorts)):
        if number % 4:
            stand_in.deny(channel=channel, bits=VIEW)
        else:
            stand_in.remove_channel(channel=channel)
    bot = new_bot(PAPERBOY_REQUESTS_PER_SECOND="300")
    bot.start()
    wait_until(lambda: town.open_ends() == 0, GONE / 5, "for every feed to stop")
    wait_until(lambda: town.untold() == 0, 120, "for the admins to be told")
    report = stand_in.report()
    # One refusal stops a feed: the post is not tried again. Telling is a refusal or two for each server.
    assert report["statuses"]["403"] + report["statuses"]["404"] >= GONE
    assert report["most_invalid_in_ten_minutes"] <= GONE + 2 * TOLD_AT_MOST * len(town.guilds)
    assert report["most_invalid_in_ten_minutes"] < BLOCKED_AT / 4
    told = [each for each in stand_in.requests() if "are paused" in str(each["json"])]
    assert len(town.guilds) <= len(told) <= TOLD_AT_MOST * len(town.guilds)


def test_sigterm_finishes_what_is_under_way(stand_in: StandIn, new_bot: NewBot, state_url: str) -> None:
    town = Town(stand_in, state_url, channels=200, sorts=(PLAIN,))
    town.subscribe()
    bot = new_bot()
    bot.start()
    wait_until(lambda: town.count().messages >= 20, 30, "for the first posts")
    assert bot.stop() == 0
    sent = town.count().messages
    assert 20 <= sent <= 200
    unfinished = [line for line in bot.lines if "interrupted" in line.lower()]
    assert unfinished == []
    bot.start()
    wait_until(lambda: town.open_ends() == 0, 60, "for the rest")
    assert (town.count().missing, town.count().double) == (0, 0)
    assert stand_in.report()["nonces_repeated"] == 0
