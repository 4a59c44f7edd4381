"""Readers' pages under load: 200 requests a second of every kind beside the bot, and `/paper find` meanwhile.

On the Daily Papers of `../shared/data/`, in a catalog that is made once and kept for the next time.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import aiohttp

from bench.bot import typed
from bench.figures import processor_seconds, show, show_times
from bench.large import FOLDER
from bot.paper.model import Paper
from bot.search.library import Library
from tests.crash.bot_process import BotProcess
from tests.support.project import SHARED
from tests.support.stand_in import StandIn, wait_until

RATE = float(os.environ.get("RATE", "200"))
SECONDS = float(os.environ.get("SECONDS", "20"))
WARM = 3.0
"""Seconds of the same load before, which don't count: a first page of each kind is like a start."""
FINDS = 60
PAPERS = SHARED / "data" / "hf_daily.jsonl.gz"
_READERS = 400
"""Addresses that ask."""
_REPEATED = 0.5
"""Of searches, how many somebody has asked for before."""


def main() -> None:
    catalog = catalog_of_daily_papers()
    papers = asyncio.run(_papers(catalog))
    queries = typed([paper.title for paper in papers])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        discord = StandIn()
        port = _free_port()
        bot = BotProcess(
            folder,
            discord,
            catalog=catalog,
            database_url=f"sqlite:///{folder / 'state.db'}",
            PAPERBOY_WEB=f"127.0.0.1:{port}",
            PAPERBOY_WEB_PROXIES="127.0.0.1",
        )
        try:
            channel = discord.add_channel(guild=discord.add_guild(), name="papers", type=0)
            bot.start()
            wait_until(lambda: discord.gateway()["connected"] and discord.commands(), 120)
            discord.command(channel=channel, name="paper find", options={"query": "warming up"})
            finds(discord, channel, queries, "/paper find alone, answered")
            load = asyncio.run(beside(discord, channel, queries, papers, port, bot.pid))
            tell(load)
            show("the bot's memory", f"{bot.resident_mb:.0f} MB")
        finally:
            bot.stop()
            discord.close()


def catalog_of_daily_papers() -> Path:
    catalog = FOLDER / "hf_daily.db"
    if not catalog.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        import_ = [sys.executable, "-m", "bot", "import", str(PAPERS), "--catalog", str(catalog)]
        subprocess.run(import_, check=True, stdout=subprocess.DEVNULL)
    return catalog


async def _papers(catalog: Path) -> list[Paper]:
    library = Library(catalog)
    try:
        return [paper for paper in await library.recent(2_000) if paper.featured]
    finally:
        library.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def finds(discord: StandIn, channel: int, queries: list[str], what: str) -> None:
    """As many people as seconds allow, each with a search of their own."""
    chance = random.Random(11)
    commands = [
        {"name": "paper find", "options": {"query": chance.choice(queries)[:200]}} for _ in range(FINDS)
    ]
    answers = discord.rush(channel=channel, commands=commands, over=SECONDS * 0.8, wait=60)
    finished = [each["finished_ms"] for each in answers if each["finished_ms"] is not None]
    show_times(what, finished)
    if len(finished) < FINDS:
        show("not answered", str(FINDS - len(finished)), "0")


@dataclass
class Load:
    took: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    processor_ms: float = 0.0
    """Of the bot, for each request, those of people in Discord included."""


async def beside(
    discord: StandIn, channel: int, queries: list[str], papers: list[Paper], port: int, pid: int
) -> Load:
    """Requests at their times, whatever became of those before, while people search in Discord."""
    load, chance = Load(), random.Random(3)
    tags: dict[str, str] = {}
    before = processor_seconds(pid)
    searching = threading.Thread(
        target=finds, args=(discord, channel, queries, "/paper find beside it, answered")
    )
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", connector=connector) as session:

        async def ask(kind: str, path: str, due: float) -> None:
            headers = {
                "X-Forwarded-For": f"198.51.{chance.randrange(_READERS) // 200}.{chance.randrange(200)}"
            }
            if path in tags and chance.random() < 0.7:
                headers["If-None-Match"] = tags[path]
            async with session.get(path, headers=headers, allow_redirects=False) as answer:
                await answer.read()
            if due - began >= WARM:
                load.took.setdefault(kind, []).append((time.perf_counter() - due) * 1000)
                load.statuses[answer.status] += 1
            tags[path] = answer.headers.get("ETag", "")

        asking = wanted(queries, papers, chance)
        tasks = []
        searching.start()
        began = time.perf_counter()
        for number, (kind, path) in enumerate(asking):
            due = began + number / RATE
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(ask(kind, path, due)))
        await asyncio.gather(*tasks)
    await asyncio.to_thread(searching.join)
    load.processor_ms = (processor_seconds(pid) - before) * 1000 / len(asking)
    return load


def wanted(queries: list[str], papers: list[Paper], chance: random.Random) -> list[tuple[str, str]]:
    """What readers and their programs ask for."""
    asked = [chance.choice(queries)[:200] for _ in range(30)]
    followed = [chance.choice(queries)[:60] for _ in range(20)]

    def one() -> tuple[str, str]:
        kind = chance.choices(
            ("search", "paper", "feed of a search", "daily feed", "day", "trending", "today", "robots.txt"),
            (25, 25, 15, 10, 10, 5, 5, 5),
        )[0]
        match kind:
            case "search":
                query = chance.choice(asked if chance.random() < _REPEATED else queries)[:200]
                return kind, f"/?{urlencode({'q': query})}"
            case "paper":
                return kind, f"/paper/{chance.choice(papers).id}"
            case "feed of a search":
                return kind, f"/feed.atom?{urlencode({'q': chance.choice(followed)})}"
            case "daily feed":
                return kind, chance.choice(("/feed.atom", "/feed.json"))
            case "day":
                return kind, f"/day/{chance.choice(papers).featured[0]}"
            case "trending":
                return kind, f"/trending?period={chance.choice(('day', 'week', 'month'))}"
            case "robots.txt":
                # Of no work: what it takes, the machine and its other work take from every answer.
                return kind, "/robots.txt"
        return kind, "/"

    return [one() for _ in range(int(RATE * (WARM + SECONDS)))]


def tell(load: Load) -> None:
    for kind, took in sorted(load.took.items()):
        show_times(f"  {kind}", took)
    every = [each for took in load.took.values() for each in took]
    show_times(f"{RATE:g} requests a second, mixed", every, "p99 < 50 ms")
    show(
        "answered with", ", ".join(f"{status}: {count:,}" for status, count in sorted(load.statuses.items()))
    )
    show("the bot's processor time", f"{load.processor_ms:.1f} ms a request, finds included")


if __name__ == "__main__":
    main()
