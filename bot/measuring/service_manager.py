"""What systemd is told of a service of type `notify`: that it runs, how it is, and that its loop still lives.

The protocol of sd_notify(3): a datagram to the socket that the environment names.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Mapping
from typing import Final

log = logging.getLogger(__name__)

_STATUS_EVERY: Final = 10.0


class ServiceManager:
    """`environment` is the process's; without systemd there is nobody to tell, and nothing is done."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._socket = environment.get("NOTIFY_SOCKET", "")
        wanted = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._watchdog = int(wanted) / 1e6 if wanted.isdecimal() and ours else 0.0

    @property
    def is_there(self) -> bool:
        """Whether somebody wants to be told."""
        return bool(self._socket) and hasattr(socket, "AF_UNIX")

    async def keep_told(self, reasons: Callable[[], Mapping[str, str]]) -> None:
        """That it runs, then again and again that the loop lives, and what is not well; until cancelled.

        The watchdog is told even while something is not well: a restart would mend no other program.
        """
        if not self.is_there:
            return
        every = min(_STATUS_EVERY, self._watchdog / 3 or _STATUS_EVERY)
        self._tell("READY=1")
        try:
            while True:
                status = " ".join(" ".join(reasons().values()).split()) or "Well."
                self._tell(f"STATUS={status[:500]}" + ("\nWATCHDOG=1" if self._watchdog else ""))
                await asyncio.sleep(every)
        finally:
            self._tell("STOPPING=1\nSTATUS=Stopping.")

    def _tell(self, what: str) -> None:
        address = f"\0{self._socket[1:]}" if self._socket.startswith("@") else self._socket
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
                out.setblocking(False)
                out.sendto(what.encode(), address)
        except OSError as error:
            log.debug("systemd can't be told: %s", error)
