"""The application that readers use: which address shows what."""

from __future__ import annotations

import gzip
import re
from collections.abc import Hashable
from contextlib import suppress
from datetime import date

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.paper.cleaning import visible
from bot.paper.ids import Address
from bot.search.canonical import canonical
from bot.search.meant_paper import paper_of
from bot.search.query import Query
from bot.search.results import Period, Sort
from bot.services import Services
from bot.state.history import History
from bot.views.markdown import clip_escaped
from bot.views.page_links import PageLinks, paper_path
from bot.web.content import Dated, Refused
from bot.web.kept_answers import Answers, Make
from bot.web.middlewares import limited, tell_browser, with_error_pages
from bot.web.page_templates import LONGEST_QUERY, PageTemplates
from bot.web.reader_feeds import POSTED, ReaderFeeds
from bot.web.reader_pages import Asking, ReaderPages
from bot.web.visitors import Visitors

_PUBLIC = "public, max-age=60"
_PRIVATE = "private, no-cache"
_FOR_EVER = "public, max-age=31536000, immutable"
_LAST_PAGE = 1_000_000
_SHOWN = 60
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ORDERS = ", ".join(f"`{sort.value}`" for sort in Sort)
_PERIODS = ", ".join(f"`{period.value}`" for period in Period)


def reader_app(services: Services) -> web.Application:
    """Pages and feeds of the shared catalog; of the state what one channel had, for who has its secret."""
    settings = services.settings
    links = PageLinks.at(settings.public_url or f"http://{settings.web or 'localhost'}")
    site = _Site(services, links)
    visitors = Visitors(settings.web_proxies)
    app = web.Application(middlewares=[with_error_pages(site.error_page), limited(visitors)])
    app.on_response_prepare.append(tell_browser)
    # The proxy in front may take the prefix off, or leave it.
    for prefix in dict.fromkeys((links.prefix, "")):
        for path, handler in site.routes.items():
            app.router.add_get(prefix + path, handler)
        if prefix:
            app.router.add_get(prefix, site.today)
    return app


