"""What holds for every request: how much one may ask for, how errors look, and what browsers are told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import CatalogClosed, PaperboyError, SearchTooSlow
from bot.state.failures import is_passing
from bot.web.content import Refused
from bot.web.visitors import RETRY_AFTER, Visitors

log = logging.getLogger(__name__)

ErrorPage = Callable[[Refused], web.Response]
"""Makes the page that says it."""

_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Server": "Paperboy",
}
_FOR_MACHINES = ("/healthz", "/readyz")
"""Asked every few seconds by what watches over the bot."""
_TOO_MANY = f"You're going a bit fast. Try again in {RETRY_AFTER} seconds."
_FAILED = "Something went wrong on my side. Try again in a minute."
_AWAY = "I can't reach what I need for this page right now. Try again in a minute."
_OF_HTTP = {
    404: "There's no page here. Search for a topic, a title or an author above.",
    405: "This page can only be read.",
}


def limited(visitors: Visitors) -> Middleware:
    """Who asks for too much waits a little."""

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _is_free(request) and not await visitors.may_ask(request):
            raise Refused(429, _TOO_MANY)
        return await handler(request)

    return limit


def _is_free(request: web.Request) -> bool:
    """Whether anybody may ask for it as often as they like.

    Mail providers end mails for their people, all of them from a few addresses, and don't try again.
    """
    resource = request.match_info.route.resource
    return request.path.endswith(_FOR_MACHINES) or (resource is not None and "/mail/" in resource.canonical)


def with_error_pages(page: ErrorPage) -> Middleware:
    """An error is a page with one sentence; the log has its trace, and never the address that was asked."""

    @web.middleware
    async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            response = page(refused)
            if refused.status in (429, 503):
                response.headers["Retry-After"] = str(RETRY_AFTER)
            return response
        except SearchTooSlow as slow:
            return page(Refused(503, str(slow)))
        except web.HTTPException as error:
            if error.status < 400:
                raise
            said = _OF_HTTP.get(error.status, f"I can't answer that: {error.reason}.")
            response = page(Refused(error.status, said))
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
            return response
        except Exception as error:
            if is_passing(error) or isinstance(error, CatalogClosed):
                return page(Refused(503, _AWAY))
            _log(request, error)
            return page(Refused(500, _FAILED))

    return errors


def _log(request: web.Request, error: Exception) -> None:
    """By the route: a path may hold a token."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "no route"
    if isinstance(error, PaperboyError):
        log.error("The page %s failed: %s", route, error)
    else:
        log.exception("The page %s failed", route, exc_info=error)


async def tell_browser(_: web.Request, response: web.StreamResponse) -> None:
    """Before the headers go: on every response, of errors too."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
