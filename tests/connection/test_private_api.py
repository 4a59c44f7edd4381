"""What is used of libraries though they keep it private: an upgrade that takes it away fails here.

Each is pinned in requirements.txt; what relies on it is named beside it.
"""

from __future__ import annotations

import asyncio
import inspect
import socket
from asyncio.trsock import TransportSocket
from pathlib import Path
from typing import Any

import asyncpg
import discord
import discord.shard
import pytest
import simcord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket, WebSocketClosure
from discord.http import Route, handle_message_parameters
from simcord.preview import Preview

from bot.connection.client import PaperboyClient
from bot.connection.gateway import Gateway, use_gateway
from bot.services import Services
from bot.settings import Settings
from tests.support.private_uses import private_to_bases, private_uses, sources
from tests.support.project import PROJECT
from tests.support.time import SettableClock

KNOWN = {
    "bench/empty_client.py": {
        "discord.gateway.DiscordWebSocket",
        "discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY",
        "discord.http.Route",
        "discord.http.Route.BASE",
    },
    "bot/connection/client.py": {
        "discord.VoiceClient.warn_dave",
        "discord.VoiceClient.warn_nacl",
        "discord.gateway.DiscordWebSocket",
        "discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY",
        "discord.http.Route",
        "discord.http.Route.BASE",
        "http.close",
        "http.connector",
    },
    "bot/connection/interactions.py": {"client._connection"},
    "bot/connection/gateway.py": {
        "discord.gateway.DiscordWebSocket",
        "discord.gateway.ReconnectWebSocket",
        "discord.gateway.WebSocketClosure",
        "discord.shard.DiscordWebSocket",
    },
    "bot/connection/own_posts.py": {"http.get_message", "http.logs_from"},
    "bot/connection/requests.py": {
        "discord.http.handle_message_parameters",
        "http.logs_from",
        "http.send_message",
        "http.start_private_message",
    },
    "bot/connection/heartbeats.py": {"alive._last_ack", "self._client._get_websocket", "socket._keep_alive"},
    "bot/connection/own_threads.py": {"http.get_active_threads", "http.get_public_archived_threads"},
    "bot/connection/sender.py": {
        "discord.http.handle_message_parameters",
        "http.get_message",
        "http.publish_message",
        "http.start_thread_in_forum",
        "http.start_thread_with_message",
    },
    "bot/state/postgres.py": {"connection._transport"},
    "tests/backup/test_reading_back.py": {
        "discord.http.Route",
        "discord.http.Route.BASE",
        "discord.http.handle_message_parameters",
        "http.start_thread_in_forum",
    },
    "tests/commands/following/steps.py": {"channel._env"},
    "tests/connection/test_greeter.py": {"channel._env"},
    "tests/connection/test_rest_budget.py": {
        "client._HTTPClient__session",
        "client._global_over",
        "discord.http.HTTPClient",
        "discord.http.Route",
    },
    "tests/crash/signal_less.py": {"asyncio.SelectorEventLoop.add_signal_handler"},
    "tests/demo/world.py": {"preview._action"},
    "tests/discord_stand_in/conftest.py": {"discord.gateway.DiscordWebSocket", "discord.http.Route"},
    "tests/discord_stand_in/gateway.py": {"socket._req"},
    "tests/discord_stand_in/test_rest.py": {"discord.http.Route", "http.request"},
    "tests/state/test_silence.py": {"driver._transport"},
    "tests/support/arrivals.py": {"http.transport.get_extra_info('socket')._sock"},
    "tests/support/test_openapi.py": {"discord.http.handle_message_parameters"},
}
"""What each file uses; each has its test below."""

OURS = {"_mapping", "_over", "_serve", "_stack", "_to_json", "_writer"}
"""Of our own objects, of another of the same class or of a test's; and SQLAlchemy's, which is documented."""
PRODUCT = ("bot", "commands")


def test_no_other_private_name_of_a_library_is_used() -> None:
    used = {
        path.as_posix(): {name for name in private_uses(source) if name.rpartition(".")[2] not in OURS}
        for path, source in sources(PROJECT, (*PRODUCT, "tests", "bench"))
    }
    del used["tests/connection/test_private_api.py"]
    assert {path: names for path, names in used.items() if names} == KNOWN


def test_no_class_of_ours_touches_what_is_private_to_the_one_that_it_extends() -> None:
    """Neither on purpose nor by giving a name to something of its own: discord.py would then call ours."""
    modules = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path, _ in sources(PROJECT, PRODUCT)
        if path.stem != "__main__" and "migrations" not in path.parts
    ]
    assert private_to_bases(modules) == set()


