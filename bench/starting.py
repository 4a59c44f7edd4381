"""Paperboy's start and memory at rest, side by side with those of an empty AutoShardedClient.

Both log in over the wire to the stand-in Discord, in turns, so that a busy machine slows both. A start ends
when the gateway says "ready"; memory is what lies in RAM for the process (RSS, as `ps` counts it) some
seconds after, when the index is warm. Files of which other processes hold the same pages are counted whole.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.figures import own_mb, processor_seconds, resident_mb, show
from tests.support.project import PROJECT
from tests.support.stand_in import TOKEN, StandIn

TURNS = int(os.environ.get("TURNS", "7"))
REST_S = float(os.environ.get("REST", "3"))
_POLL_S = 0.01


@dataclass
class Starts:
    """What repeated starts of one program took."""

    command: list[str]
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)


def show_starts(folder: Path, catalog: Path) -> None:
    """Start both in turns; `catalog` exists, and the state is migrated by a start that is not counted."""
    discord = StandIn()
    environment = os.environ | {
        "DISCORD_TOKEN": TOKEN,
        "DATABASE_URL": f"sqlite:///{folder / 'state.db'}",
        "PAPERBOY_DATA": str(folder),
        "PAPERBOY_CATALOG": str(catalog),
        "PAPERBOY_DISCORD_API": discord.api,
        "PAPERBOY_DISCORD_GATEWAY": discord.gateway_url,
        "PAPERBOY_UPDATES": "false",
    }
    # Each start would compile all code anew; the first, which is not counted, leaves it compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    first = Starts([sys.executable, "-m", "bot", "run"])
    paperboy = Starts([sys.executable, "-m", "bot", "run"])
    empty = Starts([sys.executable, "-m", "bench.empty_client"])
    try:
        start(discord, environment, first)
        start(discord, environment, Starts(empty.command))
        for _ in range(TURNS):
            start(discord, environment, empty)
            start(discord, environment, paperboy)
    finally:
        discord.close()
    show("start to ready, a new state", f"{first.seconds[0]:.2f} s")
    beside("start to ready", paperboy.seconds, empty.seconds, "s", "at most 2.2 times")
    beside("  processor time of it", paperboy.processor, empty.processor, "s")
    beside("memory at rest", paperboy.resident, empty.resident, "MB", "at most 2.2 times")
    if any(paperboy.own):
        beside("  of it the process's own", paperboy.own, empty.own, "MB")


def start(discord: StandIn, environment: dict[str, str], starts: Starts) -> None:
    began = time.perf_counter()
    process = subprocess.Popen(
        starts.command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while not discord.gateway()["connected"]:
            if process.poll() is not None:
                raise SystemExit(f"{' '.join(starts.command)} ended before it was ready")
            time.sleep(_POLL_S)
        starts.seconds.append(time.perf_counter() - began)
        starts.processor.append(processor_seconds(process.pid))
        time.sleep(REST_S)
        starts.resident.append(resident_mb(process.pid))
        starts.own.append(own_mb(process.pid))
    finally:
        process.terminate()
        process.wait(30)
    while discord.gateway()["connected"]:
        time.sleep(_POLL_S)


def beside(what: str, ours: list[float], theirs: list[float], unit: str, aim: str = "") -> None:
    """Medians, and how many times the empty client's ours is."""
    mine, empty = median(ours), median(theirs)
    times = f"{mine / empty:.2f} times" if empty else "no figure"
    show(what, f"{mine:.2f} {unit}, an empty client's {empty:.2f} {unit}: {times}", aim)
