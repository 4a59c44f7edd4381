"""A simulated Discord in which the real bot runs in real time, with a chat page in the browser.

It lives among the tests because simcord, the simulated Discord, is a tool of tests: `bot` never imports it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
import simcord
from simcord.preview import Preview

from bot.connection.client import PaperboyClient
from bot.search.library import Library
from bot.services import Services
from bot.settings import Settings
from bot.sources.seed import build_seed
from commands.message_papers import papers_in_message
from tests.demo.new_papers import arriving
from tests.support.putting import put_in
from tests.support.reading import text_of

log = logging.getLogger(__name__)

TICK_S = 0.5
MENU = papers_in_message.name
_MESSAGES = 10


def demo_settings(folder: Path) -> Settings:
    """Settings whose stores lie in `folder` alone, whatever the environment and `.env` say."""
    return Settings(
        _env_file=None,
        catalog=folder / "catalog.db",
        DATABASE_URL=f"sqlite:///{folder / 'state.db'}",
        DISCORD_TOKEN=None,
    )


@dataclass(frozen=True)
class Place:
    """A channel that can be looked at, and by whom."""

    name: str
    channel: simcord.ChannelHandle
    viewers: Sequence[simcord.MemberActor | simcord.UserHandle]


@asynccontextmanager
async def chat_page(
    folder: Path, *, port: int | None = None, say: Callable[[str], None] = lambda _: None
) -> AsyncIterator[ChatPage]:
    """The page of #papers, as the server's owner Ada, the moderator Lin and the member Grace see it.

    `say` is told what takes a moment. Beside that server there is another, and a channel of each kind.
    """
    settings = demo_settings(folder)
    say("Building a catalog of 69 papers…")
    build_seed(settings.catalog)
    say("Starting the bot in a simulated Discord…")
    env: simcord.Env
    services = Services.open(settings, lambda: env.now())
    await services.store.migrate()
    env = simcord.Env(PaperboyClient(services, shard_count=1), check_errors=False)
    catch_up(env)
    env.backend.bot_user.name = "Paperboy"
    places = [*_reading_group(env), *_second_server(env)]
    places += _direct_messages(env, places[0])
    await env.start()
    try:
        with env.time_context():
            await cast(PaperboyClient, env.bot).greeter.greet(env.bot.guilds)
            say("Opening the chat page…")
            async with env.preview(
                places[0].channel,
                viewers=places[0].viewers,
                layout="channel",
                timezone=local_zone(),
                port=port,
            ) as preview:
                page = ChatPage(preview, places, services.library)
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


def _reading_group(env: simcord.Env) -> list[Place]:
    ada = env.create_user("ada", global_name="Ada")
    guild = env.create_guild("Reading group", owner=ada)
    moderator = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    viewers = [
        guild.add_member(ada),
        guild.add_member(env.create_user("grace", global_name="Grace")),
        guild.add_member(env.create_user("lin", global_name="Lin"), roles=[moderator]),
    ]
    papers = guild.create_text_channel("papers", topic="Type /paper find and a few words, or /help")
    news = guild.create_news_channel("announcements")
    forum = guild.create_forum_channel("discussions")
    return [Place(f"Reading group #{each.name}", each, viewers) for each in (papers, news, forum)]


def _second_server(env: simcord.Env) -> list[Place]:
    alan = env.create_user("alan", global_name="Alan")
    guild = env.create_guild("Vision lab", owner=alan)
    viewers = [guild.add_member(alan), guild.add_member(env.create_user("mary", global_name="Mary"))]
    return [Place("Vision lab #general", guild.create_text_channel("general"), viewers)]


def _direct_messages(env: simcord.Env, place: Place) -> list[Place]:
    """What the bot writes to each of these people, and they to it."""
    people = [viewer.user for viewer in place.viewers if isinstance(viewer, simcord.MemberActor)]
    return [
        Place(f"Direct messages of {env.backend.get_user(each.id).global_name}", each.dm_channel, [each])
        for each in people
    ]


class ChatPage:
    """simcord's page, in real time: it shows what the bot does by itself, such as posting the daily paper.

    simcord does one thing at a time and refuses a click that comes meanwhile; here they queue.
    """

    def __init__(self, preview: Preview, places: Sequence[Place], library: Library) -> None:
        self._preview = preview
        self._library = library
        self._new = arriving()
        self._env: simcord.Env = preview.env
        self._fixed_places = places
        self._turns = asyncio.Lock()
        self._outdated = False
        self._ahead = 0.0
        act = preview._action

        async def act_in_turn(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
            async with self._turns:
                receipt: dict[str, Any] = await act(context_id, body)
            self._outdated |= receipt.get("settlement") == "timeout"  # the bot's answer comes later
            return receipt

        preview._action = act_in_turn  # type: ignore[method-assign]

    # What simcord's page can't do: other places, and the menu of a message.

    @property
    def places(self) -> list[Place]:
        """The channels, and the posts of the forum."""
        posts = [
            Place(f"{place.name} › {thread.name}", thread, place.viewers)
            for place in self._fixed_places
            if place.channel.guild is not None
            for thread in place.channel.threads
        ]
        return [*self._fixed_places, *posts]

    @property
    def here(self) -> Place:
        return next(place for place in self.places if place.channel.id == self._preview.channel.id)

    def go(self, channel_id: int) -> None:
        """From now on the page, loaded again, shows this place; KeyError where there is none."""
        place = {each.channel.id: each for each in self.places}[channel_id]
        self._preview.channel, self._preview.viewers = place.channel, tuple(place.viewers)

    def messages(self) -> dict[int, str]:
        """What the last ones here say, by id, the latest first."""
        backend, here = self._env.backend, self.here.channel
        last = list(reversed(here.history()))[:_MESSAGES]
        stored = [backend.get_message(here.id, each.id) for each in last]
        return {each.id: each.content or text_of(each) for each in stored}

    async def papers_arrive(self) -> list[str]:
        """New papers come into the catalog, as from a source; their titles, none where there are no more."""
        papers = next(self._new, [])
        today = self._env.now().date()
        if papers:
            await put_in(self._library, [paper.model_copy(update={"published": today}) for paper in papers])
        return [paper.title for paper in papers]

    def name_of(self, person: simcord.MemberActor | simcord.UserHandle) -> str:
        user = self._env.backend.get_user(person.id)
        return user.global_name or user.name

    async def find_papers_in(self, message_id: int, person_id: int) -> None:
        """Somebody chooses the bot's entry in the menu of a message; KeyError where there is none such."""
        message = {each.id: each for each in self.here.channel.history()}[message_id]
        person = {each.id: each for each in self.here.viewers}[person_id]
        async with self._turns:
            await person.context_menu(self.here.channel, MENU, message)
            await self._preview.refresh()

    @property
    def url(self) -> str:
        return self._preview.url

    async def wait_closed(self) -> None:
        await self._preview.wait_closed()

    async def skip(self, seconds: float) -> None:
        """Let that much time pass at once; the bot does what falls due in it."""
        async with self._turns:
            await self._env.advance_time(seconds)
            self._ahead += seconds

    async def live(self) -> None:
        seen = self._posts()
        while True:
            await asyncio.sleep(TICK_S)
            catch_up(self._env, self._ahead)
            posts = self._posts()
            if posts == seen and not self._outdated:
                continue
            seen, self._outdated = posts, False
            async with self._turns:
                try:
                    await self._preview.refresh()
                except TimeoutError:
                    self._outdated = True
                except Exception:
                    # One refresh that fails must not stop the clock for the rest.
                    log.exception("The chat page could not be refreshed")
                    self._outdated = True

    def _posts(self) -> int:
        return sum(
            request.method == "POST" and request.path.startswith("/channels/")
            for request in self._env.http_requests
        )


def catch_up(env: simcord.Env, ahead: float = 0.0) -> None:
    """Move the simulated Discord's clock, the bot's too, to the real time and `ahead` seconds more."""
    behind = (datetime.now(UTC) - env.now()).total_seconds() + ahead
    if behind > 0:
        env.backend.advance_clock(behind)


def local_zone() -> str:
    """This machine's time zone by its IANA name; UTC where it can't be told."""
    for name in (os.environ.get("TZ", ""), str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]):
        with suppress(Exception):
            return ZoneInfo(name).key
    return "UTC"
