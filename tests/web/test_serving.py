"""Connections that ask for nothing: they are few from one address, and soon let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.web import serving

HERE, THERE = "127.0.0.1", "127.0.0.2"
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-a: "
STOP = (
    b"POST /mail/off/" + b"A" * 32 + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
ASKED = b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n"
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., Awaitable[Connection]]]:
    """A connection from an address; closed at the end."""
    opened: list[Connection] = []

    async def connected(port: int, address: str, says: bytes = b"") -> Connection:
        there = await asyncio.open_connection(HERE, port, local_addr=(address, 0))
        there[1].write(says)
        opened.append(there)
        return there

    yield connected
    for _, writer in opened:
        writer.close()


async def held(connections: list[Connection]) -> int:
    """How many were not hung up on."""
    await asyncio.sleep(0.3)
    return sum(not reader.at_eof() and reader.exception() is None for reader, _ in connections)


async def answered(connection: Connection) -> bytes:
    reader, _ = connection
    return await asyncio.wait_for(reader.read(12), 5)


async def test_one_address_does_not_hold_all_connections(open_site, connect, monkeypatch):
    monkeypatch.setattr(serving, "_MOST", 50)
    site = await open_site(web_proxies=[])
    many = [await connect(site.port, THERE, HALF) for _ in range(60)]
    assert await held(many) == 10
    assert await answered(await connect(site.port, HERE, ASKED)) == b"HTTP/1.1 200"
    assert (await answered(await connect(site.port, HERE, STOP))).startswith(b"HTTP/1.1 ")


async def test_one_address_may_end_many_mails_one_after_the_other(open_site, connect, monkeypatch):
    """As providers do, whose connections stay open."""
    monkeypatch.setattr(serving, "_MOST", 50)
    site = await open_site(web_proxies=[])
    for _ in range(30):
        assert (await answered(await connect(site.port, THERE, STOP))).startswith(b"HTTP/1.1 ")


async def test_who_comes_through_a_proxy_is_the_proxys_to_count(open_site, connect, monkeypatch):
    monkeypatch.setattr(serving, "_MOST", 50)
    site = await open_site(web_proxies=["127.0.0.2/32"])
    assert await held([await connect(site.port, THERE, HALF) for _ in range(60)]) == 50


async def test_who_does_not_ask_in_time_is_let_go_and_who_has_asked_stays(open_site, connect, monkeypatch):
    monkeypatch.setattr(serving, "_ASKING", 0.5)
    site = await open_site()
    half, silent, whole = [await connect(site.port, HERE, says) for says in (HALF, b"", ASKED[:-3])]
    whole[1].write(ASKED[-3:])
    assert await answered(whole) == b"HTTP/1.1 200"
    await asyncio.sleep(0.6)
    assert await held([half, silent]) == 0
    whole[1].write(ASKED)
    assert b"HTTP/1.1 200" in await asyncio.wait_for(whole[0].readuntil(b"HTTP/1.1 200"), 5)


async def test_what_is_no_request_is_refused_at_once(site, connect):
    assert (
        await answered(await connect(site.port, HERE, b"\x16\x03\x01\x02\x00\x01\x00\x01\n\r\n"))
        == b"HTTP/1.0 400"
    )
