"""Finding at 15,000, 200,000 and (SIZES=1000000) a million papers, beside what others do."""

from __future__ import annotations

import asyncio
import math
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from rapidfuzz import fuzz, process

from bench.figures import mapped_mb, resident_mb, show, show_times
from bench.first import show_first
from bench.large import DUMP, catalog_of
from bench.typing import queries, with_slips
from bot.catalog import file
from bot.paper.text import words
from bot.search.engine import SearchEngine
from bot.search.library import Library

SIZES = [int(size) for size in os.environ.get("SIZES", "15000,200000").split(",")]
QUERIES = int(os.environ.get("QUERIES", "300"))
TYPISTS, PERIOD_S, TYPING_S = 50, 0.3, float(os.environ.get("TYPING_S", "30"))
AIMS = {15_000: ("15", "", ""), 200_000: ("40", "10", "100"), 1_000_000: ("70", "15", "100")}
_SLOW_QUERIES, _SLOW_S = 20, 30.0
"""So many queries, or so many seconds, are measured of each slow way."""


def main() -> None:
    if not DUMP.exists():
        print(f"skipped: {DUMP} is not there")
        return
    for size in SIZES:
        print(f"-- {size:,} papers")
        # Each size in a process of its own, so that its memory is its own.
        subprocess.run([sys.executable, "-m", "bench.search", str(size)], check=True)


def measure(size: int) -> None:
    catalog = catalog_of(size)
    show_first(catalog)
    sample = some_papers(catalog)
    asked = queries([(title, abstract) for title, abstract, _ in sample], QUERIES)
    prefixes = typed_so_far([title for title, _, _ in sample])
    find_aim, suggest_aim, similar_aim = AIMS.get(size, ("", "", ""))
    before, mapped_before = resident_mb(), mapped_mb()
    with closing(file.open_for_reading(catalog)) as connection, closing(SearchEngine(catalog)) as engine:
        warm(lambda text: engine.on(connection).find(text), asked[: QUERIES // 2])
        show_timed("find", lambda text: engine.on(connection).find(text), asked, find_aim)
        warm(lambda text: engine.on(connection).suggest(text), prefixes[:100])
        show_timed("autocomplete", lambda text: engine.on(connection).suggest(text), prefixes, suggest_aim)
        ids = [paper_id for _, _, paper_id in sample[:QUERIES]]
        warm(lambda paper_id: engine.on(connection).similar(paper_id), ids[:20])
        show_timed("similar", lambda paper_id: engine.on(connection).similar(paper_id), ids, similar_aim)
        added, mapped = resident_mb() - before, mapped_mb() - mapped_before
        show(
            "added memory",
            f"{added:.0f} MB, {mapped:.0f} of it the system's copies of files",
            "< 1500 MB",
        )
        others(connection, asked)
    asyncio.run(many_typists(catalog, prefixes))


def some_papers(catalog: Path) -> list[tuple[str, str, str]]:
    """(title, abstract, id) of 2,000 papers from all over the catalog, the same ones each time."""
    with closing(file.open_for_reading(catalog)) as connection:
        (highest,) = connection.execute("SELECT max(number) FROM papers").fetchone()
        numbers = range(1, highest + 1, max(highest // 2000, 1))
        return [
            tuple(row)
            for number in numbers
            for row in connection.execute("SELECT title, abstract, id FROM papers WHERE number = ?", [number])
        ]


def others(connection: sqlite3.Connection, asked: list[str]) -> None:
    """The ways that bots usually search, for comparison."""
    titles = [row[0] for row in connection.execute("SELECT title FROM papers")]

    def plain(text: str) -> None:
        connection.execute(
            "SELECT rowid FROM papers_fts WHERE papers_fts MATCH ?"
            " ORDER BY bm25(papers_fts, 3, 1, 1, 1) LIMIT 10",
            [" OR ".join(f'"{word}"' for word in dict.fromkeys(words(text)))],
        ).fetchall()

    def like(text: str) -> None:
        connection.execute(
            "SELECT id FROM papers WHERE title LIKE ? OR abstract LIKE ? LIMIT 10", [f"%{text}%"] * 2
        ).fetchall()

    def fuzzy(text: str) -> None:
        process.extract(text, titles, scorer=fuzz.token_set_ratio, limit=10)

    for what, way in (("plain FTS5 BM25 (OR)", plain), ("SQL LIKE", like), ("RapidFuzz, all titles", fuzzy)):
        show_timed(what, way, asked[:_SLOW_QUERIES], seconds=_SLOW_S)


async def many_typists(catalog: Path, prefixes: list[str]) -> None:
    """Fifty people who type at once, each with a request every 300 ms, through the library."""
    library = Library(catalog)
    await library.suggest("warm")
    took: list[float] = []
    lags: list[float] = []
    end = time.perf_counter() + TYPING_S

    async def typist(seed: int) -> None:
        chance = random.Random(seed)
        await asyncio.sleep(PERIOD_S * seed / TYPISTS)
        while time.perf_counter() < end:
            started = time.perf_counter()
            await library.suggest(chance.choice(prefixes))
            took.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(max(0.0, PERIOD_S - (time.perf_counter() - started)))

    async def heartbeat() -> None:
        while time.perf_counter() < end:
            started = time.perf_counter()
            await asyncio.sleep(0.01)
            lags.append((time.perf_counter() - started - 0.01) * 1000)

    await asyncio.gather(heartbeat(), *(typist(seed) for seed in range(TYPISTS)))
    show_times(f"autocomplete, {TYPISTS} typists", took, "p99 < 100 ms")
    show_times("  the event loop's delay meanwhile", lags)
    library.close()


def typed_so_far(titles: list[str]) -> list[str]:
    """Beginnings of titles at every length, from the start, from the middle, and with a slip."""
    chance = random.Random(4)
    made = []
    for title in titles[:QUERIES]:
        line = re.sub(r"\s+", " ", title)
        middle = line.find(" ", len(line) // 3) + 1
        length = chance.randint(1, 40)
        made += [line[:length], line[middle : middle + length], with_slips(line[:30], 1, chance)]
    return [text for text in made if text.strip()]


def warm(function: Callable[[str], object], arguments: list[str]) -> None:
    for argument in arguments:
        function(argument)


def show_timed(
    what: str,
    function: Callable[[str], object],
    arguments: list[str],
    aim: str = "",
    seconds: float = math.inf,
) -> None:
    """Each call by the clock, and its processor time, which tells more on a busy machine.

    Once `seconds` are over, the rest of the arguments is left out; two calls are made in any case.
    """
    took, worked = [], []
    for argument in arguments:
        started, begun = time.perf_counter(), time.thread_time()
        function(argument)
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - begun) * 1000)
        if sum(took) > seconds * 1000 and len(took) > 1:
            break
    show_times(what, took, f"p99 < {aim} ms" if aim else "")
    show_times("  its processor time", worked)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        main()
