"""The signals that ask the process to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_STOPPING = ("SIGINT", "SIGTERM", "SIGBREAK")
"""Ctrl-C, whoever manages the process, and Ctrl-Break; no system has all of them."""


def stop_on_signal(stop: Callable[[], object]) -> None:
    """From now on `stop` is called on the running loop when a signal asks for it.

    Where the loop takes no signals (Windows), Python's own handlers pass them on.
    """
    loop = asyncio.get_running_loop()
    for signum in [getattr(signal, name) for name in _STOPPING if hasattr(signal, name)]:
        try:
            loop.add_signal_handler(signum, stop)
        except NotImplementedError:
            with suppress(ValueError):  # not in the main thread: then nobody sends it any
                signal.signal(signum, lambda *_: loop.call_soon_threadsafe(stop))
