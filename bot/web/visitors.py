"""Who asks: the client's address behind proxies, and how much one address may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web
from aiolimiter import AsyncLimiter
from cachetools import LRUCache

AT_ONCE = 60
"""Requests that an address may make at once; what is used up comes back within `WITHIN`."""
WITHIN = 30.0
"""Seconds."""
RETRY_AFTER = 5
"""Seconds after which ten more requests are answered."""
_MOST = 10_000
"""Addresses that are kept in mind."""
_OF_ONE_CLIENT = 64
"""Bits of an IPv6 address that tell clients apart: a household has all the others."""

_Address = IPv4Address | IPv6Address


class Visitors:
    """`proxies` are the addresses or networks whose `X-Forwarded-For` counts."""

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = [ip_network(each, strict=False) for each in proxies]
        self._limiters: LRUCache[str, AsyncLimiter] = LRUCache(_MOST)

    async def may_ask(self, request: web.Request) -> bool:
        """Whether this client has not asked for too much lately; counts the request."""
        client = self.client(request)
        limiter = self._limiters.get(client)
        if limiter is None:
            limiter = self._limiters[client] = AsyncLimiter(AT_ONCE, WITHIN)
        if not limiter.has_capacity():
            return False
        await limiter.acquire()
        return True

    def client(self, request: web.Request) -> str:
        """The client's address: the nearest that is no proxy of ours. Whatever stands farther away in the
        header, the client wrote itself.
        """
        address = _parsed(request.remote or "")
        if address is None:
            return request.remote or ""
        hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        for hop in reversed(hops):
            if not self._is_proxy(address):
                break
            before = _parsed(hop)
            if before is None:
                break
            address = before
        if isinstance(address, IPv6Address):
            return str(ip_network((address, _OF_ONE_CLIENT), strict=False))
        return str(address)

    def _is_proxy(self, address: _Address) -> bool:
        return any(address in network for network in self._proxies)


def _parsed(text: str) -> _Address | None:
    """An address as proxies write them: perhaps with a port, or in brackets."""
    bare = text.strip().partition("%")[0]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
