"""The pages behind the links in mails: a button each, since mail scanners open links and press none."""

from __future__ import annotations

import logging
from functools import cache, wraps
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.daily.when.typed_times import DAYS
from bot.inbox.letter_times import local_day
from bot.mail.mail_links import Link, MailLinks
from bot.mail.mail_text import what, when
from bot.readers.mailing import Subscription
from bot.state.failures import is_passing

if TYPE_CHECKING:
    import jinja2

log = logging.getLogger(__name__)

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
_STYLE_FOR = 86_400
_LONGEST_TOKEN = 128
_OVER = 410


def add_mail_routes(app: web.Application, links: MailLinks, prefix: str = "") -> None:
    """Serve `/mail/confirm/TOKEN`, `/mail/block/TOKEN`, `/mail/off/TOKEN`, and their stylesheet.

    Below `prefix`, the public address's own path, too: the proxy in front may take it off, or leave it.
    """
    pages = _MailPages(links)
    for before in dict.fromkeys(("", prefix)):
        app.router.add_get(f"{before}/mail/style.css", pages.style)
        for name, look, press in pages.by_name():
            # Some gateways put a slash behind an address that they rewrite.
            for after in ("", "/"):
                path = f"{before}/mail/{name}/{{token}}{after}"
                app.router.add_get(path, _patient(look))
                app.router.add_post(path, _patient(press))


def _patient(handler: Handler) -> Handler:
    """Where the state can't be used, a page that says so: mail programs then post again."""

    @wraps(handler)
    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Exception as error:
            if not is_passing(error):
                log.exception("A page of mails failed, for a bug of ours.")
            return _said(
                request,
                "That didn't work",
                "Something is wrong on my side. Nothing was changed: try again in a few minutes.",
                status=503,
            )

    return answered


class _MailPages:
    def __init__(self, links: MailLinks) -> None:
        self._links = links

    def by_name(self) -> tuple[tuple[str, Handler, Handler], ...]:
        """What each link is called, what looks at it, and what its button does."""
        return (
            ("confirm", self.look_at_confirming, self.confirm),
            ("block", self.look_at_confirming, self.block),
            ("off", self.look_at_ending, self.end),
        )

    async def look_at_confirming(self, request: web.Request) -> web.Response:
        token = _token(request)
        waiting = await self._links.waiting(token)
        if waiting is not None:
            plan = waiting.plan
            return _page(request, "confirm.html", token=token, what=what(plan), when=when(plan))
        if self._links.is_ours(token):
            begun = await self._links.begun(token)
            comes = (what(begun.plan), when(begun.plan)) if begun is not None else ("", "")
            return _page(
                request, "confirm_over.html", status=_OVER, token=token, what=comes[0], when=comes[1]
            )
        return _unknown(request)

    async def confirm(self, request: web.Request) -> web.Response:
        token = _token(request)
        subscription = await self._links.confirm(token)
        if subscription is None:
            return await self.look_at_confirming(request)
        return _said(request, "You're all set", _begins(subscription))

    async def block(self, request: web.Request) -> web.Response:
        token = _token(request)
        begun = await self._links.begun(token)
        if not await self._links.block(token):
            return _unknown(request)
        ended = "These mails have ended, and " if begun is not None else ""
        return _said(request, "Noted", f"{ended}I won't write to this address again, whoever asks me to.")

    async def look_at_ending(self, request: web.Request) -> web.Response:
        match await self._links.to_stop(_token(request)):
            case Link.OPEN:
                return _page(request, "off.html")
            case Link.OVER:
                return _already_off(request)
            case Link.NOTHING:
                return _nothing_to_stop(request)
            case _:
                return _unknown(request)

    async def end(self, request: web.Request) -> web.Response:
        """Also what a mail program posts for its own "unsubscribe" (RFC 8058), without a cookie."""
        match await self._links.stop(_token(request)):
            case Link.OPEN:
                return _said(
                    request,
                    "Stopped",
                    "No more mails come, and I've deleted your address. Start again with /inbox email in "
                    "Discord.",
                )
            case Link.OVER:
                return _already_off(request)
            case Link.NOTHING:
                return _nothing_to_stop(request)
            case _:
                return _unknown(request)

    async def style(self, request: web.Request) -> web.Response:
        headers = {"Cache-Control": f"public, max-age={_STYLE_FOR}", "X-Content-Type-Options": "nosniff"}
        css = _templates().get_template("style.css").render()
        return web.Response(text=css, content_type="text/css", charset="utf-8", headers=headers)


def _token(request: web.Request) -> str:
    return request.match_info["token"][:_LONGEST_TOKEN]


def _begins(subscription: Subscription) -> str:
    plan = subscription.plan
    text = f"You get {what(plan)} {when(plan)}."
    if subscription.next_due_at is not None:
        day = local_day(plan.times, subscription.next_due_at)
        text += f" The first comes on {DAYS[day.weekday()]}, {day.day} {day:%B}."
    return text


def _already_off(request: web.Request) -> web.Response:
    return _said(request, "Already off", "These mails were stopped before, and none come to this address.")


def _nothing_to_stop(request: web.Request) -> web.Response:
    return _said(
        request,
        "Nothing to stop",
        "No mails are sent by this link. If some still come, open the link at the end of the latest one.",
    )


def _unknown(request: web.Request) -> web.Response:
    return _said(
        request,
        "I don't know that link",
        "Open the whole link from the mail, or copy it again: a part of it may be missing.",
        status=404,
    )


def _said(request: web.Request, head: str, text: str, status: int = 200) -> web.Response:
    return _page(request, "said.html", status=status, head=head, text=text)


def _page(request: web.Request, name: str, *, status: int = 200, **values: str) -> web.Response:
    # Relative, as the proxy in front may take a path off.
    up = "../.." if request.path.endswith("/") else ".."
    html = _templates().get_template(name).render(values, up=up)
    return web.Response(text=html, status=status, content_type="text/html", charset="utf-8", headers=_HEADERS)


@cache
def _templates() -> jinja2.Environment:
    # When the first page is asked for.
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("bot.web", "mail_pages"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
    )
