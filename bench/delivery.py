"""Delivering over the wire, against the stand-in Discord: throughput, a rush, and what people notice of it.

CHANNELS (500) are delivered at Discord's own limit. FEEDS (1,000; the full proof takes 10,000) are due at one
minute while people search; LIMIT raises the requests a second for it, and IMPORT names a file of papers that
are imported into the bot's catalog meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from bench.figures import resident_mb, show, show_times
from bench.topics import PAPERS, plan_on
from bot.clock import system_clock
from bot.connection.rest_budget import DISCORD_LIMIT
from bot.daily.choosing.pick import Picker
from bot.daily.service import DailyService
from bot.search.library import Library
from bot.sources.files import PaperFile
from bot.state.store import Store
from tests.crash.bot_process import BotProcess
from tests.crash.town import PLAIN, Town, seed_catalog
from tests.support.putting import put_in
from tests.support.stand_in import StandIn, wait_until

CHANNELS = int(os.environ.get("CHANNELS") or 500)
FEEDS = int(os.environ.get("FEEDS") or 1000)
LIMIT = float(os.environ.get("LIMIT") or DISCORD_LIMIT)
IMPORT = os.environ.get("IMPORT")
IDLE_FEEDS = 10_000
TOPICS = 500
_KEYWORDS = "SELECT keywords FROM papers"
_QUERIES = ("multi-agent debate", "diffusion", "reasonign with tools", "web agents", "long context")


class Rush:
    """Feeds that are all due at one minute, and a bot that finds them so."""

    def __init__(self, stack: ExitStack, feeds: int, **settings: Any) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperboy-bench-")))
        self.stand_in = StandIn()
        stack.callback(self.stand_in.close)
        url = f"sqlite:///{folder / 'state.db'}"
        self.feeds = feeds
        self._town = Town(self.stand_in, url, feeds, sorts=(PLAIN,))
        self._town.subscribe()
        self.catalog = seed_catalog(folder)
        self.bot = BotProcess(folder, self.stand_in, catalog=self.catalog, database_url=url, **settings)
        stack.callback(self.bot.kill)
        self.memory: list[float] = []
        self.finds: list[float] = []

    def run(self, *, finding: bool = False) -> float:
        """Seconds from the first post to the last."""
        self.bot.start()
        wait_until(lambda: self.stand_in.requests(path="/messages"), 120, "for the first post")
        done = threading.Event()
        finder = threading.Thread(target=self._find, args=(done,))
        if finding:
            finder.start()
        while self._town.open_ends():
            self.memory.append(resident_mb(self.bot.pid))
            time.sleep(1)
        done.set()
        if finding:
            finder.join()
        posts = [each["at"] for each in self.stand_in.requests(path="/messages")]
        return float(max(posts) - min(posts))

    def import_meanwhile(self, stack: ExitStack, path: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "bot", "import", path, "--catalog", str(self.catalog)]
        importing = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        stack.callback(importing.kill)
        return importing

    def _find(self, done: threading.Event) -> None:
        guild = self.stand_in.add_guild(name="Readers")
        channel = self.stand_in.add_channel(guild=guild, type=0, name="papers")
        number = 0
        while not done.wait(0.1):
            number += 1
            answer = self.stand_in.command(
                channel=channel,
                name="paper find",
                options={"query": _QUERIES[number % len(_QUERIES)]},
                person=f"reader {number}",
            )
            self.finds.append(answer["finished_ms"] or 5000.0)


def throughput() -> None:
    with ExitStack() as stack:
        rush = Rush(stack, CHANNELS)
        seconds = rush.run()
        show("posts a second", f"{CHANNELS / seconds:.1f} of {DISCORD_LIMIT:.0f}", "the limit")
        show("most requests in any second", str(rush.stand_in.report()["most_in_a_second"]), "<= 50")


def rush() -> None:
    with ExitStack() as stack:
        rush = Rush(stack, FEEDS, PAPERBOY_REQUESTS_PER_SECOND=str(LIMIT * 0.96))
        importing = rush.import_meanwhile(stack, IMPORT) if IMPORT else None
        seconds, ideal = rush.run(finding=True), FEEDS / LIMIT
        at_once = f"{FEEDS:,} feeds at one minute"
        show(at_once, f"{seconds:.0f} s at {LIMIT:.0f}/s, {seconds / ideal:.2f} of the ideal", "<= 1.1")
        full = 10_000 / DISCORD_LIMIT
        show("so 10,000 at Discord's 50/s take", f"{full * seconds / ideal:.0f} s of {full:.0f} s")
        first, last = rush.memory[len(rush.memory) // 10], rush.memory[-1]
        show("memory, early and late in it", f"{first:.0f} MB, {last:.0f} MB", "flat")
        show_times("/paper find meanwhile", rush.finds, "p99 < 300 ms")
        if importing is not None:
            show("the import", "is done" if importing.poll() == 0 else "goes on")


def idle_day() -> None:
    """The clockwork's rounds of a day on which nothing is due, one right after the other."""
    with ExitStack() as stack:
        stand_in = StandIn()
        stack.callback(stand_in.close)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperboy-bench-")))
        url = f"sqlite:///{folder / 'state.db'}"
        Town(stand_in, url, IDLE_FEEDS, sorts=(PLAIN,)).subscribe(datetime.now(UTC) + timedelta(hours=20))
        asyncio.run(_idle_day(url, seed_catalog(folder)))


