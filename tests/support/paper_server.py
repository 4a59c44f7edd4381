"""A server on loopback that plays Hugging Face, arXiv and Semantic Scholar, with their good and bad days."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from threading import Thread
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


def status(code: int, **headers: str) -> Fault:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, headers=headers, text="busy")

    return answer


def body(content: bytes | str, content_type: str = "application/json") -> Fault:
    async def answer(_: web.Request) -> web.StreamResponse:
        raw = content.encode() if isinstance(content, str) else content
        return web.Response(body=raw, content_type=content_type)

    return answer


async def silence(_: web.Request) -> web.StreamResponse:
    """Never answers."""
    await asyncio.sleep(3600)
    return web.Response()


async def endless(request: web.Request) -> web.StreamResponse:
    """A body without end, in as many pieces as the other side takes."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b"[" * 65_536)


async def breaks_off(request: web.Request) -> web.StreamResponse:
    """Says how long its body is, and stops in the middle."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b'[{"paper":')
    assert request.transport is not None
    request.transport.close()
    return response


async def reset(request: web.Request) -> web.StreamResponse:
    """Closes the connection without a word."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def wrapped(arxiv_id: str, day: str, **fields: Any) -> dict[str, Any]:
    """A paper as `api/daily_papers` lists it."""
    title = fields.pop("title", f"Paper {arxiv_id}")
    paper = {
        "id": arxiv_id,
        "title": title,
        "summary": f"What {title} is about.",
        "authors": [{"name": "Ada Lovelace", "hidden": False}],
        "publishedAt": f"{day}T00:00:00.000Z",
        "submittedOnDailyAt": f"{day}T00:00:00.000Z",
        "upvotes": 1,
        **fields,
    }
    return {"paper": paper, "title": title, "publishedAt": f"{day}T00:00:00.000Z", "numComments": 0}


def atom(*entries: str, total: int = 1) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom"><title>arXiv Query</title>'
        f"{''.join(entries)}</feed>"
    )


def entry(arxiv_id: str, published: str = "2026-08-20", **fields: str) -> str:
    title = escape(fields.get("title", f"Paper {arxiv_id}"))
    comment = f"<arxiv:comment>{escape(fields['comment'])}</arxiv:comment>" if "comment" in fields else ""
    return (
        f"<entry><id>http://arxiv.org/abs/{arxiv_id}v{fields.get('version', '1')}</id><title>{title}</title>"
        f"<summary>{escape(fields.get('summary', 'By arXiv.'))}</summary>"
        f"<published>{published}T12:00:00Z</published>{comment}"
        '<arxiv:primary_category term="cs.MA"/><category term="cs.MA"/><category term="cs.AI"/>'
        "<author><name>Ada Lovelace</name></author></entry>"
    )


BATCH = "/graph/v1/paper/batch"


def counts(count: int, influential: int = 0) -> dict[str, Any]:
    """A record of Semantic Scholar's, with what nobody asks for."""
    return {"paperId": f"{count:040x}", "citationCount": count, "influentialCitationCount": influential}


ERROR_ENTRY = (
    "<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>"
    "<summary>incorrect id format for x</summary></entry>"
)


class PaperServer:
    """What it has (`days`, `papers`, `entries`, `cited`), what it was asked, and what goes wrong next."""

    def __init__(self) -> None:
        self.days: dict[str, list[Any]] = {}
        self.papers: dict[str, dict[str, Any]] = {}
        self.entries: dict[str, str] = {}
        self.listing: list[str] = []
        self.cited: dict[str, Any] = {}
        """Records of papers' citations by arXiv id."""
        self.batches: list[list[str]] = []
        """The ids of each request for these."""
        self.faults: deque[Fault] = deque()
        self.always: Fault | None = None
        self.requests: list[web.Request] = []
        self.url = ""

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries of the requests to `path`, in order."""
        return [dict(request.query) for request in self.requests if request.path == path]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if request.path == BATCH:
            self.batches.append((await request.json())["ids"])
        if self.faults:
            return await self.faults.popleft()(request)
        if self.always:
            return await self.always(request)
        if request.path == "/api/daily_papers":
            return self._page(request)
        if request.path == "/api/papers/search":
            return web.json_response([item for items in self.days.values() for item in items])
        if request.path.startswith("/api/papers/"):
            return self._paper(request.path.removeprefix("/api/papers/"))
        if request.path == "/api/query":
            return self._feed(request)
        if request.path == BATCH:
            return self._citations(self.batches[-1])
        return web.Response(status=404)

    def _page(self, request: web.Request) -> web.Response:
        key = next((request.query[name] for name in ("date", "week", "month") if name in request.query), "")
        limit, page = int(request.query.get("limit", "50")), int(request.query.get("p", "0"))
        items = self.days.get(key, [])[page * limit : (page + 1) * limit]
        return web.Response(text=json.dumps(items), content_type="application/json")

    def _paper(self, arxiv_id: str) -> web.Response:
        if arxiv_id not in self.papers:
            return web.json_response({"error": "Paper not found"}, status=404)
        return web.json_response(self.papers[arxiv_id])

    def _citations(self, ids: list[str]) -> web.Response:
        """As recorded: null for what it doesn't know, and a refusal where it knows nothing."""
        found = [self.cited.get(each.removeprefix("ARXIV:")) for each in ids]
        if not any(found):
            return web.json_response({"error": "No valid paper ids given"}, status=400)
        return web.json_response(found)

    def _feed(self, request: web.Request) -> web.Response:
        if "id_list" in request.query:
            found = [self.entries[i] for i in request.query["id_list"].split(",") if i in self.entries]
        else:
            start, size = int(request.query["start"]), int(request.query["max_results"])
            found = self.listing[start : start + size]
        return web.Response(text=atom(*found), content_type="application/atom+xml")


@contextmanager
def paper_server_in_thread() -> Iterator[PaperServer]:
    """The same with a loop of its own, for a test whose loop has virtual time."""
    running: Future[tuple[PaperServer, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        async with paper_server() as server:
            stop = asyncio.Event()
            running.set_result((server, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    server, loop, stop = running.result()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@asynccontextmanager
async def paper_server() -> AsyncIterator[PaperServer]:
    server = PaperServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server._serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        await runner.cleanup()
