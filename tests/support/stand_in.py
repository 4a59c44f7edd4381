"""The handle of the stand-in Discord: starts its process and speaks to its `/control/…`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.discord_stand_in.world import TOKEN
from tests.support.project import PROJECT

__all__ = ["TOKEN", "StandIn", "stand_in", "stand_in_process", "wait_until"]


class StandIn:
    """A stand-in Discord in a process of its own. `stand_in.add_guild(name="Lab")` and the like call the
    verbs of `tests/discord_stand_in/control.py`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.discord_stand_in"],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http"), "the stand-in Discord did not start"

    @property
    def api(self) -> str:
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"{self.url.replace('http', 'ws')}/gateway"

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        if verb.startswith("_"):
            raise AttributeError(verb)

        def call(**keywords: Any) -> Any:
            request = urllib.request.Request(
                f"{self.url}/control/{verb}",
                json.dumps(keywords).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)

        return call

    def close(self) -> None:
        assert self.process.stdout is not None
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def assert_no_faults(self) -> None:
        """Fail with everything in the bot's requests that Discord would refuse."""
        faults = self.report()["faults"]
        assert not faults, "Discord would refuse:\n" + "\n".join(dict.fromkeys(faults))


@pytest.fixture(scope="session")
def stand_in_process() -> Iterator[StandIn]:
    started = StandIn()
    try:
        yield started
    finally:
        started.close()


@pytest.fixture
def stand_in(stand_in_process: StandIn) -> Iterator[StandIn]:
    """An empty stand-in Discord; the test fails when a request was wrong."""
    stand_in_process.start_over()
    yield stand_in_process
    stand_in_process.assert_no_faults()


def wait_until(true: Callable[[], Any], seconds: float = 20, what: str = "") -> Any:
    """Poll from outside another process until it is so, and give what was found."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain {what}"
        time.sleep(0.02)
    return found
