"""What tells how a running bot is: its checks, its sign of life, systemd, and the ports for it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Coroutine
from typing import Any, Final

from bot.cli.ports import Ports
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
        shards = ",".join(map(str, settings.shard_ids or ())) or "all"
        self._ports = Ports(services, client.mail.links, self.readiness, self.pulse, shards=shards)
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
        await self._ports.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(_say_why)
        self._tasks.append(task)

    async def _serve(self) -> None:
        """At each address that is set."""
        await self._ports.serve_operator()
        if self._settings.web is None:
            return
        try:
            await self._ports.serve_public(self._settings.web)
        except SettingsError as error:
            log.error("%s The bot runs without it.", error)
            return
        from bot.web.settling import settle

        self._begin(settle(self._services.library))


def _say_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("Watching over the bot failed, for a bug of ours; the bot goes on.", exc_info=error)
