"""The gateway fails, while posts go over REST."""

from __future__ import annotations

from functools import partial

from tests.crash.town import PLAIN
from tests.storm.ground import Ground, storm


@storm("invalid-sessions")
def invalid_sessions(ground: Ground) -> None:
    """Sessions are called invalid as soon as they begin, again and again: they begin ever more rarely."""
    ground.begin()
    ground.stand_in.gateway(invalid_identifies=4)
    ground.stand_in.drop(how="invalidate")
    ground.wait_for(lambda: not ground.stand_in.gateway()["invalid_identifies"], 120, "four tries")
    ground.wait_for(lambda: ground.stand_in.gateway()["connected"], 60, "a session that lasts")
    ground.over()


@storm("garbled-events", short=True, traces=True)
def garbled_events(ground: Ground) -> None:
    """Events that can't be read: no JSON, no object, a server without anything. The connection resumes."""
    ground.begin()
    for harm in (
        lambda: ground.stand_in.garble(text="{not json"),
        lambda: ground.stand_in.garble(text="5"),
        lambda: ground.stand_in.dispatch(event="GUILD_CREATE", data={"id": "x"}),
        lambda: ground.stand_in.dispatch(event="INTERACTION_CREATE", data={}),
    ):
        resumed = ground.stand_in.gateway()["resumed"]
        harm()
        ground.wait_for(partial(_resumed_since, ground, resumed), 30, "a resume")


@storm("dropped-gateway", channels=60, sorts=(PLAIN,))
def dropped_gateway(ground: Ground) -> None:
    """The connection breaks in every way in turn, while posts are under way."""
    ground.begin()
    for how in ("abort", "close", "reconnect", "invalidate", "1001", "4009"):
        ground.stand_in.drop(how=how)
        ground.wait_for(lambda: ground.stand_in.gateway()["connected"], 60, "the connection")
    ground.over()


def _resumed(ground: Ground) -> int:
    resumed: int = ground.stand_in.gateway()["resumed"]
    return resumed


def _resumed_since(ground: Ground, resumed: int) -> bool:
    return int(ground.stand_in.gateway()["resumed"]) > resumed
