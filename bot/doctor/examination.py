"""All checks side by side, each within its time; one that breaks says so and stops no other."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from pydantic import SecretStr

from bot.clock import Clock
from bot.doctor.address_check import check_address
from bot.doctor.catalog_checks import check_catalog, check_index
from bot.doctor.channel_checks import check_channels
from bot.doctor.discord_api import DiscordApi
from bot.doctor.discord_checks import (
    check_application,
    check_clock,
    check_commands,
    check_gateway,
    check_token,
)
from bot.doctor.finding import Finding, skipped, wrong
from bot.doctor.host_checks import check_disk, check_versions, check_zones
from bot.doctor.mail_checks import check_dkim, check_mail
from bot.doctor.source_checks import check_arxiv, check_hugging_face, check_semantic_scholar
from bot.doctor.state_checks import check_backups, check_database
from bot.errors import PaperboyError
from bot.settings import Settings
from bot.state.address import password_of
from bot.state.failures import is_failure
from bot.state.store import Store

_USUAL = 20.0
_CHANNELS = 120.0
"""Seconds: a thousand servers are some three thousand requests."""
_LEAST_SECRET = 4
"""Characters: a shorter one is in many words."""


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    look: Callable[[], Awaitable[Sequence[Finding]]]
    seconds: float


async def examine(settings: Settings, clock: Clock, *, usual: float = _USUAL) -> list[Finding]:
    """What each check found, in a fixed order; `usual` is how many seconds one may take."""
    store: Store | PaperboyError
    try:
        store = Store(settings.state_url) if _may_open(settings) else PaperboyError("there is no state yet")
    except PaperboyError as error:
        store = error
    async with DiscordApi(settings, clock) as discord:
        try:
            checks = _checks(settings, clock, discord, store, usual)
            found = await asyncio.gather(*(_within(each) for each in checks))
        finally:
            if isinstance(store, Store):
                await store.close()
    secrets = _secrets(settings)
    return [replace(each, says=_without(each.says, secrets)) for some in found for each in some]


def _may_open(settings: Settings) -> bool:
    """Looking makes no file where there is none."""
    from bot.backup.former import file_of

    path = file_of(settings.state_url)
    return path is None or path.is_file()


def _checks(
    settings: Settings, clock: Clock, discord: DiscordApi, store: Store | PaperboyError, usual: float
) -> list[_Check]:
    return [
        _Check("token", lambda: check_token(discord), usual),
        _Check("application", lambda: check_application(discord), usual),
        _Check("gateway", lambda: check_gateway(discord, settings), usual),
        _Check("commands", lambda: check_commands(discord, store), usual),
        _Check("daily papers", lambda: check_channels(discord, store, clock), max(usual, _CHANNELS)),
        _Check("clock", lambda: check_clock(discord), usual),
        _Check("time zones", lambda: check_zones(store, clock), usual),
        _Check("disk", lambda: check_disk(settings), usual),
        _Check("database", lambda: check_database(settings, store), usual),
        _Check("backups", lambda: check_backups(settings, clock), usual),
        _Check("catalog", lambda: check_catalog(settings, clock), usual),
        _Check("index", lambda: check_index(settings), usual),
        _Check("Hugging Face", lambda: check_hugging_face(settings), usual),
        _Check("arXiv", lambda: check_arxiv(settings), usual),
        _Check("Semantic Scholar", lambda: check_semantic_scholar(settings, clock), usual),
        _Check("mail", lambda: check_mail(settings, store), usual),
        _Check("DKIM", lambda: check_dkim(settings), usual),
        _Check("public address", lambda: check_address(settings), usual),
        _Check("versions", check_versions, usual),
    ]


async def _within(check: _Check) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(check.seconds):
            return await check.look()
    except TimeoutError:
        return [
            wrong(check.name, f"No answer within {check.seconds:.0f} s: try again, or check the network.")
        ]
    except PaperboyError as error:
        return [wrong(check.name, str(error))]
    except Exception as error:
        if is_failure(error) or isinstance(error, sqlite3.Error):
            return [skipped(check.name, "The database can't be read.")]
        why = " ".join(str(error).split())[:200]
        return [wrong(check.name, f"This check itself failed ({type(error).__name__}: {why}): report it.")]


def _secrets(settings: Settings) -> list[str]:
    """What no line shall hold."""
    values = [value for _, value in settings if isinstance(value, SecretStr)]
    found = [value.get_secret_value().strip() for value in values]
    found.append(password_of(settings.state_url) or "")
    return sorted({each for each in found if len(each) >= _LEAST_SECRET}, key=len, reverse=True)


def _without(text: str, secrets: Sequence[str]) -> str:
    for each in secrets:
        text = text.replace(each, "•••").replace(quote(each, safe=""), "•••")
    return text
