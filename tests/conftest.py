"""Fixtures that every test may use."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
import simcord
from pydantic import SecretStr

from bot.connection.client import PaperboyClient
from bot.errors import UserError
from bot.process import prepare_process
from bot.services import Services
from bot.settings import Settings
from bot.sources.seed import build_seed
from commands.answering.error_replies import unwrapped
from tests.support import raw
from tests.support.catalogs import catalog_of, database, path, seed
from tests.support.openapi import assert_valid_requests
from tests.support.postgres import postgres, postgres_url
from tests.support.secrecy import leaks, notes_in
from tests.support.stand_in import stand_in, stand_in_process
from tests.support.states import built_at, built_database, built_state

prepare_process()

__all__ = [
    "built_database",
    "built_state",
    "catalog_of",
    "database",
    "path",
    "postgres",
    "postgres_url",
    "seed",
    "stand_in",
    "stand_in_process",
]


@pytest.fixture(scope="session")
def built_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed catalog, built once; copy it before writing."""
    path = tmp_path_factory.mktemp("seed") / "catalog.db"
    build_seed(path)
    return path


@pytest.fixture
def seed_catalog(built_seed: Path, tmp_path: Path) -> Path:
    """A seed catalog of the test's own."""
    return Path(shutil.copy(built_seed, tmp_path / "catalog.db"))


@pytest.fixture
def settings(seed_catalog: Path, tmp_path: Path) -> Settings:
    state = SecretStr(f"sqlite:///{tmp_path / 'state.db'}")
    return Settings(_env_file=None, catalog=seed_catalog, database_url=state)


@dataclass
class World:
    """A simulated Discord with the real bot, a server, a channel and two people."""

    env: simcord.Env
    services: Services
    channel: simcord.ChannelHandle
    alice: simcord.MemberActor
    bob: simcord.MemberActor
    breaks: bool = False
    """Whether the test makes the bot fail; otherwise an error without a sentence for people fails it."""

    async def press(self, message: simcord.ResponseMessage, custom_id: str) -> simcord.InteractionResult:
        """Alice presses a button that this version would not have made."""
        result = raw.press(self.env, message, self.alice.id, custom_id)
        await self.env.settle()
        return result

    async def restart(self) -> None:
        """The bot's process ends and another takes its place."""
        await self.env.restart_bot(PaperboyClient(self.services, shard_count=1))


@pytest.fixture
async def world(settings: Settings, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The bot in a simulated Discord; every request that it made is checked at the end.

    Against Discord's description and limits, and for what others may not see.
    """
    built_at(request, tmp_path / "state.db")
    holder: list[simcord.Env] = []
    services = Services.open(settings, lambda: holder[0].now())
    env = simcord.Env(PaperboyClient(services, shard_count=1))
    holder.append(env)
    await env.start()
    guild = env.create_guild("Reading group")
    channel = guild.create_text_channel("papers")
    alice = guild.add_member(env.create_user("alice"))
    bob = guild.add_member(env.create_user("bob"))
    world = World(env, services, channel, alice, bob)
    assert await services.greetings.claim(guild.id), "this server was greeted, long ago"
    try:
        yield world
        assert_valid_requests(env.http_requests)
        found = leaks(env, [] if world.breaks else await notes_in(services.store))
        assert not found, "Others can see what is one person's alone:\n" + "\n".join(found)
    finally:
        await env.shutdown()
        await services.close()
    unexpected = [error for error in env.errors if not isinstance(unwrapped(error), UserError)]
    assert world.breaks or not unexpected, unexpected


@pytest.fixture
def admin(world: World) -> simcord.MemberActor:
    """Somebody with Manage Server."""
    guild = world.channel.guild
    role = guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
    return guild.add_member(world.env.create_user("ada"), roles=[role])