async def _idle_day(url: str, catalog: Path) -> None:
    store, library = Store(url), Library(catalog)
    rounds, statements = 0, 0
    a_day_over = asyncio.Event()

    def count(*execution: object) -> None:
        nonlocal rounds, statements
        statements += 1
        rounds += "min(deliveries.wake_at)" in str(execution[2])
        if rounds >= a_day:
            loop.call_soon_threadsafe(a_day_over.set)

    loop = asyncio.get_running_loop()
    event.listen(Engine, "before_cursor_execute", count)
    daily = DailyService(library=library, store=store, clock=system_clock, sender=None, owner="bench")  # type: ignore[arg-type]
    a_day = timedelta(days=1) // daily.dispatcher.longest_sleep
    daily.dispatcher.longest_sleep = timedelta(0)
    began = time.process_time()
    daily.dispatcher.start()
    await a_day_over.wait()
    seconds = (time.process_time() - began) * a_day / rounds
    await daily.dispatcher.close()
    library.close()
    await store.close()
    cost = f"{seconds:.1f} s of CPU, {statements * a_day // rounds:,} statements in {a_day} rounds"
    show(f"a day with {IDLE_FEEDS:,} feeds, none due", cost)


def choosing() -> None:
    """The picks of IDLE_FEEDS feeds on TOPICS topics that are due in one minute."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperboy-bench-")))
        asyncio.run(_choosing(folder / "catalog.db"))


async def _choosing(catalog: Path) -> None:
    with closing(Library(catalog)) as library:
        if not PAPERS.exists():
            print(f"skipped: there is no {PAPERS}")
            return
        for harvest in PaperFile(PAPERS).harvests():
            await put_in(library, harvest.papers, harvest.origin)
        await library.background.wait_until_current()
        keywords = Counter(
            keyword
            for (text,) in await library.read(
                lambda each: each.execute("SELECT keywords FROM papers").fetchall()
            )
            for keyword in json.loads(text)
        )
        topics = [keyword for keyword, _ in keywords.most_common(TOPICS)]
        picker = Picker(library.background, lambda: datetime(2026, 8, 14, 9, tzinfo=UTC))
        chance = random.Random(1)
        began, worked = time.perf_counter(), time.process_time()
        for first in range(0, IDLE_FEEDS, 200):
            feeds = (topics[each % TOPICS] for each in range(first, first + 200))
            had = {f"2608.{chance.randrange(10_000):05}" for _ in range(365)}
            day = date(2026, 8, 14)
            await asyncio.gather(*(picker.pick(plan_on(topic), day, had) for topic in feeds))
        took, worked = time.perf_counter() - began, time.process_time() - worked
        cost = f"{worked:.1f} s of CPU, {took:.1f} s by the clock"
        show(f"picks of {IDLE_FEEDS:,} feeds on {TOPICS} topics", cost, "well below 60 s")


if __name__ == "__main__":
    choosing()
    throughput()
    rush()
    idle_day()
