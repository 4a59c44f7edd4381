"""Is the paper of the day about its topic? The measure of ../shared/search/topics.py, in one process.

Papers that only a learnt short form makes about their topic, which that script can't know, are counted apart.
SEEDS (5) are the draws of 40 topics from the papers' keywords, a comma between them.
"""

from __future__ import annotations

import asyncio
import collections
import gzip
import importlib.util
import json
import os
import random
import tempfile
import time as clock
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from types import ModuleType

from bench.figures import show
from bot.clock import system_clock
from bot.daily.choosing.outlook import Brought, brought
from bot.daily.choosing.pick import Picker
from bot.search.index.aboutness import Degree
from bot.search.library import Library
from bot.search.queries import Queries
from bot.sources.files import PaperFile
from bot.state.plans import ChannelKind, Plan
from tests.support.project import SHARED
from tests.support.putting import put_in

SCRIPT = SHARED / "search" / "topics.py"
PAPERS = SHARED / "data" / "hf_daily.jsonl.gz"
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "5").split(",")]
UNTIL = date(2026, 8, 16)
DAYS = 14
TOPICS = 40


@dataclass
class Papers:
    """What the script knows of the papers."""

    script: ModuleType
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=lambda: collections.defaultdict(set))
    keywords: collections.Counter[str] = field(default_factory=collections.Counter)

    def read(self) -> None:
        stems = self.script.stems
        with gzip.open(PAPERS, "rt") as lines:
            for paper in map(json.loads, lines):
                keywords = paper.get("ai_keywords") or paper.get("keywords") or []
                self.keywords.update({keyword.lower().strip() for keyword in keywords})
                number = paper.get("arxiv_id") or paper["id"]
                parts = [paper["title"], paper.get("abstract") or "", *keywords]
                self.texts[number] = "".join(map(stems, parts))
                day = str(paper.get("submittedOnDailyAt") or paper.get("hf_daily_date") or "")[:10]
                self.lists[day].add(number)

    def topics(self, seed: int) -> list[str]:
        names = [
            name
            for name, times in self.keywords.most_common(1500)
            if 15 <= times <= 400 and 2 <= len(name.split()) <= 3 and "(" not in name
        ]
        random.Random(seed).shuffle(names)
        return names[:TOPICS]

    def holds(self, paper_id: str, topic: str) -> bool:
        return f" {self.script.stems(topic).strip()} " in self.texts.get(paper_id, "")


def main() -> None:
    if not SCRIPT.exists() or not PAPERS.exists():
        print(f"skipped: there is no {SCRIPT}")
        return
    spec = importlib.util.spec_from_file_location("topics_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    papers = Papers(script)
    papers.read()
    with tempfile.TemporaryDirectory(prefix="paperboy-bench-") as folder:
        asyncio.run(_measure(papers, Path(folder) / "catalog.db"))


async def _measure(papers: Papers, catalog: Path) -> None:
    with closing(Library(catalog)) as library:
        for harvest in PaperFile(PAPERS).harvests():
            await put_in(library, harvest.papers, harvest.origin)
        await library.background.wait_until_current()
        for seed in SEEDS:
            await _score(papers, library.background, seed)


async def _score(papers: Papers, library: Queries, seed: int) -> None:
    counts: collections.Counter[str] = collections.Counter()
    took: list[float] = []
    for topic in papers.topics(seed):
        started = clock.perf_counter()
        days = [day async for day in brought(Picker(library, system_clock), plan_on(topic), UNTIL, DAYS)]
        took.append(clock.perf_counter() - started)
        about = await library.about_ids(topic, [pick.paper_id for day in days for pick in day.picks])
        formed = {each for each, found in about.items() if found.degree is Degree.CENTRAL}
        _count(papers, topic, days, formed, counts)
    name = f"topics of seed {seed}"
    show(f"{name}, fresh about it", _share(counts["fresh about"], counts["fresh"]), "95 %")
    show(f"{name}, archive about it", _share(counts["archive about"], counts["archive"]), "98 %")
    show(f"{name}, fresh one taken", _share(counts["taken"], counts["chances"]), "97 %")
    apart = f"{counts['fresh apart']} fresh, {counts['archive apart']} from the archive"
    show("  apart, by a learnt form alone", apart)
    show("  14 days of a topic", f"{1000 * sum(took) / len(took):.0f} ms")


def plan_on(topic: str) -> Plan:
    every_day = frozenset(range(7))
    at = time(9)
    return Plan(
        guild_id=0, channel_id=0, kind=ChannelKind.TEXT, at=at, zone="UTC", weekdays=every_day, topic=topic
    )


def _count(
    papers: Papers,
    topic: str,
    days: Sequence[Brought],
    formed: Collection[str],
    counts: collections.Counter[str],
) -> None:
    """Add up as the script does; `formed` are papers that a way to write the topic makes central."""
    had: set[str] = set()
    for day in days:
        lists = sorted(each for each in papers.lists if each and each < day.day.isoformat())[-3:]
        there = {each for of in lists for each in papers.lists[of] if papers.holds(each, topic)} - had
        for pick in day.picks:
            had.add(pick.paper_id)
            kind = "archive" if pick.archive else "fresh"
            holds = papers.holds(pick.paper_id, topic)
            if not holds and pick.paper_id in formed:
                counts[f"{kind} apart"] += 1
                continue
            counts[kind] += 1
            counts[f"{kind} about"] += holds
            counts["chances"] += bool(there)
            counts["taken"] += pick.paper_id in there


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}  {part / max(1, whole):.1%}"


if __name__ == "__main__":
    main()