def test_private_uses_are_found_however_they_are_written() -> None:
    found = private_uses(
        """
import discord
import aiohttp as http_library
from discord.gateway import WebSocketClosure as Closure
from aiohttp._cookies import parse

class Client(discord.Client):
    async def close(self):
        self._own = http_library.web._known
        await self.http.send_message(1)
        discord.http.Route.BASE = discord.ui.View()._children
"""
    )
    assert found == {
        "discord.gateway.WebSocketClosure",
        "aiohttp._cookies.parse",
        "http_library.web._known",
        "http.send_message",
        "discord.http.Route",
        "discord.http.Route.BASE",
        "discord.ui.View()._children",
    }


def test_what_a_class_shares_with_its_library_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bench_of_classes.py").write_text(
        """
import discord

class Ours(discord.ui.View):
    def _refresh(self): ...
    def count(self):
        self._ours = self._children
        return self._ours

class Beyond(Ours):
    def count(self):
        return self._ours, self._timeout_expiry
""",
        "utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("tests.support.private_uses.OURS", ("bench_of_classes",))
    assert private_to_bases(["bench_of_classes"]) == {
        "Ours._refresh",
        "Ours._children",
        "Beyond._timeout_expiry",
    }


@pytest.fixture
async def client(settings: Settings) -> Any:
    services = Services.open(settings, SettableClock())
    yield PaperboyClient(services, shard_count=1)
    await services.close()


async def test_an_interactions_event_passes_through_the_parsers(client: PaperboyClient) -> None:
    """`bot.connection.interactions` puts its own before discord.py's."""
    plain = discord.Client(intents=discord.Intents.none())
    parse = plain._connection.parsers["INTERACTION_CREATE"]
    assert list(inspect.signature(parse).parameters) == ["data"]
    ours = client._connection.parsers["INTERACTION_CREATE"]
    assert ours.__module__ == "bot.connection.interactions"


def test_shards_connect_with_our_gateway() -> None:
    """`bot.connection.gateway` replaces the class under the name that discord.py's shards look up."""
    use_gateway()
    assert discord.shard.DiscordWebSocket is Gateway
    assert "DiscordWebSocket.from_client" in inspect.getsource(discord.shard.Shard)
    assert list(inspect.signature(DiscordWebSocket.received_message).parameters)[:2] == ["self", "msg"]
    assert {"shard_id", "resume"} <= inspect.signature(ReconnectWebSocket).parameters.keys()
    assert issubclass(WebSocketClosure, Exception)


def test_a_connection_tells_when_a_heartbeat_was_acknowledged() -> None:
    assert inspect.signature(discord.AutoShardedClient._get_websocket).parameters.keys() >= {"shard_id"}
    assert "self._keep_alive = KeepAliveHandler(" in inspect.getsource(DiscordWebSocket.received_message)
    acknowledges = inspect.getsource(KeepAliveHandler.ack)
    assert "ack_time = time.perf_counter()" in acknowledges
    assert "self._last_ack = ack_time" in acknowledges
    assert {"beat", "ack"} <= vars(KeepAliveHandler).keys()
    assert "send_heartbeat" in vars(DiscordWebSocket)


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
    """`PaperboyClient.log_in` gives the HTTP client a new connector, which it makes where it is MISSING."""
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


async def test_the_http_client_keeps_its_session_and_its_global_lock() -> None:
    """`tests/connection/test_rest_budget.py` gives it a session as a login would."""
    http = discord.http.HTTPClient(asyncio.get_running_loop())
    assert {"_HTTPClient__session", "_global_over"} <= vars(http).keys()
    inspect.signature(http.request).bind(Route("GET", "/gateway"), json={})


def test_the_simulated_discord_can_be_looked_into() -> None:
    """`tests/demo/world.py` takes presses of the page in turn; a test reads messages whole."""
    assert list(inspect.signature(Preview._action).parameters) == ["self", "context_id", "body"]
    assert inspect.iscoroutinefunction(Preview._action)
    assert "._env" in inspect.getsource(simcord.ChannelHandle)


def test_a_server_reaches_the_sockets_below_its_connections() -> None:
    """The stand-in Discord resets gateways by aiohttp's `_req`, and reads arrivals from the kernel."""
    assert web.WebSocketResponse()._req is None
    assert "_sock" in TransportSocket.__slots__
    assert callable(socket.socket._accept)  # type: ignore[attr-defined]
