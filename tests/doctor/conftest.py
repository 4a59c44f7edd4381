"""A bot with which all is well: its Discord, sources, state, catalog, mail and address, on loopback."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import UnthreadedController
from pydantic import SecretStr

from bot.catalog import file, status
from bot.connection.client import command_definitions
from bot.doctor.examination import examine
from bot.doctor.finding import Finding, Mark
from bot.settings import Settings
from bot.state.feeds import Feeds
from bot.state.store import Store
from bot.state.synced import SyncedCommands
from commands import COMMANDS
from tests.state.examples import add_feed
from tests.support.paper_server import PaperServer, entry, paper_server, wrapped
from tests.support.stand_in import TOKEN, StandIn
from tests.support.time import SettableClock

KNOWN = "1706.03762"
PASSWORD = "not to be shown"


class Mails:
    """An SMTP server; `refusal` is what it answers instead of taking a mail, `no_rcpt` a recipient."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refusal = ""
        self.no_rcpt = ""
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.no_rcpt:
            return self.no_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        if self.refusal:
            return self.refusal
        self.taken.append(envelope)
        return "250 OK"


def mail(mails: Mails, **changes: Any) -> dict[str, Any]:
    """The settings of a bot with mail, whose public address leads nowhere here."""
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": mails.port,
        "smtp_tls": "none",
        "smtp_from": "Paperboy <paperboy@papers.example>",
        "public_url": f"https://127.0.0.1:{free_port()}",
        "secret": SecretStr("a key that is long enough for anybody"),
    } | changes


@dataclass
class Patient:
    """A bot to examine, and what a test changes about it."""

    settings: dict[str, Any]
    clock: SettableClock
    stand_in: StandIn
    papers: PaperServer
    guild: str
    channel: str
    usual: float = 20.0
    last: list[Finding] = field(default_factory=list)

    async def examined(self, **changes: Any) -> list[Finding]:
        settings = Settings(_env_file=None, **self.settings | changes)
        self.last = await examine(settings, self.clock, usual=self.usual)
        return self.last

    async def wrong(self, **changes: Any) -> dict[str, str]:
        """By check what is wrong with it."""
        found = await self.examined(**changes)
        return {each.name: each.says for each in found if each.mark is Mark.WRONG}

    @property
    def state_url(self) -> str:
        secret: SecretStr = self.settings["database_url"]
        return secret.get_secret_value()

    @property
    def catalog(self) -> Path:
        path: Path = self.settings["catalog"]
        return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def papers() -> AsyncIterator[PaperServer]:
    async with paper_server() as server:
        server.papers[KNOWN] = wrapped(KNOWN, "2026-08-20")["paper"]
        server.entries[KNOWN] = entry(KNOWN)
        yield server


@pytest.fixture
async def mails() -> AsyncIterator[Mails]:
    mails = Mails()
    mails.port = free_port()
    controller = UnthreadedController(
        mails, hostname="127.0.0.1", port=mails.port, loop=asyncio.get_running_loop()
    )
    server = await asyncio.get_running_loop().create_server(controller.factory, "127.0.0.1", mails.port)
    try:
        yield mails
    finally:
        server.close()


@pytest.fixture
def clock() -> SettableClock:
    """The stand-in dates its answers by the host's."""
    return SettableClock(datetime.now(UTC))


def describe_commands(stand_in: StandIn) -> list[dict[str, Any]]:
    kinds, _ = command_definitions()
    return [{"name": name, "type": kind, "description": "x" if kind == 1 else ""} for name, kind in kinds]


@pytest.fixture
def fresh(seed_catalog: Path, clock: SettableClock) -> Path:
    """The catalog, updated an hour ago."""
    with closing(file.open_for_writing(seed_catalog)) as connection:
        status.succeeded(connection, "Hugging Face", clock() - timedelta(hours=1))
    return seed_catalog


@pytest.fixture
async def patient(
    stand_in: StandIn, papers: PaperServer, fresh: Path, tmp_path: Path, clock: SettableClock
) -> Patient:
    guild = stand_in.add_guild(name="Lab")
    channel = stand_in.add_channel(guild=guild, type=0, name="papers")
    stand_in.register(commands=describe_commands(stand_in))
    url, web = f"sqlite:///{tmp_path / 'state.db'}", f"127.0.0.1:{free_port()}"
    store = Store(url)
    await store.migrate()
    await add_feed(Feeds(store, clock), clock(), guild_id=int(guild), channel_id=int(channel))
    application_id = int(stand_in.own_id())
    await SyncedCommands(store).keep(application_id, command_definitions()[1], {})
    await store.close()
    settings = {
        "discord_token": SecretStr(TOKEN),
        "database_url": SecretStr(url),
        "data": tmp_path,
        "catalog": fresh,
        "discord_api": stand_in.api,
        "hugging_face_endpoint": papers.url,
        "arxiv_endpoint": papers.url,
        "web": web,
        "public_url": f"http://{web}",
    }
    assert len(COMMANDS) > 3
    return Patient(settings, clock, stand_in, papers, guild, channel)


def damage(path: Path) -> None:
    """Overwrite a page in the middle."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as out:
        out.seek(path.stat().st_size // 2 // 4096 * 4096)
        out.write(b"\xff" * 8192)
