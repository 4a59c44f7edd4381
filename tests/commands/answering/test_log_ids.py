"""A line of the log tells by ids which interaction or delivery it is about, wherever it was written."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.log_ids import current_ids
from tests.conftest import World
from tests.daily.examples import feed_in, posts

Lines = list[tuple[str, dict[str, int]]]


class Kept(logging.Handler):
    """What was logged, each line with its ids."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Lines = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.getMessage(), dict(current_ids())))


@contextmanager
def kept() -> Iterator[Lines]:
    handler = Kept()
    logging.getLogger().addHandler(handler)
    try:
        yield handler.lines
    finally:
        logging.getLogger().removeHandler(handler)


async def test_a_command_that_fails_is_found_by_its_interaction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.breaks = True
    threads: list[tuple[str, dict[str, int]]] = []

    def breaks(*_: object, **__: object) -> None:
        threads.append((threading.current_thread().name, dict(current_ids())))
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("bot.search.engine.Search.find", breaks)
    with kept() as lines:
        await world.alice.slash(world.channel, "paper find", query="agents")
    (ids,) = [ids for message, ids in lines if message.startswith("Unexpected error")]
    assert ids["guild_id"] == world.channel.guild.id
    assert ids["interaction_id"] > 10**16
    assert all("alice" not in name for name in ids)
    (name, in_thread), *_ = threads
    assert name.startswith("catalog-reader")
    assert in_thread["interaction_id"] == ids["interaction_id"]


async def test_a_delivery_that_waits_is_found_by_its_feed_and_server(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    feed = await feed_in(world, world.channel)
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=503, times=1)
    with kept() as lines:
        await world.env.advance_time(8 * 3600 + 300)
    assert len(posts(world.channel)) == 1
    waits = [ids for message, ids in lines if "waits until" in message]
    assert waits
    for ids in waits:
        assert (ids["feed_id"], ids["guild_id"]) == (feed.id, world.channel.guild.id)
        assert ids["delivery_id"] > 0
        assert "interaction_id" not in ids
