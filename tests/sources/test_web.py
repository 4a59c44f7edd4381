"""Asking politely, and trusting nothing that is answered."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from bot import __version__
from bot.errors import SourceError
from bot.settings import Settings
from bot.sources.web import Web
from bot.wiring import sources_of
from tests.sources.conftest import quick
from tests.support import paper_server as faults
from tests.support.paper_server import PaperServer

JSON = ("application/json",)


@pytest.fixture
async def web(server: PaperServer) -> AsyncIterator[Web]:
    web = quick("The server", server)
    yield web
    await web.close()


async def test_it_says_who_it_is(server: PaperServer, web: Web) -> None:
    server.always = faults.body("[]")
    await web.get("/x", {"q": "a b&c"}, JSON)
    assert server.requests[0].headers["User-Agent"] == f"Paperboy/{__version__}"
    assert server.requests[0].query == {"q": "a b&c"}


async def test_it_says_whom_to_ask(server: PaperServer) -> None:
    settings = Settings(
        _env_file=None,
        homepage="https://example.org/bot",
        hugging_face_endpoint=server.url,
        arxiv_endpoint=server.url,
    )
    server.always = faults.body("neither", "text/plain")
    sources = sources_of(settings)
    for source in (sources.hugging_face, sources.arxiv):
        with pytest.raises(SourceError):
            await source.paper("2411.13543")
    await sources.close()
    assert {request.headers["User-Agent"] for request in server.requests} == {
        f"Paperboy/{__version__} (+https://example.org/bot)"
    }


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(429, **{"Retry-After": "0"}),
        faults.status(500),
        faults.status(502),
        faults.status(503),
        faults.status(406),
        faults.breaks_off,
        faults.reset,
    ],
)
async def test_what_may_pass_is_tried_again(server: PaperServer, web: Web, fault: faults.Fault) -> None:
    server.faults.extend([fault, fault])
    server.always = faults.body("[1]")
    assert await web.get("/x", {}, JSON) == b"[1]"
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.status(429), "The server answered 429 (tried 3 times)."),
        (faults.status(503), "The server answered 503 (tried 3 times)."),
        (faults.status(406), "The server answered 406 (tried 3 times)."),
        (faults.breaks_off, "The server broke off in the middle of its answer (tried 3 times)."),
        (faults.reset, "The server cannot be reached (ServerDisconnectedError) (tried 3 times)."),
    ],
)
async def test_what_does_not_pass_is_told_with_its_reason(
    server: PaperServer, web: Web, fault: faults.Fault, reason: str
) -> None:
    server.always = fault
    with pytest.raises(SourceError) as error:
        await web.get("/x", {}, JSON)
    assert str(error.value) == reason
    assert len(server.requests) >= 3  # aiohttp itself repeats a request on a connection that was kept open


async def test_a_server_that_says_nothing_is_given_up(server: PaperServer) -> None:
    web = quick("The server", server, timeout=0.1, attempts=2)
    server.always = faults.silence
    with pytest.raises(SourceError, match=r"did not answer within 0.1 s \(tried 2 times\)"):
        await web.get("/x", {}, JSON)
    await web.close()


async def test_it_waits_as_long_as_it_is_asked_to(server: PaperServer, web: Web) -> None:
    server.faults.append(faults.status(429, **{"Retry-After": "1"}))
    server.always = faults.body("[]")
    began = time.monotonic()
    await web.get("/x", {}, JSON)
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    "header", ["3600", "Wed, 01 Jan 2098 00:00:00 GMT", "Wed, 01 Jan 2098 00:00:00 -0000"]
)
async def test_a_server_that_asks_for_an_hour_has_failed(server: PaperServer, web: Web, header: str) -> None:
    server.always = faults.status(503, **{"Retry-After": header})
    with pytest.raises(SourceError, match="asks to be left alone for"):
        await web.get("/x", {}, JSON)
    assert len(server.requests) == 1


@pytest.mark.parametrize("code", [400, 401, 403, 410])
async def test_a_refusal_is_not_tried_again(server: PaperServer, web: Web, code: int) -> None:
    server.always = faults.status(code)
    with pytest.raises(SourceError, match=f"answered {code} to /x"):
        await web.get("/x", {}, JSON)
    assert len(server.requests) == 1


async def test_what_is_not_there_is_none(server: PaperServer, web: Web) -> None:
    server.always = faults.status(404)
    assert await web.get("/x", {}, JSON) is None


async def test_another_type_is_refused(server: PaperServer, web: Web) -> None:
    server.always = faults.body("<html>Sign in</html>", "text/html")
    with pytest.raises(SourceError, match="answered with text/html where application/json was expected"):
        await web.get("/x", {}, JSON)


async def test_a_body_without_end_is_refused(server: PaperServer) -> None:
    web = quick("The server", server, largest=2**20)
    server.always = faults.endless
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        await web.get("/x", {}, JSON)
    await web.close()


async def test_requests_keep_their_distance(server: PaperServer) -> None:
    web = Web("The server", server.url, pace=(1, 0.2))
    server.always = faults.body("[]")
    began = time.monotonic()
    for _ in range(4):
        await web.get("/x", {}, JSON)
    assert time.monotonic() - began >= 0.6
    await web.close()


async def test_a_server_that_is_not_there(server: PaperServer) -> None:
    web = Web("The server", "http://127.0.0.1:9", pace=(100, 1), attempts=1)
    with pytest.raises(SourceError, match=r"The server cannot be reached \(ClientConnectorError\)\."):
        await web.get("/x", {}, JSON)
    await web.close()
