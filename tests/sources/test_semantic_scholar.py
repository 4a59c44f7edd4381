"""What Semantic Scholar is asked, and what is made of its answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.errors import SourceBusy, SourceError
from bot.paper.model import Citations
from bot.settings import Settings
from bot.sources.semantic_scholar import SemanticScholar
from bot.wiring import sources_of
from tests.sources.conftest import quick
from tests.support import paper_server as faults
from tests.support.paper_server import BATCH, PaperServer, counts, paper_server

KEY = "s2-key-of-the-operator"
TODAY = date(2026, 11, 12)
KNOWN, OTHER, OLD = "2411.13543", "2502.12110", "cs/9301111"


def cited(count: int, influential: int = 0) -> Citations:
    return Citations(count=count, influential=influential, source="Semantic Scholar", day=TODAY)


@pytest.fixture
async def source(server: PaperServer) -> AsyncIterator[SemanticScholar]:
    source = SemanticScholar(quick("Semantic Scholar", server, attempts=1))
    yield source
    await source.close()


async def test_it_asks_about_all_in_one_request_with_the_key(server: PaperServer) -> None:
    server.cited = {KNOWN: counts(41, 3), OLD: counts(1)}
    source = SemanticScholar.at(SecretStr(KEY), server.url, "https://example.org/bot")
    found = await source.citations([KNOWN, OTHER, OLD], TODAY)
    await source.close()
    assert found == {KNOWN: cited(41, 3), OLD: cited(1)}, "one that it doesn't know is left out"
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", BATCH)
    assert dict(request.query) == {"fields": "citationCount,influentialCitationCount"}
    assert request.headers["x-api-key"] == KEY
    assert "https://example.org/bot" in request.headers["User-Agent"]
    assert server.batches == [[f"ARXIV:{KNOWN}", f"ARXIV:{OTHER}", f"ARXIV:{OLD}"]]


async def test_where_it_knows_none_nothing_is_wrong(server: PaperServer, source: SemanticScholar) -> None:
    assert await source.citations([KNOWN, OTHER], TODAY) == {}


@pytest.mark.parametrize(
    "record",
    [{}, [], "41", {"citationCount": None}, {"citationCount": -1}, {"citationCount": "41"}]
    + [{"citationCount": value} for value in (True, 4.5, 10**30)]
    + [{"citationCount": 1, "influentialCitationCount": "many"}],
)
async def test_a_record_without_a_usable_count_is_as_none(
    server: PaperServer, source: SemanticScholar, record: Any
) -> None:
    server.always = faults.body(json.dumps([record, counts(7)]))
    assert await source.citations([KNOWN, OTHER], TODAY) == {OTHER: cited(7)}


async def test_influential_ones_may_be_unknown(server: PaperServer, source: SemanticScholar) -> None:
    server.always = faults.body('[{"citationCount": 4, "influentialCitationCount": null}]')
    assert await source.citations([KNOWN], TODAY) == {KNOWN: cited(4)}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.body("[]"), "doesn't hold one record for each paper"),
        (faults.body(json.dumps([counts(1)] * 3)), "doesn't hold one record for each paper"),
        (faults.body('{"data": []}'), "doesn't hold one record for each paper"),
        (faults.body('[{"citationCount": 1'), "not JSON"),
        (faults.body("[" * 100_000), "not JSON"),
        (faults.body("<html>", "text/html"), "answered with text/html"),
        (faults.status(400), "answer is not JSON"),
        (faults.status(401), "rejected the key: check PAPERBOY_SEMANTIC_SCHOLAR_KEY"),
        (faults.status(403), "rejected the key: check PAPERBOY_SEMANTIC_SCHOLAR_KEY"),
        (faults.status(404), "check PAPERBOY_SEMANTIC_SCHOLAR_ENDPOINT"),
        (faults.status(500), "answered 500"),
        (faults.breaks_off, "broke off"),
    ],
)
async def test_what_can_not_be_used_is_told_with_its_reason(
    server: PaperServer, source: SemanticScholar, fault: faults.Fault, reason: str
) -> None:
    server.always = fault
    with pytest.raises(SourceError, match=reason) as error:
        await source.citations([KNOWN, OTHER], TODAY)
    assert not isinstance(error.value, SourceBusy)
    assert len(server.requests) == 1, "and isn't asked again at once"


@pytest.mark.parametrize(("after", "wait"), [("54000", 54_000), ("5", 5), ("", 0)])
async def test_too_many_requests_are_told_with_the_time_to_wait(
    server: PaperServer, source: SemanticScholar, after: str, wait: float
) -> None:
    server.always = faults.status(429, **({"Retry-After": after} if after else {}))
    with pytest.raises(SourceBusy) as busy:
        await source.citations([KNOWN], TODAY)
    assert busy.value.wait == wait
    assert len(server.requests) == 1


async def test_a_redirect_gets_neither_key_nor_ids(server: PaperServer) -> None:
    async with paper_server() as elsewhere:

        async def redirect(_: web.Request) -> web.StreamResponse:
            raise web.HTTPTemporaryRedirect(elsewhere.url + BATCH)

        server.always = redirect
        source = SemanticScholar.at(SecretStr(KEY), server.url)
        with pytest.raises(SourceError, match="answered 307"):
            await source.citations([KNOWN], TODAY)
        await source.close()
        assert elsewhere.requests == []


async def test_without_a_key_there_is_no_such_source(server: PaperServer) -> None:
    for key, there in ((None, False), (SecretStr(" "), False), (SecretStr(KEY), True)):
        settings = Settings(_env_file=None, semantic_scholar_key=key)
        sources = sources_of(settings)
        await sources.close()
        assert (sources.semantic_scholar is not None) == there