class _Site:
    def __init__(self, services: Services, links: PageLinks) -> None:
        self._library = services.library
        self._answers = Answers(services.library, services.clock)
        self._tokens = services.feed_tokens
        self._history = History(services.store)
        self._hidden = services.hidden
        self._links = links
        self._robots = services.settings.web_robots
        self._templates = PageTemplates(links, robots=self._robots)
        self._pages = ReaderPages(self._templates)
        self._feeds = ReaderFeeds(links)

    @property
    def routes(self) -> dict[str, Handler]:
        """By path: the first that fits counts."""
        return {
            "/": self.today,
            "/day": self.newest_day,
            "/day/{date:.*}": self.day,
            "/trending": self.trending,
            "/feed.{ending:atom|json}": self.feed,
            "/channel/{token:[\\w-]{20,100}}.{ending:atom|json}": self.channel,
            "/robots.txt": self.robots,
            self._templates.style_path: self.style,
            "/paper/{id:.+}": self.paper,
        }

    async def today(self, request: web.Request) -> web.Response:
        """`/`, and with `q` what a search finds."""
        if "q" not in request.query:
            return await self._kept(request, "today", self._pages.today)
        asking = _asking(request)
        # A link that tells no id may spell a title, which takes searches of its own.
        match asking.query.references:
            case (Address() as link,):
                async with self._answers.turn():
                    paper = await paper_of(self._library, link)
                if paper is not None:
                    raise web.HTTPSeeOther(self._links.inside(paper_path(paper.id)))
        key = ("found", asking.text, asking.sort, asking.exact, asking.page)
        return await self._kept(request, key, lambda search: self._pages.found(search, asking))

    async def newest_day(self, request: web.Request) -> web.Response:
        """`/day` leads to the newest one."""
        return await self._kept(request, "newest day", self._pages.newest_day)

    async def day(self, request: web.Request) -> web.Response:
        """`/day/2025-03-20`"""
        which, number = _day(request.match_info["date"]), _page(request)
        return await self._kept(
            request, ("day", which, number), lambda search: self._pages.day(search, which, number)
        )

    async def trending(self, request: web.Request) -> web.Response:
        """`/trending`, perhaps with `period` and `topic`."""
        typed = request.query.get("period", Period.WEEK.value)
        if typed not in list(Period):
            raise Refused(400, f"I don't know the period “{_shown(typed)}”. Try one of {_PERIODS}.")
        period, number = Period(typed), _page(request)
        topic = " ".join(_query(request, "topic").text.split())
        return await self._kept(
            request,
            ("trending", period, topic, number),
            lambda search: self._pages.trending(search, period, topic, number),
        )

    async def paper(self, request: web.Request) -> web.Response:
        """`/paper/2411.13543`"""
        wanted = request.match_info["id"]
        if len(wanted) > LONGEST_QUERY:
            raise Refused(404, "I don't have that paper. Search for a few words of its title.")
        return await self._kept(request, ("paper", wanted), lambda search: self._pages.paper(search, wanted))

    async def feed(self, request: web.Request) -> web.Response:
        """`/feed.atom` has the Daily Papers; with `q` it has what a search finds."""
        ending = request.match_info["ending"]
        if "q" not in request.query:
            return await self._kept(
                request, ("daily", ending), lambda search: self._feeds.daily(search, ending)
            )
        asking = Asking(_query(request, "q"))
        return await self._kept(
            request,
            ("feed", asking.text, ending),
            lambda search: self._feeds.of_search(search, asking, ending),
        )

    async def channel(self, request: web.Request) -> web.Response:
        """A channel's own daily papers, for whoever has its secret address."""
        token, ending = request.match_info["token"], request.match_info["ending"]
        channel = await self._tokens.channel_of(token)
        if channel is None:
            gone = "This address opens no feed, or no longer. An admin of the server gets a new one"
            raise Refused(404, f"{gone} with `/daily rss`.")
        posted = await self._history.of_channel(channel.guild_id, channel.channel_id, limit=POSTED)
        hidden = await self._hidden.ids_now(channel.guild_id)
        dated = await self._answers.fresh(
            ("channel", channel, ending),
            lambda search: self._feeds.of_channel(search, channel, posted, hidden, ending),
        )
        return self._sent(request, dated, _PRIVATE)

    async def robots(self, request: web.Request) -> web.Response:
        """Keeps search engines out, unless the operator lets them in; out of channels' feeds always."""
        closed = self._links.inside("/channel/") if self._robots else "/"
        return web.Response(text=f"User-agent: *\nDisallow: {closed}\n")

    async def style(self, request: web.Request) -> web.Response:
        """The stylesheet, whose address changes with it."""
        return web.Response(
            body=self._templates.style,
            content_type="text/css",
            charset="utf-8",
            headers={"Cache-Control": _FOR_EVER},
        )

    def error_page(self, refused: Refused) -> web.Response:
        """One sentence; nobody keeps it."""
        headers = {"Cache-Control": "no-store"}
        text = self._pages.refused(refused).body
        return web.Response(text=text, status=refused.status, content_type="text/html", headers=headers)

    async def _kept(self, request: web.Request, key: Hashable, make: Make) -> web.Response:
        return self._sent(request, await self._answers.of(key, make), _PUBLIC)

    def _sent(self, request: web.Request, dated: Dated, caching: str) -> web.Response:
        answer = dated.answer
        if answer.location:
            raise web.HTTPFound(self._links.inside(answer.location))
        headers = {
            "Cache-Control": caching,
            # Weak: the same in another encoding.
            "ETag": f'W/"{answer.etag}"',
            "Vary": "Accept-Encoding",
        }
        response = web.Response(status=answer.status, headers=headers)
        response.last_modified = dated.since
        if answer.status == 200 and _has_it(request, dated):
            response.set_status(304)
            return response
        response.content_type = answer.type
        response.charset = "utf-8"
        if request.path.startswith((self._links.prefix + "/feed.", "/feed.")):
            # Readers in a browser load public feeds from pages of their own.
            response.headers["Access-Control-Allow-Origin"] = "*"
        if _takes_gzip(request):
            response.headers["Content-Encoding"] = "gzip"
            response.body = answer.packed
        else:
            response.body = gzip.decompress(answer.packed)
        return response


def _takes_gzip(request: web.Request) -> bool:
    for coding in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, quality = coding.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _has_it(request: web.Request, dated: Dated) -> bool:
    """Whether the client has this very answer: by its tag, or without one by its date."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        # Apache marks what it packed.
        known = {tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for tag in tags.split(",")}
        return dated.answer.etag in known or "*" in known
    since = request.if_modified_since
    return since is not None and dated.since <= since


def _asking(request: web.Request) -> Asking:
    query = _query(request, "q")
    typed = request.query.get("sort", Sort.BEST.value)
    if typed not in list(Sort):
        raise Refused(400, f"I don't know the order “{_shown(typed)}”. Try one of {_ORDERS}.")
    return Asking(query, Sort(typed), request.query.get("exact") == "1", _page(request))


def _query(request: web.Request, name: str) -> Query:
    typed = request.query.get(name, "")
    if len(typed) > LONGEST_QUERY:
        raise Refused(400, f"A search has at most {LONGEST_QUERY} characters, and yours has {len(typed):,}.")
    # As answers are kept: what finds the same is the same search, and has the same feed.
    return canonical(visible(typed))


def _page(request: web.Request) -> int:
    typed = request.query.get("page", "1")
    number = typed.lstrip("0") if typed.isascii() and typed.isdecimal() else ""
    if not number:
        raise Refused(400, f"“{_shown(typed)}” isn't a page: pages count from 1.")
    return min(int(number[:12]), _LAST_PAGE)


def _day(typed: str) -> date:
    with suppress(ValueError):
        if _ISO_DAY.fullmatch(typed.rstrip("/")):
            return date.fromisoformat(typed.rstrip("/"))
    raise Refused(400, f"I couldn't read “{_shown(typed)}” as a date. Try `/day/2025-03-20`.")


def _shown(typed: str) -> str:
    return clip_escaped(typed, _SHOWN)
