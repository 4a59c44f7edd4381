"""Kill the bot again and again while it mails, start it again each time, and count what arrived.

KILLS=100 PEOPLE=5000 SEED=1 PROCESSES=1 python -m tests.crash.mailing

The mail server puts a tenth of the mails off, and drops connections after DATA, having kept the mail or not.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import dkim
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Select, func, insert, or_, select

from bot.clock import system_clock
from bot.mail.mail_keys import MailKeys, hash_of
from bot.readers.follows import InboxPlan, Pace
from bot.readers.mailing import Content, MailPlan
from bot.state.mail_rows import values_of
from bot.state.mail_tables import mail_links, mail_subscriptions, mails
from bot.state.store import Store
from tests.crash.bot_process import BotProcess
from tests.crash.town import seed_catalog
from tests.mail.examples import flat, read_html
from tests.support.mail_server import HOST, Post, mail_server_thread, parsed, text_in
from tests.support.stand_in import StandIn
from tests.support.statements import value

_PUBLIC = "https://papers.example.org"
_LINKS = 10
"""So many are followed."""
_SECRET = "a key of the tests that is long enough for anybody"
_TOPICS = ("agents", "debate", "negotiation", "language models", "games")
_WHEN = ("unheard", "unanswered", "answered")
_AT_START = 0.1
"""The share of kills that hits a bot before its first mail."""
_LONGEST_LIFE = 60.0
_LONGEST_END = 900.0
_PER_MINUTE = 60_000
_AT_ONCE = 500


@dataclass(frozen=True)
class Arrived:
    people: int
    kills: int
    mails: int
    missing: int
    double: int
    """Mails to somebody who had another, copies of one Message-ID aside."""
    wrong: int
    """Mails that can't be read, whose parts differ, that aren't signed; copies that aren't the same; links
    that don't do what they say."""
    log: str

    @property
    def line(self) -> str:
        return (
            f"people {self.people} kills {self.kills} mails {self.mails} "
            f"missing {self.missing} double {self.double} wrong {self.wrong}"
        )

    @property
    def exactly_once(self) -> bool:
        return not (self.missing or self.double or self.wrong)


class DeadlyPost(Post):
    """Kills a process as a mail comes: before it is kept, before that is said, or right after."""

    def __init__(self, seed: int) -> None:
        super().__init__(chance=random.Random(seed), later=0.1, lost=0.03)
        self._lock = threading.Lock()
        self._kill: tuple[int, str, int] | None = None

    def kill(self, pid: int, when: str, after: int) -> None:
        """Kill it at the mail that comes after so many."""
        with self._lock:
            self._kill = (pid, when, len(self.raw) + after)

    def spare(self) -> None:
        with self._lock:
            self._kill = None

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        with self._lock:
            due = self._kill is not None and len(self.raw) >= self._kill[2]
            kill, self._kill = (self._kill, None) if due else (None, self._kill)
        if kill is None:
            return await super().handle_DATA(server, session, envelope)
        pid, when, _ = kill
        if when != "unheard":
            self.raw += [(each, bytes(envelope.original_content or b"")) for each in envelope.rcpt_tos]
        if when == "answered":
            asyncio.get_running_loop().call_later(0.002, _kill, pid)
        else:
            _kill(pid)
        # Another process may have sent it, and lives.
        return "451 Not kept" if when == "unheard" else "250 Kept"


