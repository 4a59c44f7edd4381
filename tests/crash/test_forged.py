"""A press that Discord would not send, over the wire: only the message's own buttons count."""

from __future__ import annotations

from typing import Any

import pytest

from bot.views.feed_buttons import RemoveFeed
from bot.views.paper_buttons import Recent
from tests.crash.conftest import NewBot
from tests.support.reading import walk
from tests.support.stand_in import StandIn, wait_until


@pytest.fixture
def answer(stand_in: StandIn, new_bot: NewBot) -> dict[str, Any]:
    """Alice's answer of `/paper find`, with what `click` needs of it."""
    channel = stand_in.add_channel(guild=stand_in.add_guild(name="Readers"), type=0, name="papers")
    new_bot().start()
    wait_until(lambda: stand_in.gateway()["connected"] and stand_in.commands(), 40, "for the bot to connect")
    options = {"query": "agents"}
    found = stand_in.command(channel=channel, name="paper find", options=options, person="alice")["message"]
    return {"channel": channel, "message": found["id"], "components": found["components"]}


def test_only_what_stands_on_the_message_is_pressed(stand_in: StandIn, answer: dict[str, Any]) -> None:
    buttons = {part.get("label"): part for part in walk(answer.pop("components"))}
    for forged in (Recent(1), RemoveFeed(1)):
        pressed = stand_in.click(**answer, custom_id=forged.encode(), person="alice", wait=1.5)
        assert pressed["kind"] is None

    turn = buttons["Next"]["custom_id"]
    assert stand_in.click(**answer, custom_id=turn, person="bob")["kind"] == 4
    assert stand_in.click(**answer, custom_id=turn, person="alice")["kind"] == 7


def test_a_button_of_daily_counts_on_no_other_answer(stand_in: StandIn, answer: dict[str, Any]) -> None:
    del answer["components"]
    for permissions in (0, None):
        pressed = stand_in.click(
            **answer,
            custom_id=RemoveFeed(1).encode(),
            person="alice",
            permissions=permissions,
            planted=True,
        )
        assert pressed["kind"] == 4
        assert "Run </paper find:" in str(pressed["message"])
