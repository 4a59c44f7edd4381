"""What is used of libraries though it is not documented: an upgrade that takes it away fails here.

Each is pinned in requirements.txt; what relies on it is named beside it.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

import asyncpg
import discord
import discord.shard
import pytest
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket, WebSocketClosure
from discord.http import Route, handle_message_parameters

from bot.connection.client import PaperboyClient
from bot.connection.gateway import Gateway, use_gateway
from bot.services import Services
from bot.settings import Settings
from tests.support.project import PROJECT
from tests.support.time import SettableClock

KNOWN = {
    ("bot/state/postgres.py", "connection._transport"),
    ("commands/answering/origin.py", "client._connection"),
    ("commands/answering/origin.py", "interaction.message._interaction"),
}
"""The private names of libraries; each has its test below."""


OURS = {"_to_json"}
"""Of an object of the same class as the one that asks."""


def test_no_other_private_name_of_a_library_is_used() -> None:
    used = {
        (path.relative_to(PROJECT).as_posix(), ast.unparse(node))
        for room in ("bot", "commands")
        for path in (PROJECT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and node.attr not in OURS
        and ast.unparse(node.value) not in ("self", "cls", "super()")
    }
    assert used == KNOWN


@pytest.fixture
async def client(settings: Settings) -> Any:
    services = Services.open(settings, SettableClock())
    yield PaperboyClient(services, shard_count=1)
    await services.close()


async def test_an_interactions_event_passes_through_the_parsers(client: PaperboyClient) -> None:
    """`commands.answering.origin` puts its own before discord.py's."""
    plain = discord.Client(intents=discord.Intents.none())
    parse = plain._connection.parsers["INTERACTION_CREATE"]
    assert list(inspect.signature(parse).parameters) == ["data"]
    ours = client._connection.parsers["INTERACTION_CREATE"]
    assert ours.__module__ == "commands.answering.origin"


def test_a_message_keeps_the_interaction_that_made_it() -> None:
    """`command_of` reads the command's name there; the public property warns that it is deprecated."""
    assert "_interaction" in discord.Message.__slots__
    assert "_interaction" in inspect.getsource(discord.Message.__dict__["interaction"].fget)
    assert "name" in discord.MessageInteraction.__slots__


def test_shards_connect_with_our_gateway() -> None:
    """`bot.connection.gateway` replaces the class under the name that discord.py's shards look up."""
    use_gateway()
    assert discord.shard.DiscordWebSocket is Gateway
    assert "DiscordWebSocket.from_client" in inspect.getsource(discord.shard.Shard)
    assert list(inspect.signature(DiscordWebSocket.received_message).parameters)[:2] == ["self", "msg"]
    assert {"shard_id", "resume"} <= inspect.signature(ReconnectWebSocket).parameters.keys()
    assert issubclass(WebSocketClosure, Exception)


def test_the_addresses_of_discord_can_be_set() -> None:
    """`bot.connection.client.point_at`."""
    assert Route("GET", "/gateway").url == f"{Route.BASE}/gateway"
    assert isinstance(DiscordWebSocket.DEFAULT_GATEWAY, yarl.URL)


def test_messages_are_sent_by_the_http_client() -> None:
    """`bot.connection.sender` sends with a nonce, which the public methods make up by themselves."""
    wanted = {"view", "nonce", "allowed_mentions", "channel_payload"}
    assert wanted <= inspect.signature(handle_message_parameters).parameters.keys()
    http = discord.http.HTTPClient
    inspect.signature(http.send_message).bind(None, 1, params=None)
    inspect.signature(http.start_thread_in_forum).bind(None, 1, params=None)
    inspect.signature(http.logs_from).bind(None, 1, 100, before=None)
    inspect.signature(http.get_message).bind(None, 1, 1)
    inspect.signature(http.get_active_threads).bind(None, 1)
    inspect.signature(http.get_public_archived_threads).bind(None, 1, before=None, limit=100)
    inspect.signature(http.start_thread_with_message).bind(None, 1, 1, name="", auto_archive_duration=60)
    inspect.signature(http.publish_message).bind(None, 1, 1)
    inspect.signature(http.start_private_message).bind(None, 1)


def test_a_failed_login_can_be_tried_again() -> None:
    """`bot.cli.run` gives the HTTP client a new connector, which it makes where it is MISSING."""
    assert "self.connector is MISSING" in inspect.getsource(discord.http.HTTPClient.static_login)
    assert inspect.iscoroutinefunction(discord.http.HTTPClient.close)


def test_a_database_connection_has_a_transport() -> None:
    """`bot.state.postgres` sets the socket's options."""
    assert "_transport" in asyncpg.Connection.__slots__
    assert {"timeout"} <= inspect.signature(asyncpg.Connection.close).parameters.keys()
    assert callable(asyncpg.Connection.terminate)


def test_warnings_of_voice_can_be_silenced() -> None:
    """`PaperboyClient` does: it never speaks."""
    assert isinstance(discord.VoiceClient.warn_nacl, bool)
    assert isinstance(discord.VoiceClient.warn_dave, bool)
