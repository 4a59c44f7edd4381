"""Connections that Discord ends for good, and how often they begin anew."""

from __future__ import annotations

import pytest

from bot.connection.gateway import Beginnings
from tests.crash.conftest import NewBot, new_bot, state_url
from tests.support.stand_in import StandIn, wait_until

__all__ = ["new_bot", "state_url"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "Discord rejected DISCORD_TOKEN: copy it again from the developer portal."),
        (4011, "Discord wants more shards"),
        (4013, "Discord doesn't know the intents"),
        (4014, "Discord doesn't allow the intents"),
    ],
)
def test_a_connection_closed_for_good_ends_with_one_sentence(
    stand_in: StandIn, new_bot: NewBot, code: int, sentence: str
) -> None:
    bot = new_bot()
    bot.start()
    wait_until(lambda: stand_in.gateway()["connected"], 40, "for the bot to connect")
    stand_in.drop(how=str(code))
    assert bot.wait() == 1
    assert bot.lines[-1].startswith(f"paperboy: {sentence}")
    assert "Traceback" not in bot.log


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refused_login_ends_with_one_sentence(stand_in: StandIn, new_bot: NewBot, status: int) -> None:
    failure = {"kind": "error", "status": status, "code": 20_001, "message": "Bots are not welcome"}
    stand_in.plan(path="/users/@me", failure=failure)
    bot = new_bot()
    bot.start()
    assert bot.wait() == 1
    assert f"Discord refused the login ({status} Bots are not welcome)" in bot.lines[-1]
    assert "Traceback" not in bot.log


@pytest.mark.parametrize(
    "failure",
    [
        {"kind": "429", "everywhere": True, "seconds": 31},
        {"kind": "html", "status": 403},
        {"kind": "error", "status": 500, "code": 0},
    ],
    ids=["long limit", "portal", "trouble"],
)
def test_a_login_that_may_yet_succeed_is_tried_again(
    stand_in: StandIn, new_bot: NewBot, failure: dict[str, object]
) -> None:
    stand_in.plan(path="/users/@me", failure=failure)
    bot = new_bot()
    bot.start()
    wait_until(lambda: stand_in.gateway()["connected"], 60, "for the bot to connect")
    assert "Traceback" not in bot.log


def test_sessions_that_do_not_last_begin_ever_more_rarely() -> None:
    beginnings, now, waits = Beginnings(), 0.0, []
    for _ in range(6):
        waits.append(beginnings.next_wait(0, now))
        now += waits[-1] + 1
    assert waits == [5, 10, 20, 40, 45, 45]
    assert beginnings.next_wait(1, now) == 5, "another shard's session is another"
    assert beginnings.next_wait(0, now + 45 + 61) == 5, "the last one lasted"


def test_in_the_worst_storm_a_day_takes_far_fewer_than_discord_allows_in_twelve_hours() -> None:
    beginnings, now, begun = Beginnings(), 0.0, 0
    while now < 12 * 3600:
        now += beginnings.next_wait(0, now)
        begun += 1
    assert begun < 1000
