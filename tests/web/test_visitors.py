"""Whose request it is, and how many one may make."""

from __future__ import annotations

import asyncio
import html

import pytest

from bot.web.visitors import AT_ONCE


async def asks(site, times: int, forwarded: str = "") -> list[int]:
    headers = {"X_Forwarded_For": forwarded}
    return [(await site.get("/robots.txt", **headers)).status for _ in range(times)]


async def test_who_asks_too_often_is_told_when_to_come_back(open_site):
    site = await open_site(web_proxies=[])
    assert set(await asks(site, AT_ONCE)) == {200}
    refused = await site.get("/")
    assert refused.status == 429
    assert refused.headers["Retry-After"] == "5"
    assert "You&#39;re going a bit fast. Try again in 5 seconds." in refused.text


async def test_a_made_up_header_makes_nobody_another(open_site):
    site = await open_site(web_proxies=["10.0.0.0/8"])
    statuses = [(await asks(site, 1, f"203.0.113.{number}"))[0] for number in range(AT_ONCE + 1)]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("forwarded", "same"),
    [
        ("203.0.113.9", "1.2.3.4, 203.0.113.9"),  # what stands before it, the client wrote
        ("203.0.113.9", "203.0.113.9, 10.1.2.3"),  # a proxy behind the proxy
        ("203.0.113.9", "203.0.113.9:4711"),
        ("203.0.113.9", "::ffff:203.0.113.9"),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9"),  # one household
        ("2001:db8:1:2::3", "[2001:db8:1:2::4]:443"),
        ("", "garbage"),  # the proxy itself
    ],
)
async def test_behind_a_proxy_each_client_counts_alone(open_site, forwarded, same):
    site = await open_site(web_proxies=["127.0.0.1", "10.0.0.0/8"])
    assert 429 not in await asks(site, AT_ONCE, forwarded)
    assert await asks(site, 1, same) == [429]
    assert await asks(site, 1, "203.0.113.77") == [200]


async def test_when_too_many_wait_a_page_says_so(site, monkeypatch):
    monkeypatch.setattr("bot.web.kept_answers._WAITING", 0)
    page = await site.get("/?q=salamanders")
    assert page.status == 503
    assert page.headers["Retry-After"] == "5"
    assert "I'm answering many people at the moment." in html.unescape(page.said)


async def test_several_who_wait_for_the_same_share_one_search(site, monkeypatch):
    asked = []
    ask = site.services.library.ask

    async def counted(function):
        asked.append(function)
        return await ask(function)

    monkeypatch.setattr(site.services.library, "ask", counted)
    pages = await asyncio.gather(*(site.get("/?q=agents") for _ in range(20)))
    assert {page.status for page in pages} == {200}
    assert len(asked) == 1
