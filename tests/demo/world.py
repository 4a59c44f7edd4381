"""A simulated Discord in which the real bot runs in real time, with a chat page in the browser.

It lives among the tests because simcord, the simulated Discord, is a tool of tests: `bot` never imports it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import simcord
from simcord.preview import Preview

from bot.catalog.seed import build_seed
from bot.client import PaperboyClient
from bot.services import Services
from bot.settings import Settings

TICK_S = 0.5


def demo_settings(folder: Path) -> Settings:
    """Settings whose stores lie in `folder` alone, whatever the environment and `.env` say."""
    return Settings(
        _env_file=None,
        catalog=folder / "catalog.db",
        DATABASE_URL=f"sqlite:///{folder / 'state.db'}",
        DISCORD_TOKEN=None,
    )


@asynccontextmanager
async def chat_page(folder: Path, *, port: int | None = None) -> AsyncIterator[ChatPage]:
    """The page of #papers, as the server's owner Ada and the member Grace see it."""
    settings = demo_settings(folder)
    build_seed(settings.catalog)
    env: simcord.Env
    services = Services.open(settings, lambda: env.now())
    env = simcord.Env(PaperboyClient(services, shard_count=1), check_errors=False)
    catch_up(env)
    env.backend.bot_user.name = "Paperboy"
    ada = env.create_user("ada", global_name="Ada")
    guild = env.create_guild("Reading group", owner=ada)
    owner = guild.add_member(ada)
    member = guild.add_member(env.create_user("grace", global_name="Grace"))
    papers = guild.create_text_channel("papers", topic="Type /paper find and a few words, or /help")
    await env.start()
    try:
        with env.time_context():
            async with env.preview(
                papers, viewers=[owner, member], layout="channel", timezone=local_zone(), port=port
            ) as preview:
                page = ChatPage(preview)
                living = asyncio.create_task(page.live())
                try:
                    yield page
                finally:
                    living.cancel()
                    with suppress(asyncio.CancelledError):
                        await living
    finally:
        await env.shutdown()
        await services.close()


class ChatPage:
    """simcord's page, in real time: it shows what the bot does by itself, such as posting the daily paper.

    simcord does one thing at a time and refuses a click that comes meanwhile; here they queue.
    """

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self._env: simcord.Env = preview.env
        self._turns = asyncio.Lock()
        self._outdated = False
        act = preview._action

        async def act_in_turn(*action: Any) -> dict[str, Any]:
            async with self._turns:
                receipt: dict[str, Any] = await act(*action)
            self._outdated |= receipt.get("settlement") == "timeout"  # the bot's answer comes later
            return receipt

        preview._action = act_in_turn  # type: ignore[method-assign]

    @property
    def url(self) -> str:
        return self._preview.url

    async def wait_closed(self) -> None:
        await self._preview.wait_closed()

    async def skip(self, seconds: float) -> None:
        """Let that much time pass at once; the bot does what falls due in it."""
        async with self._turns:
            await self._env.advance_time(seconds)

    async def live(self) -> None:
        seen = self._posts()
        while True:
            await asyncio.sleep(TICK_S)
            catch_up(self._env)
            posts = self._posts()
            if posts == seen and not self._outdated:
                continue
            seen, self._outdated = posts, False
            async with self._turns:
                try:
                    await self._preview.refresh()
                except TimeoutError:
                    self._outdated = True

    def _posts(self) -> int:
        return sum(
            request.method == "POST" and request.path.startswith("/channels/")
            for request in self._env.http_requests
        )


def catch_up(env: simcord.Env) -> None:
    """Move the simulated Discord's clock, which is the bot's too, to the real time."""
    behind = (datetime.now(UTC) - env.now()).total_seconds()
    if behind > 0:
        env.backend.advance_clock(behind)


def local_zone() -> str:
    """This machine's time zone by its IANA name; UTC where it can't be told."""
    for name in (os.environ.get("TZ", ""), str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]):
        with suppress(Exception):
            return ZoneInfo(name).key
    return "UTC"
