"""An application at an address, in whatever loop runs."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Sequence
from typing import cast

from aiohttp import web

from bot.errors import SettingsError
from bot.web.visitors import Proxies, client_at

_SILENT = logging.getLogger(f"{__name__}.aiohttp")
_SILENT.disabled = True
_MOST = 500
"""Connections at once."""
_PART = 5
"""One address may hold one in so many of these, and keeps no more than half of that between requests."""
_ASKING = 10.0
"""Seconds within which whoever connects has asked for something: the head of a request is there."""
_IDLE = 75.0
"""Seconds for which a connection is kept after a request."""
_ENDING = 5.0
"""Seconds that what is being answered gets at the end."""


class WebServer:
    """Serves `app` at `address`, a host and a port as in `127.0.0.1:8080`.

    `setting` names where that was set. Those who come through `proxies` are these proxies' to count.
    """

    def __init__(self, app: web.Application, address: str, setting: str, proxies: Sequence[str] = ()) -> None:
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
        self._proxies = Proxies(proxies)
        self._most = _most_connections()
        self._each = max(1, self._most // _PART)
        app.on_response_prepare.append(self._let_go)
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
        return _Visit(self._protocol_for)

    def _protocol_for(self, address: str) -> web.RequestHandler | None:
        """What speaks with a client there; None where so many are connected that others would lack room."""
        server = self._runner.server
        if server is None or len(server.connections) >= self._most or self._held_by(address) >= self._each:
            return None
        return server()

    async def _let_go(self, request: web.Request, response: web.StreamResponse) -> None:
        """A mail provider ends mails from few addresses, and doesn't try again: those make room."""
        if 2 * self._held_by(_host(request.protocol.peername)) > self._each:
            response.force_close()

    def _held_by(self, address: str) -> int:
        """How many connections whoever is there has; none where a proxy is, which stands for many."""
        server = self._runner.server
        if server is None or self._proxies.has(address):
            return 0
        client = client_at(address)
        return sum(client_at(_host(each.peername)) == client for each in server.connections)

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


class _Visit(asyncio.Protocol):
    """A connection until somebody has asked for something there: aiohttp would wait as long as afterwards."""

    def __init__(self, protocol_for: Callable[[str], asyncio.Protocol | None]) -> None:
        self._protocol_for = protocol_for
        self._protocol: asyncio.Protocol | None = None
        self._transport: asyncio.Transport | None = None
        self._over: asyncio.TimerHandle | None = None
        self._last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hangs up at once where there is no room."""
        self._protocol = self._protocol_for(_host(transport.get_extra_info("peername")))
        if self._protocol is None:
            transport.close()
            return
        self._transport = cast("asyncio.Transport", transport)
        self._over = asyncio.get_running_loop().call_later(_ASKING, self._transport.abort)
        self._protocol.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Hands on; with the end of the first head all that comes."""
        if self._protocol is None or self._transport is None or self._over is None:
            return
        said = self._last + data
        self._last = said[-3:]
        if b"\n\r\n" in said or b"\n\n" in said:
            self._over.cancel()
            self._transport.set_protocol(self._protocol)
        self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        """As what speaks there does."""
        return self._protocol.eof_received() if self._protocol is not None else None

    def pause_writing(self) -> None:
        """The same."""
        if self._protocol is not None:
            self._protocol.pause_writing()

    def resume_writing(self) -> None:
        """The same."""
        if self._protocol is not None:
            self._protocol.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The same."""
        if self._over is not None:
            self._over.cancel()
        if self._protocol is not None:
            self._protocol.connection_lost(exc)


def _host(peer: object) -> str:
    """The address of whoever is connected."""
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""


def _most_connections() -> int:
    """A quarter of the files that this process may have open: the rest is for Discord and the databases."""
    try:
        import resource
    except ImportError:  # as on Windows
        return _MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(_MOST, soft // 4) if soft > 0 else _MOST
