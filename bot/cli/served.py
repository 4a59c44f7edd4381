"""The pages that a running bot serves, and what of the mail's settings is secret."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.mail.mail_service import MailService
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.web.serving import WebServer

log = logging.getLogger(__name__)


def mail_secrets(settings: Settings) -> list[str]:
    """What no line of the log may hold."""
    return [each.get_secret_value() for each in (settings.smtp_password, settings.secret) if each is not None]


async def serve_pages(settings: Settings, mail: MailService) -> WebServer | None:
    """Serve them at PAPERBOY_WEB until it is closed; None where that isn't set, or can't be taken."""
    if settings.web is None:
        return None
    # For bots that have pages alone.
    from aiohttp import web

    from bot.web.mail_routes import add_mail_routes
    from bot.web.serving import WebServer

    app = web.Application()
    add_mail_routes(app, mail)
    server = WebServer(app, settings.web, "PAPERBOY_WEB")
    try:
        await server.start()
    except SettingsError as error:
        log.error("%s", error)
        return None
    return server
