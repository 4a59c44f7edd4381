"""A bot's mails without Discord: the real service, on a real SQLite file, to a mail server on loopback."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot.delivery.lifecycle import Patience
from bot.delivery.outage import Outage
from bot.inbox.letter_times import next_letter
from bot.mail.mail_service import MailService
from bot.mail.mailbox import read_address
from bot.mail.mime import From
from bot.mail.smtp_sender import Server, SmtpSender
from bot.measuring.figures import Figures
from bot.paper.model import Paper
from bot.readers.mailing import MailPlan
from bot.search.library import Library
from bot.settings import Settings
from bot.state.database_clock import DatabaseClock
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from bot.web.mail_routes import add_mail_routes
from tests.support.mail_server import HOST, Post, mail_server, text_in
from tests.support.putting import put_in
from tests.support.states import built_at
from tests.support.time import SettableClock

PUBLIC = "https://papers.example.org"
SECRET = "a key that is long enough for anybody, and no other's"
ANN, BOB = 700_000_000_000_000_001, 700_000_000_000_000_002
QUICK = Patience(lease=timedelta(seconds=90), settle=timedelta(0), longest_wait=timedelta(seconds=1))


def mail_settings(**more: Any) -> dict[str, Any]:
    """What a bot with mail needs."""
    return {
        "smtp_host": HOST,
        "smtp_tls": "none",
        "smtp_from": "Paperboy <papers@example.org>",
        "smtp_per_minute": 60_000,
        "public_url": PUBLIC,
        "secret": SecretStr(SECRET),
        **more,
    }


@dataclass
class Office:
    """Where mails are made, sent and answered."""

    service: MailService
    post: Post
    clock: SettableClock
    library: Library
    store: Store
    inboxes: Inboxes
    followings: Followings
    lists: ReadingLists
    pages: TestClient[web.Request, web.Application]
    figures: Figures
    another: Callable[[], MailService]
    """Made as the service was."""

    async def restart(self) -> None:
        """Another life of the bot begins on the same state; the pages stay the former's."""
        await self.service.close()
        self.service = self.another()
        self.service.start()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for what another task brings about; fails after some seconds."""
        for _ in range(1_000):
            if holds():
                return
            self.service.wake()
            await asyncio.sleep(0.01)
        raise AssertionError(f"it never came to that: {len(self.post.raw)} mails")

    async def settled(self) -> None:
        """What is due has been sent, or was left out."""
        for _ in range(1_000):
            due = await self.service.subscriptions.nearest_due()
            rows = await self.open_mails()
            if (due is None or due > self.clock()) and not rows:
                return
            self.service.wake()
            await asyncio.sleep(0.01)
        raise AssertionError("something stays due")

    async def at_rest(self) -> None:
        """What is due was sent, was left out, or waits for another try."""
        for _ in range(1_000):
            due = await self.service.subscriptions.nearest_due()
            if (due is None or due > self.clock()) and not await self.mails_under_way():
                return
            self.service.wake()
            await asyncio.sleep(0.01)
        raise AssertionError("something stays due")

    async def mails_under_way(self) -> int:
        from sqlalchemy import and_, func, or_, select

        from bot.state.mail_tables import mails

        taken = and_(mails.c.wake_at.is_not(None), mails.c.owner.is_not(None))
        count = select(func.count()).where(or_(mails.c.wake_at <= self.clock(), taken))
        return await self.store.read(lambda connection: connection.scalar(count)) or 0

    async def open_mails(self) -> int:
        from sqlalchemy import func, select

        from bot.state.mail_tables import mails

        soon = select(func.count()).where(mails.c.wake_at <= self.clock() + timedelta(minutes=10))
        return await self.store.read(lambda connection: connection.scalar(soon)) or 0

    async def ask(self, person: int, address: str, plan: MailPlan | None = None) -> str:
        """Somebody names an address: the path of the link in the mail that comes."""
        before = len(self.post.to(read_address(address)))
        await self.service.ask(person, address, plan or MailPlan())
        address = read_address(address)
        await self.until(lambda: len(self.post.to(address)) > before)
        return self.path_in(self.post.to(address)[-1])

    async def subscribe(self, person: int, address: str, plan: MailPlan | None = None) -> None:
        answer = await self.pages.post(await self.ask(person, address, plan))
        assert answer.status == 200

    async def move_to_due(self, person: int) -> None:
        mine = await self.service.subscriptions.of(person)
        assert mine is not None
        assert mine.next_due_at is not None
        self.clock.now = mine.next_due_at + timedelta(seconds=1)
        await self.settled()

    async def brings(self, *titles: str, first: int = 1, **more: Any) -> list[Paper]:
        """New papers of these titles come into the catalog."""
        papers = [
            Paper(
                **{
                    "id": f"2601.{first + number:05}",
                    "title": title,
                    "abstract": f"{title}. We study {title.lower()} at length, and {title.lower()} alone.",
                    "published": self.clock().date(),
                    **more,
                }
            )
            for number, title in enumerate(titles)
        ]
        with closing(Library(self.library.path)) as library:
            await put_in(library, papers)
        await self.library.background.wait_until_current()
        return papers

    def path_in(self, mail: Any) -> str:
        """Of the page that the mail links to."""
        found = re.search(rf"{PUBLIC}(/mail/\S+)", text_in(mail, "plain"))
        assert found is not None
        return found[1]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def more_settings() -> dict[str, Any]:
    """Of a test's own."""
    return {}


@pytest.fixture
async def office(
    post: Post,
    seed_catalog: Path,
    tmp_path: Path,
    more_settings: dict[str, Any],
    request: pytest.FixtureRequest,
) -> AsyncIterator[Office]:
    clock = SettableClock()
    store, library = Store(built_at(request, tmp_path / "state.db")), Library(seed_catalog)
    figures = Figures()
    async with mail_server(post) as port:
        settings = Settings(_env_file=None, **mail_settings(smtp_port=port, **more_settings))
        inboxes, followings = Inboxes(store, clock, next_letter), Followings(store, clock)

        def another() -> MailService:
            sender = SmtpSender(
                Server.of(settings),
                From.of(settings.smtp_from or ""),
                public_url=PUBLIC,
                later=0.05,
                away=0.05,
                refused=0.05,
            )
            return MailService(
                settings=settings,
                library=library,
                store=store,
                clock=DatabaseClock(store, clock),
                inboxes=inboxes,
                followings=followings,
                outage=Outage(),
                owner="tests",
                patience=QUICK,
                sender=sender,
                figures=figures,
            )

        service = another()
        app = web.Application()
        add_mail_routes(app, service.links)
        async with TestClient(TestServer(app)) as pages:
            service.start()
            lists = ReadingLists(store, clock)
            made = Office(
                service, post, clock, library, store, inboxes, followings, lists, pages, figures, another
            )
            yield made
            await made.service.close()
    await store.close()
    library.close()
