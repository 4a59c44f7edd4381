"""The demo's own page, beside the chat: what simcord's page has no button for.

Another channel, server or direct message to look at, new papers, and the menu of a message.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from html import escape

from aiohttp import web

from tests.demo.world import MENU, ChatPage, Place

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem}"
    "button,select{font:inherit;padding:.3rem .7rem}li{margin:.5rem 0}form{display:inline}"
    "q{color:#555;display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}"
)
_LONGEST = 120


@asynccontextmanager
async def controls(page: ChatPage) -> AsyncIterator[str]:
    """Serves the page on loopback; gives its address."""
    app = web.Application()
    view = _Controls(page)
    app.add_routes([web.get("/", view.show), web.post("/go", view.go), web.post("/menu", view.find_papers)])
    app.add_routes([web.post("/papers", view.papers_arrive)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


class _Controls:
    def __init__(self, page: ChatPage) -> None:
        self._page = page
        self._arrived = "Whoever follows such a topic is told of them."

    async def show(self, _: web.Request) -> web.Response:
        here = self._page.here
        body = (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>Paperboy demo controls</title>"
            f"<meta name=viewport content='width=device-width'><style>{_STYLE}</style>"
            f"<h1>Demo controls</h1><h2>Where</h2><p>The chat shows <b>{escape(here.name)}</b>. "
            f"<a href='{escape(self._page.url)}' target=_blank>Open the chat</a></p>"
            f"<ul>{''.join(map(self._place, self._page.places))}</ul>"
            "<h2>New papers</h2><form method=post action=/papers>"
            f"<button>Let new papers arrive</button></form><p>{escape(self._arrived)}</p>"
            f"<h2>Message menu</h2><p>{escape(MENU)}, as on a long press:</p>"
            f"<ul>{''.join(self._message(*each) for each in self._page.messages().items())}</ul>"
        )
        return web.Response(text=body, content_type="text/html")

    def _place(self, place: Place) -> str:
        channel, name = place.channel, place.name
        return (
            f"<li><form method=post action=/go><input type=hidden name=channel value={channel.id}>"
            f"<button>{escape(name)}</button></form></li>"
        )

    def _message(self, message_id: int, said: str) -> str:
        people = "".join(
            f"<option value={each.id}>as {escape(self._page.name_of(each))}</option>"
            for each in self._page.here.viewers
        )
        return (
            f"<li><q>{escape(said[:_LONGEST])}</q><form method=post action=/menu>"
            f"<input type=hidden name=message value={message_id}>"
            f"<select name=person aria-label=Person>{people}</select> "
            f"<button>{escape(MENU)}</button></form></li>"
        )

    async def go(self, request: web.Request) -> web.Response:
        with suppress(KeyError, ValueError):
            self._page.go(int(str((await request.post())["channel"])))
        raise web.HTTPSeeOther("/")

    async def papers_arrive(self, _: web.Request) -> web.Response:
        titles = await self._page.papers_arrive()
        self._arrived = f"There are: {'; '.join(titles)}." if titles else "There are no more."
        raise web.HTTPSeeOther("/")

    async def find_papers(self, request: web.Request) -> web.Response:
        with suppress(KeyError, ValueError):
            form = await request.post()
            await self._page.find_papers_in(int(str(form["message"])), int(str(form["person"])))
        raise web.HTTPSeeOther("/")
