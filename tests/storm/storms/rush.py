"""Everything is due at once, while the machine has other work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.crash.town import PLAIN
from tests.storm.ground import Ground, storm

FEEDS = int(os.environ.get("FEEDS") or 2_000)
PAPERS = int(os.environ.get("PAPERS") or 50_000)
_WORDS = ("agents", "diffusion", "reasoning", "graphs", "vision", "speech", "planning", "retrieval", "proofs")


@storm("rush-and-import", channels=FEEDS, sorts=(PLAIN,), patience=600)
def rush_and_import(ground: Ground) -> None:
    """Thousands of feeds are due while an import of many papers runs (FEEDS=10000 PAPERS=200000 for more)."""
    source = ground.folder / "papers.jsonl"
    write_papers(source, PAPERS)
    guild = ground.stand_in.add_guild(name="Readers")
    readers = ground.stand_in.add_channel(guild=guild, type=0, name="readers")
    ground.begin()
    command = [sys.executable, "-m", "bot", "import", str(source), "--catalog", str(ground.catalog)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as importing:
        asked, answered = 0, 0
        while importing.poll() is None or ground.town.open_ends():
            answer = ground.stand_in.command(
                channel=readers, name="paper find", options={"query": "agents"}, person=f"reader {asked}"
            )
            asked, answered = asked + 1, answered + ("open" in json.dumps(answer))
            time.sleep(2)
    ground.expect(importing.returncode == 0, f"the import ended with {importing.returncode}")
    ground.expect(answered == asked, f"{answered} of {asked} searches were answered")
    gateway = ground.stand_in.gateway()
    ground.expect(gateway["identify"] == 1 and not gateway["resume"], "the gateway lost the bot")


def write_papers(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as lines:
        for number in range(count):
            words = [_WORDS[(number // 9**place) % 9] for place in range(6)]
            paper = {
                "id": f"{1001 + number // 90_000 % 12:04}.{number % 90_000 + 1:05}",
                "title": f"On {' and '.join(words[:3])}, number {number}",
                "abstract": f"We study {', '.join(words)} in {number} ways. " * 8,
                "authors": [f"Author {number % 997}", f"Writer {number % 877}"],
                "published": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 9}",
            }
            lines.write(json.dumps(paper) + "\n")
