"""Whether the gateway answers, by acknowledgements: each shard for itself, however often it connects."""

from __future__ import annotations

from typing import Any

import pytest

from bot.connection.heartbeats import AT_REST, QUICK, Beats, Heartbeats


class KeepAlive:
    """As discord.py's own, of one connection."""

    def __init__(self, began: float) -> None:
        self._last_ack = began

    def acknowledged(self, at: float) -> None:
        self._last_ack = at

    def beat(self) -> dict[str, Any]:
        return {"op": 1}


class Shard:
    """A connection as discord.py has it, which may be answered or not."""

    def __init__(self, there: Discord) -> None:
        self._there = there
        self.alive = self._keep_alive = KeepAlive(there.now)
        self.session_id: str | None = "one"
        self.answers = self.takes = True
        self.sent: list[float] = []

    async def send_heartbeat(self, _: dict[str, Any]) -> None:
        self.sent.append(self._there.now)
        if not self.takes:
            raise ConnectionResetError
        if self.answers:
            self.alive.acknowledged(self._there.now + 0.1)


class Discord:
    """Stands where an AutoShardedClient does; time moves as the test says."""

    def __init__(self, count: int | None = 1) -> None:
        self.now = 100.0
        self.shard_count = count
        self.shard_ids: list[int] | None = None
        self.shards: dict[int, Shard] = {}

    def connect(self, shard_id: int = 0) -> Shard:
        self.shards[shard_id] = Shard(self)
        return self.shards[shard_id]

    def _get_websocket(self, *, shard_id: int) -> Shard:
        return self.shards[shard_id]


def watched(there: Discord, beats: Beats = QUICK) -> Heartbeats:
    return Heartbeats(there, beats, lambda: there.now)  # type: ignore[arg-type]


async def pass_by(there: Discord, heartbeats: Heartbeats, seconds: float) -> str | None:
    """So much time, looked at every two seconds; what was said last."""
    said = None
    for _ in range(int(seconds / 2)):
        there.now += 2
        said = await heartbeats.check()
    return said


@pytest.mark.parametrize("count", [None, 1])
async def test_before_the_login_nothing_is_connected(count: int | None) -> None:
    assert await watched(Discord(count)).check() == "Discord's gateway isn't connected yet."


async def test_two_acknowledgements_are_needed_and_stay_fresh() -> None:
    there = Discord()
    shard, heartbeats = there.connect(), watched(there)
    assert await heartbeats.check() == "Discord's gateway: shard 0 isn't connected yet."
    assert await pass_by(there, heartbeats, 10) is None
    for _ in range(30):
        assert await pass_by(there, heartbeats, 10) is None
    assert len(shard.sent) < 0.2 * 310, "far below the 120 a minute that Discord takes"


async def test_a_gateway_that_stops_answering_is_lost_within_15_s_whenever_that_is() -> None:
    for after in (20, 21, 22.5, 23.9, 25.1):
        there = Discord()
        shard, heartbeats = there.connect(), watched(there)
        await pass_by(there, heartbeats, 20)
        there.now += after - 20
        shard.answers = False
        lost = there.now
        while await heartbeats.check() is None:
            there.now += 2
        assert there.now - lost < 15
        shard.answers = True
        assert await pass_by(there, heartbeats, 6) is None


async def test_a_connection_that_breaks_and_resumes_soon_is_no_loss() -> None:
    there = Discord()
    shard, heartbeats = there.connect(), watched(there)
    await pass_by(there, heartbeats, 20)
    shard.takes = False
    assert await pass_by(there, heartbeats, 2) is None
    there.connect()
    assert await pass_by(there, heartbeats, 20) is None


async def test_a_connection_without_a_session_does_not_count() -> None:
    there = Discord()
    shard, heartbeats = there.connect(), watched(there)
    shard.session_id = None
    assert await pass_by(there, heartbeats, 60) == "Discord's gateway: shard 0 isn't connected yet."
    assert shard.sent == []


async def test_each_shard_of_this_process_is_looked_at() -> None:
    there = Discord(count=4)
    there.shard_ids = [1, 3]
    one, three, heartbeats = there.connect(1), there.connect(3), watched(there)
    assert await pass_by(there, heartbeats, 20) is None
    three.answers = False
    said = str(await pass_by(there, heartbeats, 20))
    assert said.startswith("Discord's gateway: shard 3 had no heartbeat acknowledged for ")
    one.answers = False
    said = str(await pass_by(there, heartbeats, 20))
    assert "shard 1 had no" in said
    assert "shard 3 had no" in said


async def test_at_rest_discords_own_heartbeats_do() -> None:
    there = Discord()
    shard, heartbeats = there.connect(), watched(there, AT_REST)
    await pass_by(there, heartbeats, 20)
    sent = len(shard.sent)
    assert sent <= 3, "until there are two"
    for _ in range(10):
        assert await pass_by(there, heartbeats, 40) is None
        shard.alive.acknowledged(there.now)
    assert len(shard.sent) == sent
    shard.answers = False
    assert await pass_by(there, heartbeats, 120) is not None
