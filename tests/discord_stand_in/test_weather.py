"""What goes wrong on request, and the limits, as a plain discord.py client sees them."""

from __future__ import annotations

import asyncio
import contextlib
import sys

import aiohttp
import discord
import pytest

from tests.discord_stand_in.conftest import Plain
from tests.discord_stand_in.record import most_within
from tests.discord_stand_in.test_rest import new, send
from tests.support.stand_in import StandIn

SENDING = r"/channels/\d+/messages"


async def test_a_429_is_waited_out_by_discord_py(stand_in: StandIn, client: Plain) -> None:
    channel = new(stand_in)
    stand_in.plan(path=SENDING, failure={"kind": "429", "seconds": 0.05}, times=2)
    await send(client, channel)
    assert [each["status"] for each in stand_in.requests(path="messages")] == [429, 429, 200]


@pytest.mark.parametrize(("kind", "status"), [("cloudflare", 429), ("503", 503)])
async def test_what_discord_py_does_not_retry_raises(
    stand_in: StandIn, client: Plain, kind: str, status: int
) -> None:
    channel = new(stand_in)
    stand_in.plan(path=SENDING, failure={"kind": kind})
    with pytest.raises(discord.HTTPException) as failed:
        await send(client, channel)
    assert failed.value.status == status
    assert stand_in.messages(channel=str(channel)) == []


async def test_a_reset_connection_raises(stand_in: StandIn, client: Plain) -> None:
    channel = new(stand_in)
    stand_in.plan(path=SENDING, failure={"kind": "reset"})
    with pytest.raises((aiohttp.ClientError, OSError)):
        await send(client, channel)
    assert stand_in.messages(channel=str(channel)) == []


@pytest.mark.parametrize("kind", ["503", "reset"])
async def test_a_late_failure_has_kept_the_message(stand_in: StandIn, client: Plain, kind: str) -> None:
    channel = new(stand_in)
    stand_in.plan(path=SENDING, failure={"kind": kind, "late": True})
    with pytest.raises((discord.HTTPException, aiohttp.ClientError, OSError)):
        await send(client, channel, nonce="1")
    kept = stand_in.messages(channel=str(channel))
    assert (await send(client, channel, nonce="1")).id == int(kept[0]["id"])


async def test_a_slow_answer_comes_late_and_holds_up_no_other(stand_in: StandIn, client: Plain) -> None:
    slow, quick = new(stand_in), new(stand_in)
    stand_in.plan(path=f"/channels/{slow}/messages", failure={"kind": "slow", "seconds": 1})
    waiting = asyncio.create_task(send(client, slow))
    await asyncio.sleep(0.05)
    await send(client, quick)
    assert not waiting.done()
    await waiting


async def test_failures_by_chance_follow_their_rates_and_seed(stand_in: StandIn, client: Plain) -> None:
    async def outcomes() -> list[bool]:
        stand_in.weather(seed=4, rates={"503": 0.2, "reset": 0.2})
        sent = []
        for _ in range(60):
            try:
                await send(client, channel)
                sent.append(True)
            except (discord.HTTPException, aiohttp.ClientError, OSError):
                sent.append(False)
        return sent

    channel = new(stand_in)
    first = await outcomes()
    assert 24 < sum(first) < 48
    assert await outcomes() == first


async def test_no_second_takes_more_than_the_global_limit(stand_in: StandIn, client: Plain) -> None:
    channels = [new(stand_in) for _ in range(12)]
    stand_in.limit(per_second=10)
    await asyncio.gather(*(send(client, channel) for channel in channels))
    report = stand_in.report()
    assert report["statuses"]["429"] >= 1
    assert all(len(stand_in.messages(channel=str(channel))) == 1 for channel in channels)


async def test_a_channel_takes_five_messages_in_its_window(stand_in: StandIn, client: Plain) -> None:
    channel = new(stand_in)
    stand_in.limit(buckets=True, bucket_seconds=0.5)
    for _ in range(7):
        await send(client, channel)
    assert "429" not in stand_in.report()["statuses"]
    times = [each["at"] for each in stand_in.requests(path="messages")]
    assert times[5] - times[0] >= 0.5


def test_the_fullest_second_is_found_wherever_it_begins() -> None:
    assert most_within([0.0, 0.6, 0.7, 1.5, 1.55, 3.0], 1.0) == 4
    assert most_within([], 1.0) == 0


@pytest.mark.parametrize(("when", "kept"), [("unheard", 0), ("unanswered", 1), ("answered", 1)])
async def test_a_process_is_killed_at_the_chosen_delivery(
    stand_in: StandIn, client: Plain, when: str, kept: int
) -> None:
    channel = new(stand_in)
    victim = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)")
    stand_in.kill(pid=victim.pid, when=when, deliveries=2)
    await send(client, channel)
    with contextlib.suppress(aiohttp.ClientError, OSError):
        await send(client, channel)
    assert await victim.wait() == -9
    assert len(stand_in.messages(channel=str(channel))) == 1 + kept
