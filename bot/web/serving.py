"""An application at an address, in whatever loop runs."""

from __future__ import annotations

import errno
import logging
import socket

from aiohttp import web

from bot.errors import SettingsError

_SILENT = logging.getLogger(f"{__name__}.aiohttp")
_SILENT.disabled = True
_IDLE = 75.0
"""Seconds for which a connection without a request is kept."""
_ENDING = 5.0
"""Seconds that what is being answered gets at the end."""


class WebServer:
    """Serves `app` at `address`, a host and a port as in `127.0.0.1:8080`.

    `setting` names where that was set.
    """

    def __init__(self, app: web.Application, address: str, setting: str) -> None:
        # A line of aiohttp's own log may hold the address that was asked for, and that a secret.
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_SILENT,
            handle_signals=False,
            keepalive_timeout=_IDLE,
            shutdown_timeout=_ENDING,
        )
        host, _, port = address.rpartition(":")
        self._host, self._port = host.strip("[]"), int(port)
        self._setting = setting

    async def start(self) -> None:
        """Serve from now on; SettingsError, in one sentence, where that address can't be taken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            raise SettingsError(self._why(error)) from None

    def _why(self, error: OSError | OverflowError) -> str:
        address = f"{self._host}:{self._port}"
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            return f"{address} is taken by another program: set {self._setting} to another port."
        if isinstance(error, socket.gaierror | OverflowError):
            return (
                f"{address} is no address of this machine: set {self._setting} to one, as in 127.0.0.1:8080."
            )
        return f"I can't serve at {address} ({error}): set {self._setting} to another address."

    @property
    def port(self) -> int:
        """The port that is served: what the system chose where port 0 was asked for."""
        return int(self._runner.addresses[0][1]) if self._runner.addresses else self._port

    async def close(self) -> None:
        """End what is being answered, then no more."""
        await self._runner.cleanup()