class MailKilling:
    def __init__(
        self,
        folder: Path,
        stand_in: StandIn,
        *,
        people: int,
        kills: int,
        seed: int,
        database_url: str,
        processes: int = 1,
    ) -> None:
        self._url, self._kills, self._random = database_url, kills, random.Random(seed)
        self._addresses = [f"reader-{number}@example.org" for number in range(people)]
        self._post, self._port, self._web = DeadlyPost(seed), _free_port(), _free_port()
        self._key = folder / "dkim.pem"
        subprocess.run(["openssl", "genrsa", "-out", self._key, "2048"], check=True, capture_output=True)
        catalog = seed_catalog(folder)
        asyncio.run(self._subscribe())
        self._bots = [
            BotProcess(
                folder,
                stand_in,
                catalog=catalog,
                database_url=database_url,
                shards=(shard, processes),
                module="tests.crash.quick_mail",
                **({} if shard else {"PAPERBOY_WEB": f"{HOST}:{self._web}"}),
                PAPERBOY_PUBLIC_URL=_PUBLIC,
                PAPERBOY_SECRET=_SECRET,
                PAPERBOY_SMTP_HOST=HOST,
                PAPERBOY_SMTP_PORT=str(self._port),
                PAPERBOY_SMTP_TLS="none",
                PAPERBOY_SMTP_FROM="Paperboy <papers@example.org>",
                PAPERBOY_SMTP_PER_MINUTE=str(_PER_MINUTE),
                PAPERBOY_DKIM_KEY=str(self._key),
                PAPERBOY_DKIM_SELECTOR="papers",
            )
            for shard in range(processes)
        ]

    async def _subscribe(self) -> None:
        """Everybody's mail is due."""
        store, keys, now = Store(self._url), MailKeys(_SECRET), system_clock()
        try:
            await store.migrate()
            rows = [self._row(number, keys) for number in range(len(self._addresses))]
            for start in range(0, len(rows), _AT_ONCE):
                some = [
                    row | {"asked_at": now, "confirmed_at": now, "next_due_at": now}
                    for row in rows[start : start + _AT_ONCE]
                ]
                await store.change(insert(mail_subscriptions).values(some))
                links = [{"hash": row["link_hash"]} for row in some]
                await store.change(insert(mail_links).values(links))
        finally:
            await store.close()

    def _row(self, number: int, keys: MailKeys) -> dict[str, object]:
        address, salt = self._addresses[number], keys.new_salt()
        topic = self._random.choice(_TOPICS)
        plan = self._random.choice((MailPlan(), MailPlan(Content.TOPIC, topic, topic)))
        yesterday = (system_clock() - timedelta(days=1)).weekday()
        times = InboxPlan(pace=Pace.WEEKLY, weekday=yesterday)
        return {
            "person_id": 10**17 + number,
            "address": keys.seal(address),
            "address_hash": keys.address_hash(address),
            "salt": salt,
            "link_hash": hash_of(keys.link_token(salt)),
            **values_of(MailPlan(plan.content, plan.text, plan.shown, times)),
        }

    def run(self) -> Arrived:
        killed = 0
        with mail_server_thread(self._post, self._port):
            try:
                for bot in self._bots:
                    bot.start()
                while killed < self._kills:
                    self._kill_one(self._kills - killed)
                    killed += 1
                self._post.spare()
                self._let_finish()
                wrong_links = self._follow_links()
                for bot in self._bots:
                    bot.stop()
            finally:
                for bot in self._bots:
                    bot.kill()
        return self._count(killed, wrong_links)

    def _kill_one(self, kills_left: int) -> None:
        bot = self._random.choice(self._bots)
        left = len(self._addresses) - len({address for address, _ in list(self._post.raw)})
        if not left or self._random.random() < _AT_START:
            time.sleep(self._random.uniform(0, 2))
        else:
            mails_until = self._random.randint(0, max(0, 2 * left // kills_left - 1))
            self._post.kill(bot.pid, self._random.choice(_WHEN), mails_until)
            bot.wait_for_end(_LONGEST_LIFE)
            self._post.spare()
        bot.kill()
        bot.start()

    def _let_finish(self) -> None:
        deadline = time.monotonic() + _LONGEST_END
        while asyncio.run(self._open_ends()) and time.monotonic() < deadline:
            time.sleep(0.5)

    async def _open_ends(self) -> int:
        soon = system_clock() + timedelta(hours=1)
        under_way = select(func.count()).where(mails.c.wake_at.is_not(None)).scalar_subquery()
        due = mail_subscriptions.c.next_due_at
        waiting = select(func.count()).where(or_(due <= soon, due.is_(None))).scalar_subquery()
        return await self._number(select(under_way + waiting))

    async def _number(self, query: Select[Any]) -> int:
        store = Store(self._url)
        try:
            return await store.read(value(query)) or 0
        finally:
            await store.close()

    def _follow_links(self) -> int:
        """Of some mails the link: looked at it changes nothing, posted once it ends them. How many don't."""
        wrong = 0
        self._wait_for_pages()
        mails_of = dict(self._post.raw)
        for address in self._random.sample(sorted(mails_of), min(_LINKS, len(mails_of))):
            link = str(parsed(mails_of[address])["List-Unsubscribe"]).strip("<>")
            here = link.replace(_PUBLIC, f"http://{HOST}:{self._web}")
            seen = [_ask(here, method) for method in ("GET", "HEAD", "GET")]
            there = asyncio.run(self._number(_of(address)))
            stopped = _ask(here, "POST", b"List-Unsubscribe=One-Click")
            gone = asyncio.run(self._number(_of(address))) == 0
            again = [_ask(here, method) for method in ("POST", "GET")]
            is_right = there == 1 and gone and "Stop these mails?" in seen[0] and "Stopped" in stopped
            wrong += not (is_right and all("Already off" in each for each in again))
        return wrong

    def _wait_for_pages(self) -> None:
        """A bot that was killed last is on its way."""
        deadline = time.monotonic() + _LONGEST_LIFE
        while time.monotonic() < deadline:
            with suppress(OSError):
                _ask(f"http://{HOST}:{self._web}/mail/style.css", "GET")
                return
            time.sleep(0.3)

    def _count(self, killed: int, wrong_links: int) -> Arrived:
        public = _public_half(self._key)
        ids: dict[str, set[str]] = defaultdict(set)
        copies: dict[str, set[str]] = defaultdict(set)
        wrong = wrong_links
        for address, raw in self._post.raw:
            mail = parsed(raw)
            plain, html = text_in(mail, "plain"), text_in(mail, "html")
            ids[address].add(str(mail["Message-ID"]))
            copies[str(mail["Message-ID"])].add(plain)
            is_right = (
                not mail.defects
                and mail["To"] == address
                and flat(plain) == read_html(html)
                and str(mail["List-Unsubscribe"]).startswith(f"<{_PUBLIC}/mail/off/")
                and dkim.verify(raw, dnsfunc=lambda name, timeout=5: public)
            )
            wrong += not is_right
        return Arrived(
            people=len(self._addresses),
            kills=killed,
            mails=len(self._post.raw),
            missing=sum(address not in ids for address in self._addresses),
            double=sum(len(each) - 1 for each in ids.values()),
            wrong=wrong + sum(len(each) - 1 for each in copies.values()),
            log="".join(bot.log for bot in self._bots),
        )


def _of(address: str) -> Select[Any]:
    this = mail_subscriptions.c.address_hash == MailKeys(_SECRET).address_hash(address)
    return select(func.count()).select_from(mail_subscriptions).where(this)


def _ask(address: str, method: str, body: bytes | None = None) -> str:
    asked = urllib.request.Request(address, body, method=method)
    with urllib.request.urlopen(asked, timeout=20) as answer:
        text: str = answer.read().decode()
        return text


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _public_half(key: Path) -> bytes:
    made = subprocess.run(["openssl", "rsa", "-in", key, "-pubout"], check=True, capture_output=True).stdout
    return b"v=DKIM1; k=rsa; p=" + b"".join(line for line in made.splitlines() if not line.startswith(b"-"))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def main() -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperboy-mail-")))
        stand_in = StandIn()
        stack.callback(stand_in.close)
        arrived = MailKilling(
            folder,
            stand_in,
            people=int(os.environ.get("PEOPLE") or 5000),
            kills=int(os.environ.get("KILLS") or 100),
            seed=int(os.environ.get("SEED") or 1),
            database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'state.db'}",
        ).run()
    if not arrived.exactly_once:
        click.echo(arrived.log[-20_000:], err=True)
    click.echo(arrived.line)
    return 0 if arrived.exactly_once else 1


if __name__ == "__main__":
    sys.exit(main())
