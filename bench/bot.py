"""The bot on the seed catalog: search, whole interactions, its start, its memory."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from pathlib import Path

import simcord

from bench.figures import show_times
from bench.starting import show_starts
from bot.connection.client import PaperboyClient
from bot.search.library import Library
from bot.services import Services
from bot.settings import Settings
from bot.sources.seed import build_seed

ROUNDS = int(os.environ.get("ROUNDS", "5"))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalog = folder / "catalog.db"
        build_seed(catalog)
        asyncio.run(search(catalog))
        asyncio.run(interactions(folder, catalog))
        show_starts(folder, catalog)


async def search(catalog: Path) -> None:
    """Through the library, as the commands do: from the event loop to a reader's thread and back."""
    library = Library(catalog)
    titles = [paper.title for paper in await library.recent(1000)]
    queries = typed(titles)
    for warming in queries[:20]:
        await library.find(warming)
        await library.suggest(warming)
    found, suggested = [], []
    for query in queries * ROUNDS:
        found.append(await timed(library.find(query)))
    for prefix in [title[:length] for title in titles for length in (1, 4, 12, 30)] * ROUNDS:
        suggested.append(await timed(library.suggest(prefix)))
    show_times("find", found, "p99 < 3 ms")
    show_times("autocomplete", suggested, "p99 < 2 ms")
    library.close()


async def interactions(folder: Path, catalog: Path) -> None:
    """From the gateway's event to the reply, with discord.py's and the simulated Discord's own work."""
    settings = Settings(_env_file=None, catalog=catalog, DATABASE_URL=f"sqlite:///{folder / 'simulated.db'}")
    env: simcord.Env
    services = Services.open(settings, lambda: env.now())
    await services.store.migrate()
    env = simcord.Env(PaperboyClient(services, shard_count=1))
    await env.start()
    guild = env.create_guild("Reading group")
    channel = guild.create_text_channel("papers")
    queries = typed([paper.title for paper in await services.library.recent(1000)])
    finds, completions = [], []
    for number, query in enumerate(queries):
        member = guild.add_member(env.create_user(f"reader{number}"))  # each has a cooldown of their own
        completions.append(await timed(member.autocomplete(channel, "paper find", "query", query)))
        finds.append(await timed(member.slash(channel, "paper find", query=query)))
    show_times("/paper find in simcord", finds[5:])
    show_times("its autocomplete in simcord", completions[5:])
    await env.shutdown()
    await services.close()


def typed(titles: list[str]) -> list[str]:
    """What people might type to find them: whole titles, two words, half a title, a slip of the finger."""
    chance = random.Random(5)
    queries = []
    for title in titles:
        words = title.split()
        slip = chance.randrange(len(title) - 1)
        queries += [
            title,
            " ".join(chance.sample(words, min(2, len(words)))),
            title[: len(title) // 2],
            title[:slip] + title[slip + 1] + title[slip] + title[slip + 2 :],
        ]
    return queries


async def timed(awaitable) -> float:
    """How many milliseconds it takes."""
    began = time.perf_counter()
    await awaitable
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
