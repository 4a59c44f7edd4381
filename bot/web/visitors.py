"""Who asks: the client's address behind proxies, and how much one address may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
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


class Proxies:
    """The addresses and networks that speak for others: what they say in `X-Forwarded-For` counts."""

    def __init__(self, named: Sequence[str]) -> None:
        self._networks = [ip_network(each, strict=False) for each in named]

    def has(self, address: str) -> bool:
        """Whether that is one of them."""
        parsed = _parsed(address)
        return parsed is not None and self._has(parsed)

    def client(self, remote: str, forwarded: Sequence[str]) -> str:
        """Who asks from `remote`: the nearest that is no proxy of ours. Whatever stands farther away in the
        headers, the client wrote itself.
        """
        address = _parsed(remote)
        if address is None:
            return remote
        for hop in reversed(",".join(forwarded).split(",")):
            if not self._has(address):
                break
            before = _parsed(hop)
            if before is None:
                break
            address = before
        return _one_client(address)

    def _has(self, address: _Address) -> bool:
        return any(address in network for network in self._networks)


@lru_cache(_MOST)
def client_at(address: str) -> str:
    """Who connects from there: of an IPv6 address the household."""
    parsed = _parsed(address)
    return _one_client(parsed) if parsed is not None else address


class Visitors:
    """Those who come through `proxies`, addresses or networks, count each by themselves."""

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = Proxies(proxies)
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
        """The client's address; see `Proxies`."""
        return self._proxies.client(request.remote or "", request.headers.getall("X-Forwarded-For", ()))


def _one_client(address: _Address) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _OF_ONE_CLIENT), strict=False))
    return str(address)


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
