"""A thousand people at once: how soon each is acknowledged and answered, and whether heartbeats go on."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.bot import typed
from bench.figures import show
from bot.paper.model import Paper
from bot.search.library import Library
from bot.sources.seed import build_seed
from tests.crash.bot_process import BotProcess
from tests.support.stand_in import StandIn, wait_until

PEOPLE = int(os.environ.get("PEOPLE", "1000"))
WITHIN_S = float(os.environ.get("WITHIN", "1"))
_WAIT_S = 60.0
_BEAT_MS = 1_000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalog = folder / "catalog.db"
        build_seed(catalog)
        discord = StandIn()
        discord.gateway(heartbeat_interval=_BEAT_MS)
        bot = BotProcess(folder, discord, catalog=catalog, database_url=f"sqlite:///{folder / 'state.db'}")
        try:
            crowd(discord, bot, asked(catalog))
        finally:
            bot.stop()
            discord.close()


def asked(catalog: Path) -> list[dict[str, object]]:
    """What people type: two thirds searches, the rest whole cards, lists and help; some find nothing."""
    papers = asyncio.run(_papers(catalog))
    chance = random.Random(7)
    queries = typed([paper.title for paper in papers])
    others: list[dict[str, object]] = [
        {"name": "paper show", "options": {"paper": "2411.13543"}},
        {"name": "paper recent"},
        {"name": "paper similar", "options": {"paper": "2305.10142"}},
        {"name": "paper cite", "options": {"paper": "2411.13543"}},
        {"name": "paper find", "options": {"query": "zzqx"}},
        {"name": "help"},
    ]
    return [
        {"name": "paper find", "options": {"query": chance.choice(queries)[:200]}}
        if chance.random() < 2 / 3
        else chance.choice(others)
        for _ in range(PEOPLE)
    ]


async def _papers(catalog: Path) -> Sequence[Paper]:
    library = Library(catalog)
    try:
        return await library.recent(1_000)
    finally:
        library.close()


def crowd(discord: StandIn, bot: BotProcess, commands: list[dict[str, object]]) -> None:
    channel = discord.add_channel(guild=discord.add_guild(), name="papers", type=0)
    bot.start()
    wait_until(lambda: discord.gateway()["connected"] and discord.commands(), 60)
    discord.command(channel=channel, name="paper find", options={"query": "warming up"})
    before, began, spent = discord.gateway(), time.monotonic(), _spent(bot.pid)
    answers = discord.rush(channel=channel, commands=commands, over=WITHIN_S, wait=_WAIT_S)
    after, seconds = discord.gateway(), time.monotonic() - began
    acknowledged = sorted(each["acknowledged_ms"] for each in answers if each["acknowledged_ms"] is not None)
    finished = sorted(each["finished_ms"] for each in answers if each["finished_ms"] is not None)
    late = sum(each > 3_000 for each in acknowledged) + len(answers) - len(acknowledged)
    what = f"{len(answers):,} commands within {WITHIN_S:g} s"
    show(f"{what}: not acknowledged within 3 s", str(late), "0")
    if acknowledged:
        show("acknowledged, p50 / p99 / last", _spread(acknowledged), "< 3 s")
    show(f"{what}: not answered", str(len(answers) - len(finished)), "0")
    if finished:
        show("answered, p50 / p99 / last", _spread(finished), "< 30 s")
    cost = (_spent(bot.pid) - spent) * 1000 / len(answers)
    show("the bot's processor time for each", f"{cost:.1f} ms")
    show("deferred first", str(sum(each["kind"] == 5 for each in answers)))
    beats = after["heartbeat"] - before["heartbeat"]
    lost = sum(after[each] - before[each] for each in ("identify", "resume"))
    show(f"heartbeats in {seconds:.1f} s, asked for each {_BEAT_MS / 1000:g} s", str(beats))
    show("connections lost", str(lost), "0")


def _spent(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _spread(milliseconds: list[float]) -> str:
    at = [milliseconds[int(len(milliseconds) * part)] for part in (0.5, 0.99)]
    return " / ".join(f"{each / 1000:.2f}" for each in (*at, milliseconds[-1])) + " s"


if __name__ == "__main__":
    main()
