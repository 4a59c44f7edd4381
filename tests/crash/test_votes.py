"""A crowd that presses one thumbs up, over the wire, while two processes have its presses in turn."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from typing import Any

from sqlalchemy import func, select

from bot.state.reader_tables import votes
from bot.state.store import Store
from tests.crash.conftest import NewBot
from tests.support.reading import walk
from tests.support.stand_in import StandIn, wait_until
from tests.support.statements import value

_PAPER = "2411.13543"
_PEOPLE, _PRESSES, _OVER = 200, 500, 2.0
_BUSY = 2 * (os.cpu_count() or 1)
"""Processes that wait for a processor; with more, nothing that is promised in seconds can be asked for."""


def test_five_hundred_presses_are_counted_exactly_and_shown_in_few_edits(
    stand_in: StandIn, new_bot: NewBot, postgres_url: str
) -> None:
    channel = stand_in.add_channel(guild=stand_in.add_guild(name="Readers"), type=0, name="papers")
    # As while one process takes over from another: both serve the server.
    stand_in.gateway(interactions_in_turn=True)
    for bot in (new_bot(database_url=postgres_url), new_bot(database_url=postgres_url)):
        bot.start()
    wait_until(lambda: stand_in.gateway()["connected"] == 2 and stand_in.commands(), 60, "for the bots")
    card = stand_in.command(channel=channel, name="paper show", options={"paper": _PAPER}, wait=20)["message"]
    people = [f"reader {number % _PEOPLE}" for number in range(_PRESSES)]
    random.Random(1).shuffle(people)
    began = time.time()

    pressed = stand_in.rush_of_presses(
        channel=channel,
        message=card["id"],
        custom_id=_thumb_of(card)["custom_id"],
        people=people,
        over=_OVER,
        wait=10,
    )

    ended, busy = time.time(), pressed["took"] > 1.2 * _OVER or os.getloadavg()[0] > _BUSY
    heard = [who for who, after in zip(people, pressed["acknowledged"], strict=True) if after is not None]
    assert busy or len(heard) == _PRESSES, "Discord takes no later word"
    likes = sum(presses % 2 for presses in Counter(heard).values())
    assert likes > 50

    def is_shown() -> bool:
        return _shown(stand_in, channel, card["id"]) == f"👍 {likes}" and _stored(postgres_url) == likes

    wait_until(is_shown, 60 if busy else 5, f"to see {likes} likes")
    edits = [each["at"] for each in stand_in.requests(path="/messages/") if each["method"] == "PATCH"]
    assert len(edits) <= (max(edits) - began if busy else 5)
    assert busy or max(edits) - ended <= 5


def _thumb_of(message: dict[str, Any]) -> dict[str, Any]:
    return next(part for part in walk(message["components"]) if part.get("label", "").startswith("👍"))


def _shown(stand_in: StandIn, channel: str, message: str) -> str:
    (there,) = [each for each in stand_in.channels() if each["id"] == channel]
    return str(_thumb_of(next(each for each in there["messages"] if each["id"] == message))["label"])


def _stored(url: str) -> int:
    async def count() -> int:
        store = Store(url)
        try:
            return await store.read(value(select(func.count()).select_from(votes))) or 0
        finally:
            await store.close()

    return asyncio.run(count())
