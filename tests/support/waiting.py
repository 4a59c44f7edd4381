"""Waiting for what another process or thread does."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(done: Callable[[], bool], seconds: float) -> None:
    """Return as soon as it is done; fail when it is not after so many seconds."""
    end = time.perf_counter() + seconds
    while not done():
        assert time.perf_counter() < end, f"not done after {seconds} s"
        time.sleep(0.02)
