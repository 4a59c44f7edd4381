"""`paperboy web`: the pages for readers and the links in mails, without Discord."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import click

from bot.cli.ports import Ports
from bot.cli.reporting import begin_reporting
from bot.cli.signals import stop_on_signal
from bot.clock import system_clock
from bot.errors import PaperboyError, SettingsError
from bot.mail.mail_service import links_of
from bot.measuring.pulse import Pulse
from bot.measuring.readiness import Readiness
from bot.services import Services
from bot.settings import Settings, load_settings
from bot.sources.seed import build_seed
from bot.state.database_clock import DatabaseClock
from bot.state.failures import is_failure, unusable
from bot.state.presence import Presence
from bot.vital_checks import catalog_is_open, index_is_current
from bot.web.settling import settle

log = logging.getLogger(__name__)

_LOOK_EVERY = 300.0
"""Seconds until a paper that the operator removed elsewhere has left this catalog, too."""


@click.command(short_help="Serve the pages, without Discord.")
def web() -> None:
    """Serve pages, feeds and the links in mails at PAPERBOY_WEB, without Discord, until Ctrl-C or SIGTERM."""
    settings = load_settings()
    if settings.web is None:
        raise SettingsError(
            "PAPERBOY_WEB is not set. Set it to where its pages should be served, as in 127.0.0.1:8080."
        )
    begin_reporting(settings)
    asyncio.run(_serve(settings, settings.web))


async def _serve(settings: Settings, address: str) -> None:
    if not settings.catalog.exists():
        build_seed(settings.catalog)
    services = Services.open(settings, system_clock)
    ready = Readiness(
        {"catalog": catalog_is_open(services.library), "index": index_is_current(services.library)}
    )
    pulse, clock = Pulse(services.figures), DatabaseClock(services.store, services.clock)
    links = links_of(settings, services.store, clock)
    ports = Ports(services, links, ready, pulse, shards=None)
    presence = Presence(settings.state_url)
    ended = asyncio.Event()
    stop_on_signal(ended.set)
    beside: list[asyncio.Task[object]] = []
    try:
        await _begin(presence)
        works = (_follow_state(services, clock), settle(services.library), ready.watch(), pulse.beat())
        beside += [asyncio.create_task(work) for work in works]
        kept = asyncio.create_task(presence.keep())
        beside.append(kept)
        await ports.serve_operator()
        await ports.serve_public(address)
        log.info("Pages are at %s.", settings.public_url or f"http://{address}")
        asked_to_end = asyncio.create_task(ended.wait())
        beside.append(asked_to_end)
        await asyncio.wait({asked_to_end, kept}, return_when=asyncio.FIRST_COMPLETED)
        if kept.done():
            kept.result()
        log.info("Stopped.")
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await ports.close()
        await services.close()
        await presence.end()


async def _begin(presence: Presence) -> None:
    """Nobody restores the state while links in mails change it; one that is away is waited for meanwhile."""
    try:
        await presence.begin()
    except Exception as error:
        if not is_failure(error):
            raise
        log.debug("The lock on the state can't be taken yet: %s", error)


async def _follow_state(services: Services, clock: DatabaseClock) -> None:
    """What the operator removed is on no page, even of a catalog that only this process reads.

    And links in mails are as old as the database's clock says.
    """
    loop, anew = asyncio.get_running_loop(), asyncio.Event()
    services.library.on_another_catalog(lambda: loop.call_soon_threadsafe(anew.set))
    while True:
        try:
            await services.store.migrate()
            await clock.measure()
            await services.take_out_removed()
        except Exception as error:
            if not isinstance(error, PaperboyError) and not is_failure(error):
                raise
            why = unusable(error) if is_failure(error) else error
            log.warning("Channels' feeds and links in mails wait for the state: %s", why)
        with suppress(TimeoutError):
            await asyncio.wait_for(anew.wait(), _LOOK_EVERY)
        anew.clear()
