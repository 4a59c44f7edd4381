"""Readers' pages over a real socket, on the catalog that comes along or one of the test's own."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
import pytest

from bot.catalog import file
from bot.paper.harvest import Harvest, Origin
from bot.paper.model import Paper
from bot.services import Services
from bot.settings import Settings
from bot.web.reader_app import reader_app
from bot.web.serving import WebServer
from tests.support.states import built_at
from tests.support.time import SettableClock


@dataclass
class Got:
    """An answer."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def said(self) -> str:
        """The text of a page's main part, without its HTML."""
        main = re.search(r"<main.*?>(.*)</main>", self.text, re.DOTALL)
        assert main, self.text
        return " ".join(re.sub(r"<[^>]*>", " ", main[1]).split())

    @property
    def atom(self) -> Any:
        read = feedparser.parse(self.body)
        assert not read.bozo, read.bozo_exception
        return read

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Site:
    def __init__(self, services: Services, clock: SettableClock, session: aiohttp.ClientSession, port: int):
        self.services = services
        self.clock = clock
        self.session = session
        self.port = port
        self._asked = 0

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, **headers: str) -> Got:
        """`If_None_Match="…"` is the header If-None-Match. Redirects are not followed."""
        # Each request comes from somebody else, so that nobody has to wait.
        self._asked += 1
        sent = {"X-Forwarded-For": f"198.51.{self._asked // 250}.{self._asked % 250}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.get(self.root + path, headers=sent, allow_redirects=False) as answer:
            return Got(answer.status, answer.headers, await answer.read())

    async def put(self, *papers: Paper, origin: Origin = Origin.HUGGING_FACE) -> None:
        """As a source gives them."""
        await self.services.library.merge(Harvest(origin, papers))


OpenSite = Callable[..., Any]


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2025, 3, 21, 12, tzinfo=UTC))


@pytest.fixture
async def open_site(
    settings: Settings, clock: SettableClock, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[OpenSite]:
    """Opens pages with further settings."""
    built_at(request, tmp_path / "state.db")
    async with AsyncExitStack() as stack:

        async def opened(**more: Any) -> Site:
            given = {"web_proxies": ["127.0.0.1"], **more}
            services = Services.open(settings.model_copy(update=given), clock)
            stack.push_async_callback(services.close)
            await services.store.migrate()
            proxies = services.settings.web_proxies
            server = WebServer(reader_app(services), "127.0.0.1:0", "PAPERBOY_WEB", proxies)
            await server.start()
            stack.push_async_callback(server.close)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            return Site(services, clock, session, server.port)

        yield opened


@pytest.fixture
async def site(open_site: OpenSite) -> Site:
    opened: Site = await open_site()
    return opened


@pytest.fixture
async def empty_site(open_site: OpenSite, tmp_path: Path) -> Site:
    """On a catalog without papers."""
    path = tmp_path / "empty.db"
    file.open_for_writing(path).close()
    opened: Site = await open_site(catalog=path)
    return opened
