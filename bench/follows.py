"""Matching 15,000 follows against 500 new papers among 200,000, and what it costs everybody else.

`NEW=500` and `FOLLOWS=15000` for other numbers, `SIZE=200000` for another catalog, which a copy is made of.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bench.figures import show, show_times
from bench.large import DUMP, catalog_of
from bench.search import some_papers
from bench.typing import queries
from bot.catalog import file
from bot.following.likes import like
from bot.following.matching import Follow, Follows, Kind
from bot.paper.model import Paper
from bot.search.engine import Search, SearchEngine
from bot.search.index.storage import path_beside
from bot.sources.records import paper_from_record
from tests.support.project import SHARED
from tests.support.putting import put

FEATURED = SHARED / "data" / "hf_daily.jsonl.gz"
NEW, FOLLOWS = int(os.environ.get("NEW", "500")), int(os.environ.get("FOLLOWS", "15000"))
SIZE = int(os.environ.get("SIZE", "200000"))
_AIM = "<= 2 s of one core"
_MANY = 100_000
_ASKED = 300
_COMPARED = 150
_LISTED = 2_000
_COMMON = (
    "agents", "memory", "RAG", "reinforcement learning", "diffusion models", "LLM", "multi-agent", "robotics",
    "world models", "code generation", "transformers", "large language models", "vision language models",
    "quantization", "web agents", "text to image", "benchmarks", "reasoning", "3D reconstruction",
    "alignment",
)  # fmt: skip
_FILTERS = ("cat:cs.CL", "cat:cs.CV", "-survey", "after:2025", "-benchmark")


def main() -> None:
    if not (DUMP.exists() and FEATURED.exists()):
        print(f"skipped: {DUMP} or {FEATURED} is not there")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.db"
        shutil.copyfile(catalog_of(SIZE), path)
        shutil.copyfile(path_beside(catalog_of(SIZE)), path_beside(path))
        measure(path)


def measure(path: Path) -> None:
    asked = queries([(title, abstract) for title, abstract, _ in some_papers(path)], _ASKED)
    with closing(file.open_for_reading(path)) as connection, closing(SearchEngine(path)) as engine:
        papers = add_new(path)
        engine.index.wait_until_current(connection)
        search = engine.on(connection)
        show_find("find before", search, asked)
        every = [*follows_of(FOLLOWS)]
        follows = Follows(every)
        show_matching("match, nothing looked up yet", follows, search, papers)
        follows = Follows(every)
        show_worked("look all topics up, when idle", lambda: follows.learn(search, len(every)))
        # The first time is as the bot does it: topics are looked up before papers come, and never matched.
        brought = show_matching("match, as the bot does it", follows, search, papers, _AIM)
        for _ in range(2):
            show_matching("match again", follows, search, papers)
        compare(search, every, papers, brought)
        for number in (10, FOLLOWS // 10):
            show_liked(search, papers, number)
        show_find("find after", search, asked)
        show_find_in_list(search, asked)
        show_memory()


def add_new(path: Path) -> list[str]:
    """The ids of the newest featured papers that the catalog lacks, which it has from now on."""
    with closing(file.open_for_writing(path)) as database:
        held = {row[0] for row in database.execute("SELECT id FROM papers")}
        new = [paper for paper in featured() if paper.id not in held][-NEW:]
        put(database, new)
    return [paper.id for paper in new]


def featured() -> Iterator[Paper]:
    with gzip.open(FEATURED, "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = paper_from_record(json.loads(line), "")
            if isinstance(paper, Paper):
                yield paper


def follows_of(number: int) -> Iterator[Follow]:
    """What people may follow: keywords of featured papers, what many follow, names, filters, questions."""
    chance = random.Random(1)
    papers = [paper for paper in featured() if paper.keywords and paper.authors]
    for follow in range(number):
        paper = chance.choice(papers)
        keyword = chance.choice(paper.keywords)
        kind, share = Kind.TOPIC, chance.random()
        if share < 0.2:
            text = _COMMON[min(int(chance.expovariate(0.2)), len(_COMMON) - 1)]
        elif share < 0.3:
            kind, text = Kind.AUTHOR, chance.choice(paper.authors)
        elif share < 0.4:
            text = f"{keyword} {chance.choice(_FILTERS)}"
        elif share < 0.45:
            text = f'"{keyword}"'
        elif share < 0.5:
            text = " ".join(re.findall(r"\w+", paper.title)[:6])
        else:
            text = keyword
        yield Follow(follow, kind, text)


def show_matching(
    what: str, follows: Follows, search: Search, papers: list[str], aim: str = ""
) -> set[tuple[int, str]]:
    started, worked = time.perf_counter(), time.thread_time()
    found = follows.match(search, papers)
    pairs = sum(map(len, found.values()))
    took, worked = time.perf_counter() - started, time.thread_time() - worked
    figure = f"{worked:6.2f} s of one core, {took:6.2f} s by the clock"
    show(
        what,
        f"{figure}: {len(follows):,} follows, {len(papers)} papers, {pairs:,} pairs",
        aim,
    )
    return {(follow, paper) for follow, papers_of in found.items() for paper in papers_of}


def show_liked(search: Search, papers: list[str], number: int) -> None:
    """What follows of papers cost beside: a tenth of all, and very few."""
    held = {row[0] for row in search.connection.execute("SELECT id FROM papers")} - {*papers}
    known = [paper.id for paper in featured() if paper.id in held] or sorted(held)
    liked = random.Random(3).sample(known, min(number, len(known)))
    started, worked = time.perf_counter(), time.thread_time()
    pairs = sum(map(len, like(search, papers, liked).values()))
    took, worked = time.perf_counter() - started, time.thread_time() - worked
    figure = f"{worked:6.2f} s of one core, {took:6.2f} s by the clock"
    show(f"papers like {len(liked):,} that are followed", f"{figure}: {pairs:,} pairs")


def show_worked(what: str, function: Callable[[], object]) -> None:
    started, worked = time.perf_counter(), time.thread_time()
    function()
    took, worked = time.perf_counter() - started, time.thread_time() - worked
    show(what, f"{worked:6.2f} s of one core, {took:6.2f} s by the clock")


def compare(search: Search, follows: list[Follow], papers: list[str], brought: set[tuple[int, str]]) -> None:
    """Some of the follows asked one by one, as they were without the index of their words."""
    some = random.Random(2).sample(follows, min(_COMPARED, len(follows)))
    started = time.thread_time()
    asked = {(each.id, paper) for each in some for paper in search.about_ids(each.query, papers)}
    worked = (time.thread_time() - started) / len(some) * len(follows)
    ids = {each.id for each in some}
    differing = len(asked ^ {pair for pair in brought if pair[0] in ids})
    show(
        "asked one by one", f"{worked:6.2f} s of one core, from {len(some)} of them, {differing} pairs differ"
    )


def show_find(what: str, search: Search, asked: list[str]) -> None:
    for text in asked[: _ASKED // 2]:
        search.find(text)
    took, worked = [], []
    for text in asked:
        started, begun = time.perf_counter(), time.thread_time()
        search.find(text)
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - begun) * 1000)
    show_times(what, took)
    show_times("  its processor time", worked)


def show_find_in_list(search: Search, asked: list[str]) -> None:
    """As `/list show` with a query does on a long list."""
    ids = [row[0] for row in search.connection.execute("SELECT id FROM papers ORDER BY id")]
    among = random.Random(4).sample(ids, min(_LISTED, len(ids)))
    took = []
    for text in asked:
        started = time.perf_counter()
        search.find(text, among=among)
        took.append((time.perf_counter() - started) * 1000)
    show_times(f"find in a list of {len(among):,}", took, "p99 <= 40 ms")


def show_memory() -> None:
    every = [*follows_of(_MANY)]
    tracemalloc.start()
    follows = Follows(every)
    added = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    distinct = len({(each.kind, each.text) for each in every})
    show(f"memory of {len(follows):,} follows", f"{added:.0f} MB, of {distinct:,} different ones")


if __name__ == "__main__":
    main()
