"""`paperboy web`: the pages for readers, without Discord."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from urllib.parse import urlsplit

import click

from bot.clock import system_clock
from bot.errors import PaperboyError, SettingsError
from bot.logs import set_up_logging
from bot.measuring.readiness import Readiness
from bot.services import Services
from bot.settings import Settings, load_settings
from bot.sources.seed import build_seed
from bot.state.address import password_of
from bot.state.failures import is_failure, unusable
from bot.vital_checks import catalog_is_open, index_is_current
from bot.web.health_routes import add_health_routes
from bot.web.proof import add_nonce_route
from bot.web.reader_app import reader_app
from bot.web.serving import WebServer
from bot.web.settling import settle

log = logging.getLogger(__name__)

_LOOK_EVERY = 300.0
"""Seconds until a paper that the operator removed elsewhere has left this catalog, too."""


@click.command()
def web() -> None:
    """Serve the pages and feeds for readers at PAPERBOY_WEB, without Discord, until Ctrl-C or SIGTERM."""
    settings = load_settings()
    if settings.web is None:
        raise SettingsError(
            "PAPERBOY_WEB is not set. Set it to where the pages shall be served, as in 127.0.0.1:8080."
        )
    database = settings.database_url.get_secret_value() if settings.database_url else ""
    set_up_logging(settings.log_level, [database, password_of(database) or ""], settings.log_format)
    asyncio.run(_serve(settings, settings.web))


async def _serve(settings: Settings, address: str) -> None:
    if not settings.catalog.exists():
        build_seed(settings.catalog)
    services = Services.open(settings, system_clock)
    ready = Readiness(
        {"catalog": catalog_is_open(services.library), "index": index_is_current(services.library)}
    )
    app = reader_app(services)
    prefix = urlsplit(settings.public_url or "").path.rstrip("/")
    add_health_routes(app, ready, with_reasons=False, prefix=prefix)
    add_nonce_route(app, settings)
    pages = WebServer(app, address, "PAPERBOY_WEB")
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        # Where signals can't be handled, Ctrl-C interrupts by itself.
        with suppress(NotImplementedError):
            loop.add_signal_handler(signum, ended.set)
    works = (_take_out_removed(services), settle(services.library), ready.watch())
    beside = [asyncio.create_task(work) for work in works]
    try:
        await pages.start()
        log.info("Pages are at %s.", settings.public_url or f"http://{address}")
        await ended.wait()
        log.info("Stopped.")
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await pages.close()
        await services.close()


async def _take_out_removed(services: Services) -> None:
    """What the operator removed is on no page, even of a catalog that only this process reads."""
    loop, anew = asyncio.get_running_loop(), asyncio.Event()
    services.library.on_another_catalog(lambda: loop.call_soon_threadsafe(anew.set))
    while True:
        try:
            await services.store.migrate()
            await services.take_out_removed()
        except Exception as error:
            if not isinstance(error, PaperboyError) and not is_failure(error):
                raise
            log.warning(
                "Channels' feeds wait for the state: %s", unusable(error) if is_failure(error) else error
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(anew.wait(), _LOOK_EVERY)
        anew.clear()
