"""The public address: whether this bot, and no other, answers there."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp import web

from bot.doctor.finding import Finding, skipped, well, wrong
from bot.errors import SettingsError
from bot.settings import Settings
from bot.sources.web import user_agent
from bot.web.proof import PATH, add_nonce_route, proof_key, proof_of
from bot.web.serving import WebServer

_NAME: Final = "public address"
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_LONGEST = 1_000


async def check_address(settings: Settings) -> list[Finding]:
    """Ask it for a nonce; where no bot runs, this process answers meanwhile."""
    if settings.public_url is None:
        return [skipped(_NAME, "PAPERBOY_PUBLIC_URL is not set.")]
    if settings.web is None:
        return [wrong(_NAME, "PAPERBOY_PUBLIC_URL is set, but nothing is served: set PAPERBOY_WEB, too.")]
    nonce = secrets.token_hex(16)
    async with _served(settings, settings.web):
        status, said = await _asked(f"{settings.public_url.rstrip('/')}{PATH}{nonce}")
    if hmac.compare_digest(said.encode(), proof_of(proof_key(settings), nonce).encode()):
        return [well(_NAME, f"{settings.public_url} leads to this bot.")]
    if status == 0:
        return [wrong(_NAME, f"{settings.public_url} can't be reached ({said}): check its name and proxy.")]
    if status == 200:
        why = "with another PAPERBOY_SECRET or data folder, or another site is there"
        return [wrong(_NAME, f"At {settings.public_url} another bot answers, {why}: check the proxy.")]
    return [
        wrong(
            _NAME,
            f"{settings.public_url} answers {status} instead of this bot: lead it to PAPERBOY_WEB, "
            f"{settings.web}.",
        )
    ]


@asynccontextmanager
async def _served(settings: Settings, address: str) -> AsyncIterator[None]:
    """At PAPERBOY_WEB, unless that is taken: by the running bot, as it should be."""
    app = web.Application()
    add_nonce_route(app, settings)
    server = WebServer(app, address, "PAPERBOY_WEB")
    try:
        await server.start()
    except SettingsError:
        yield
        return
    try:
        yield
    finally:
        await server.close()


async def _asked(address: str) -> tuple[int, str]:
    """The status and what was said; 0, and why, where nobody answered."""
    headers = {"User-Agent": user_agent(None)}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, headers=headers) as session,
            session.get(address, allow_redirects=True, max_redirects=3) as response,
        ):
            return response.status, (await response.content.read(_LONGEST)).decode(errors="replace").strip()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return 0, " ".join(str(error).split())[:200] or type(error).__name__
