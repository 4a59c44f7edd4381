"""What the public address serves: readers' pages, the links in mails, health, and whose it is."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from bot.mail.mail_links import MailLinks
from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Readiness
from bot.services import Services
from bot.web.health_routes import add_health_routes
from bot.web.mail_routes import add_mail_routes
from bot.web.proof import add_nonce_route
from bot.web.reader_app import reader_app


def public_app(services: Services, links: MailLinks, readiness: Readiness, pulse: Pulse) -> web.Application:
    """The same for whichever process has the address: each mail links there."""
    app = reader_app(services)
    prefix = urlsplit(services.settings.public_url or "").path.rstrip("/")
    add_health_routes(app, readiness, pulse, with_reasons=False, prefix=prefix)
    add_nonce_route(app, services.settings)
    add_mail_routes(app, links, prefix)
    return app
