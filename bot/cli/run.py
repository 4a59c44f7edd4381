"""`paperboy run` and `paperboy invite`."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import click
import discord
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from bot import __version__
from bot.backup.kept import daily_backups_of
from bot.backup.last_sign import keep_unsigned
from bot.cli.reporting import begin_reporting
from bot.cli.signals import stop_on_signal
from bot.cli.watch import Watch
from bot.clock import system_clock
from bot.connection.client import PaperboyClient, point_at
from bot.connection.gateway import sentence_of
from bot.errors import SettingsError
from bot.services import Services
from bot.settings import Settings, load_settings
from bot.shipped import IS_CHECKOUT
from bot.sources.seed import build_seed
from bot.state.failures import is_of_driver, is_passing, unusable
from bot.state.presence import Presence
from bot.views.markdown import counted

log = logging.getLogger(__name__)

_LEAST_ID = 10**16
"""Discord's ids are times since 2015: none is smaller."""


@click.command()
def run() -> None:
    """Connect to Discord and answer, until Ctrl-C or SIGTERM."""
    settings = load_settings()
    token = _token(settings)
    begin_reporting(settings)
    asyncio.run(_serve(settings, token))


@click.command()
@click.option(
    "--application-id", type=click.IntRange(1, 2**63 - 1), help="Read from the token when not given."
)
def invite(application_id: int | None) -> None:
    """Print the link that adds the bot to a server."""
    if application_id is not None and application_id < _LEAST_ID:
        raise click.UsageError(
            f"{application_id} isn't an application's id, which has at least 17 digits. "
            "Copy it from its page in the developer portal."
        )
    click.echo(invite_link(application_id or _own_application_id()))


def _own_application_id() -> int:
    settings = load_settings()
    if settings.token is None or not settings.token.get_secret_value().strip():
        raise SettingsError(
            "I need to know the application: set DISCORD_TOKEN, or give `--application-id` with the id "
            "from its page in the developer portal."
        )
    return application_id_of(settings.token.get_secret_value().strip())


def invite_link(application_id: int) -> str:
    """The address that asks for what the daily post and its threads need, and nothing else."""
    permissions = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        create_public_threads=True,
        read_message_history=True,
        attach_files=True,
        mention_everyone=True,  # for the one role that an admin chose to be pinged
    )
    return discord.utils.oauth_url(
        application_id, permissions=permissions, scopes=("bot", "applications.commands")
    )


def application_id_of(token: str) -> int:
    """The application that a token belongs to: its first part is the id, in base 64."""
    first = token.partition(".")[0]
    try:
        return int(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (binascii.Error, ValueError):
        raise SettingsError(
            "DISCORD_TOKEN is not a bot token. Copy it again from the developer portal."
        ) from None


def _token(settings: Settings) -> str:
    if settings.token is None or not settings.token.get_secret_value().strip():
        otherwise = ", or try `make demo`, which needs none" if IS_CHECKOUT else " in this folder"
        raise SettingsError(f"DISCORD_TOKEN is not set. Put your bot's token into .env{otherwise}.")
    return settings.token.get_secret_value().strip()


async def _serve(settings: Settings, token: str) -> None:
    if not settings.catalog.exists():
        build_seed(settings.catalog)
    services = Services.open(settings, system_clock)
    presence = Presence(settings.state_url)
    point_at(settings.discord_api, settings.discord_gateway)
    client = PaperboyClient(services, shard_count=settings.shard_count, shard_ids=settings.shard_ids)
    serving = asyncio.create_task(_until_state_is_gone(services, presence, _connect(client, presence, token)))
    updating = asyncio.create_task(services.updater.run()) if settings.updates else None
    stop_on_signal(serving.cancel)
    try:
        async with Watch(settings, services, client), client:
            await serving
    except asyncio.CancelledError:
        log.info("Stopped.")
    except discord.DiscordException as error:
        raise (sentence_of(error) or error) from None
    except Exception as error:
        if is_of_driver(error):
            raise unusable(error) from None
        raise
    finally:
        if updating:
            updating.cancel()
            await asyncio.gather(updating, return_exceptions=True)
        await services.close()
        await presence.end()


async def _until_state_is_gone(
    services: Services, presence: Presence, serving: Coroutine[Any, Any, None]
) -> None:
    """Serve, but stop with StateGone rather than go on without the state's file."""
    beside = [services.store.watch(), services.keep_up(), presence.keep()]
    backups = daily_backups_of(services.settings, services.store, services.clock)
    beside.append(backups.run() if backups is not None else keep_unsigned(services.store))
    tasks = [asyncio.create_task(each) for each in (serving, *beside)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _connect(client: PaperboyClient, presence: Presence, token: str) -> None:
    """Log in, with patience where the state store or Discord is away, and stay connected."""
    await _patiently("The state store cannot be used", is_passing)(presence.begin)
    await _patiently("The state store cannot be used", is_passing)(client.services.store.migrate)
    client.mail.start()  # it needs no Discord
    await _patiently("Discord cannot be reached", _discord_is_away)(client.log_in, token)
    log.info("%s", await _introduced(client))
    # Only where Discord does not say where its gateway is; discord.py itself sees to what is lost later.
    await _patiently("Discord cannot be reached", _has_no_gateway)(client.connect)


async def _introduced(client: PaperboyClient) -> str:
    """`Paperboy 1.2.0: 1,234 papers, updated from Hugging Face and arXiv, in 3 servers.`"""
    services = client.services
    papers = counted(await services.library.count(), "paper")
    sources = f"{services.sources.hugging_face.name} and {services.sources.arxiv.name}"
    updated = f"updated from {sources}" if services.settings.updates else "updates off"
    servers = counted(client.application.approximate_guild_count if client.application else 0, "server")
    return f"Paperboy {__version__}: {papers}, {updated}, in {servers}."


def _discord_is_away(error: BaseException) -> bool:
    if isinstance(error, discord.HTTPException):
        return error.status == 429 or error.status >= 500 or _is_of_something_on_the_way(error)
    return isinstance(error, OSError | aiohttp.ClientError | discord.RateLimited)


def _is_of_something_on_the_way(error: discord.HTTPException) -> bool:
    return error.status != 401 and "html" in error.response.headers.get("Content-Type", "")


def _has_no_gateway(error: BaseException) -> bool:
    return isinstance(error, discord.GatewayNotFound)


def _patiently(what: str, is_away: Callable[[BaseException], bool]) -> AsyncRetrying:
    def say_when(state: RetryCallState) -> None:
        reason = state.outcome.exception() if state.outcome else None
        sentence = " ".join(str(reason).split()) or type(reason).__name__
        log.warning("%s (%s). Trying again in %.0f s.", what, sentence[:300], state.upcoming_sleep)

    backoff = wait_exponential_jitter(multiplier=2, max=60)

    def waits(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, discord.RateLimited) else 0.0
        return max(asked, backoff(state))

    return AsyncRetrying(retry=retry_if_exception(is_away), wait=waits, before_sleep=say_when)
