"""An application at an address, in whatever loop runs."""

from __future__ import annotations

import errno
import socket

from aiohttp import web

from bot.errors import SettingsError


class WebServer:
    """Serves `app` at `address`, a host and a port as in `127.0.0.1:8080`.

    `setting` names where that was set.
    """

    def __init__(self, app: web.Application, address: str, setting: str) -> None:
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
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
