"""An application at an address, in whatever loop runs."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket

from aiohttp import web

from bot.errors import SettingsError

_SILENT = logging.getLogger(f"{__name__}.aiohttp")
_SILENT.disabled = True
_MOST = 500
"""Connections at once."""
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
        self._most = _most_connections()
        self._listening: asyncio.Server | None = None

    async def start(self) -> None:
        """Serve from now on; SettingsError, in one sentence, where that address can't be taken."""
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(self._connected, self._host, self._port, backlog=128)
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            raise SettingsError(self._why(error)) from None

    def _connected(self) -> asyncio.Protocol:
        """What speaks with a client; nothing where so many are connected that the bot would lack files."""
        server = self._runner.server
        if server is None or len(server.connections) >= self._most:
            return _Full()
        return server()

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
        listening = self._listening.sockets if self._listening else ()
        return int(listening[0].getsockname()[1]) if listening else self._port

    async def close(self) -> None:
        """End what is being answered, then no more."""
        if self._listening is not None:
            self._listening.close()
        await self._runner.cleanup()


class _Full(asyncio.Protocol):
    """Hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """At once."""
        transport.close()


def _most_connections() -> int:
    """A quarter of the files that this process may have open: the rest is for Discord and the databases."""
    try:
        import resource
    except ImportError:  # as on Windows
        return _MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(_MOST, soft // 4) if soft > 0 else _MOST
