"""When requests arrived: by the kernel's clock, however late a busy machine lets this process read them."""

from __future__ import annotations

import socket
import struct
import sys
import time
from typing import Any

from aiohttp import web

_STAMPS_ARRIVALS = sys.platform == "linux"
_SO_TIMESTAMPNS = 35
"""Linux's number, which Python's socket module does not name; also the type of the stamp itself."""
_STAMP = struct.Struct("@ll")


class Stamped(socket.socket):
    """A socket that keeps the instant at which what it read last reached this machine."""

    __slots__ = ("arrived",)
    arrived: float
    """Seconds since 1970."""

    def accept(self) -> tuple[Stamped, Any]:
        descriptor, peer = self._accept()  # type: ignore[attr-defined] # as the standard library's own does
        return Stamped(self.family, self.type, self.proto, descriptor), peer

    def recv(self, size: int, flags: int = 0) -> bytes:
        if not _STAMPS_ARRIVALS:
            self.arrived = time.time()
            return super().recv(size, flags)
        data, beside, _, _ = self.recvmsg(size, socket.CMSG_SPACE(_STAMP.size), flags)
        self.arrived = next(
            (_instant(stamp) for _, kind, stamp in beside if kind == _SO_TIMESTAMPNS), time.time()
        )
        return data


def listen(port: int) -> Stamped:
    listening = Stamped(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if _STAMPS_ARRIVALS:
        listening.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)  # which its connections inherit
    listening.bind(("127.0.0.1", port))
    listening.listen(1024)
    return listening


def arrival(http: web.Request) -> float:
    """When the request reached this machine, in seconds since 1970."""
    assert http.transport is not None
    connection = http.transport.get_extra_info("socket")._sock
    arrived: float = connection.arrived
    return arrived


def _instant(stamp: bytes) -> float:
    seconds, nanoseconds = _STAMP.unpack(stamp)
    return int(seconds) + int(nanoseconds) / 1e9
