"""The addresses at which a process is asked: by everybody, and by its operator alone.

What serves there is read only where it is set.
"""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.mail.mail_links import MailLinks
from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Readiness
from bot.services import Services

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)


class Ports:
    """Of the process whose `readiness` and `pulse` these are. `links` are what mails link to.

    `shards` are those of Discord that it has, as its figures name them; None where it has no Discord.
    """

    def __init__(
        self,
        services: Services,
        links: MailLinks,
        readiness: Readiness,
        pulse: Pulse,
        *,
        shards: str | None,
    ) -> None:
        self._services = services
        self._links = links
        self._readiness = readiness
        self._pulse = pulse
        self._shards = shards
        self._open = AsyncExitStack()

    async def serve_operator(self) -> None:
        """At PAPERBOY_WEB_OPERATOR, where it is set. What is in its way is not in that of the process."""
        settings = self._services.settings
        if settings.web_operator is None:
            return
        if settings.web_operator == settings.web:
            log.error("PAPERBOY_WEB and PAPERBOY_WEB_OPERATOR are both %s: give each its own.", settings.web)
            return
        from bot.web.exposition import Exposition
        from bot.web.operator_app import operator_app

        figures, library = self._services.figures, self._services.library
        exposition = Exposition(figures, self._readiness, self._pulse, library, shards=self._shards)
        app = operator_app(self._readiness, self._pulse, exposition)
        try:
            await self._serve(app, settings.web_operator, "PAPERBOY_WEB_OPERATOR")
        except SettingsError as error:
            log.error("%s I go on without it.", error)

    async def serve_public(self, address: str) -> None:
        """At `address`, that of PAPERBOY_WEB; SettingsError where it can't be taken."""
        from bot.web.public_app import public_app

        app = public_app(self._services, self._links, self._readiness, self._pulse)
        await self._serve(app, address, "PAPERBOY_WEB")

    async def close(self) -> None:
        """End what is being answered, then no more."""
        await self._open.aclose()

    async def _serve(self, app: web.Application, address: str, setting: str) -> None:
        from bot.web.serving import WebServer

        server = WebServer(app, address, setting, self._services.settings.web_proxies)
        await server.start()
        self._open.push_async_callback(server.close)
        log.info("%s is served: http://%s/healthz answers.", setting, address)
