"""What tells how a running bot is: its checks, its sign of life, systemd, and the ports for it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot.connection.client import PaperboyClient
from bot.connection.heartbeats import AT_REST, QUICK, Heartbeats
from bot.errors import SettingsError
from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Pace, Readiness
from bot.measuring.service_manager import ServiceManager
from bot.measuring.sign_of_life import SignOfLife, place_of_sign
from bot.services import Services
from bot.settings import Settings
from bot.vital_checks import catalog_is_open, state_is_writable

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

_GATEWAY: Final = Pace(every=2.0)
"""Looking costs nothing, and how soon a loss shows depends on it."""
_UNSEEN: Final = Pace(every=30.0)
"""Where nobody can ask but `paperboy health`."""
_SLOW_PULSE: Final = 5.0


class Watch:
    """Of the bot that `client` is; nothing that goes wrong in here ends the bot."""

    def __init__(self, settings: Settings, services: Services, client: PaperboyClient) -> None:
        self._settings = settings
        self._services = services
        self._mail = client.mail
        self._seen = bool(settings.web or settings.web_operator)
        self.pulse = Pulse(services.figures, 1.0 if self._seen else _SLOW_PULSE)
        self.readiness = Readiness(
            {
                "gateway": Heartbeats(client, QUICK if self._seen else AT_REST).check,
                "state": state_is_writable(services.store),
                "catalog": catalog_is_open(services.library),
            },
            Pace() if self._seen else _UNSEEN,
            {"gateway": _GATEWAY if self._seen else Pace(every=10.0)},
        )
        self._open = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Watch:
        place = place_of_sign(self._settings.data, self._settings.shard_ids)
        self._begin(self.pulse.beat())
        self._begin(self.readiness.watch())
        self._begin(SignOfLife(place, lambda: self.readiness.reasons).give())
        self._begin(ServiceManager(os.environ).keep_told(lambda: self.readiness.reasons))
        await self._serve()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(_say_why)
        self._tasks.append(task)

    async def _serve(self) -> None:
        """At each address that is set; a server's libraries are read only then."""
        operator, public = self._settings.web_operator, self._settings.web
        if operator is not None and operator == public:
            log.error("PAPERBOY_WEB and PAPERBOY_WEB_OPERATOR are both %s: give each its own.", public)
            operator = None
        if operator is not None:
            await self._serve_at(self._operators(), operator, "PAPERBOY_WEB_OPERATOR")
        if public is not None and await self._serve_at(self._readers(), public, "PAPERBOY_WEB"):
            from bot.web.settling import settle

            self._begin(settle(self._services.library))

    def _readers(self) -> web.Application:
        """The pages, and a bare yes or no; templates and feeds are read for those who have pages."""
        from bot.web.health_routes import add_health_routes
        from bot.web.mail_routes import add_mail_routes
        from bot.web.proof import add_nonce_route
        from bot.web.reader_app import reader_app

        app = reader_app(self._services)
        prefix = urlsplit(self._settings.public_url or "").path.rstrip("/")
        add_health_routes(app, self.readiness, self.pulse, with_reasons=False, prefix=prefix)
        add_nonce_route(app, self._settings)
        add_mail_routes(app, self._mail, prefix)
        return app

    def _operators(self) -> web.Application:
        from bot.web.exposition import Exposition
        from bot.web.operator_app import operator_app

        shards = ",".join(map(str, self._settings.shard_ids or ())) or "all"
        figures, library = self._services.figures, self._services.library
        exposition = Exposition(figures, self.readiness, self.pulse, library, {"shards": shards})
        return operator_app(self.readiness, self.pulse, exposition)

    async def _serve_at(self, app: web.Application, address: str, setting: str) -> bool:
        """Whether it is served: what is in its way is not in that of the bot."""
        from bot.web.serving import WebServer

        server = WebServer(app, address, setting)
        try:
            await server.start()
        except SettingsError as error:
            log.error("%s The bot runs without it.", error)
            return False
        self._open.push_async_callback(server.close)
        log.info("%s is served: http://%s/healthz answers.", setting, address)
        return True


def _say_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("Watching over the bot failed, for a bug of ours; the bot goes on.", exc_info=error)
