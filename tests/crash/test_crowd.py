"""Many people at once, over the wire: everybody is told in Discord's three seconds and answered, in order."""

from __future__ import annotations

from bot.views.custom_ids import PATTERN
from tests.crash.conftest import NewBot
from tests.support.reading import walk
from tests.support.stand_in import StandIn, wait_until

_PUBLIC_DEFERRED = 5


def test_a_crowd_is_acknowledged_first_and_answered_whole(stand_in: StandIn, new_bot: NewBot) -> None:
    channel = stand_in.add_channel(guild=stand_in.add_guild(name="Readers"), type=0, name="papers")
    new_bot().start()
    wait_until(lambda: stand_in.gateway()["connected"] and stand_in.commands(), 40, "for the bot to connect")
    found = {"name": "paper find", "options": {"query": "agents"}}
    nothing = {"name": "paper find", "options": {"query": "zzqx"}}
    before = stand_in.gateway()

    answers = stand_in.rush(channel=channel, commands=[found, nothing] * 30, over=0, wait=60, talkative=True)

    assert all(each["acknowledged_ms"] is not None for each in answers), "Discord takes no later word"
    assert all(each["finished_ms"] is not None for each in answers)
    deferred = [each["kind"] == _PUBLIC_DEFERRED for each in answers]
    assert any(deferred), "whoever came while the queue was full is told first"
    private = 0
    for each, was_deferred, concerns_one in zip(answers, deferred, [False, True] * 30, strict=True):
        ids = [part for part in walk(each["message"]["components"]) if part.get("custom_id")]
        assert all(PATTERN.fullmatch(part["custom_id"]) for part in ids)
        if not concerns_one:
            assert ids, "the page of results"
        elif was_deferred:
            private += 1
            assert "answered privately" in str(each["message"])
    wait_until(lambda: _followups(stand_in) == private, 20, "for what follows privately")
    after = stand_in.gateway()
    assert (after["identify"], after["resume"]) == (before["identify"], before["resume"])


def _followups(stand_in: StandIn) -> int:
    return sum(each["method"] == "POST" for each in stand_in.requests(path="/webhooks/"))
