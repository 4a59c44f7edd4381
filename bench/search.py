"""Finding at 15,000, 200,000 and (SIZES=1000000) a million papers, beside what others do."""

from __future__ import annotations

import asyncio
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

from bench.figures import resident_mb, show, show_times
from bench.large import DUMP, catalog_of
from bench.typing import queries, with_slips
from bot.catalog import file
from bot.catalog.finding import Finder
from bot.catalog.library import Library
from bot.catalog.text import words

SIZES = [int(size) for size in os.environ.get("SIZES", "15000,200000").split(",")]
QUERIES = int(os.environ.get("QUERIES", "300"))
SLOW_QUERIES = 20
TYPISTS, PERIOD_S, TYPING_S = 50, 0.3, float(os.environ.get("TYPING_S", "30"))
AIMS = {15_000: ("15", "", ""), 200_000: ("40", "10", "100"), 1_000_000: ("70", "15", "100")}
_LISTED_SIZE = 250_000
"""Up to so many titles RapidFuzz is shown to scan them all."""


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
    before = resident_mb()
    with closing(file.open_for_reading(catalog)) as connection:
        sample = [
            tuple(row)
            for row in connection.execute(
                "SELECT title, abstract, id FROM papers WHERE number % ? = 1 LIMIT 2000",
                [max(size // 2000, 1)],
            )
        ]
        asked = queries([(title, abstract) for title, abstract, _ in sample], QUERIES)
        find_aim, suggest_aim, similar_aim = AIMS.get(size, ("", "", ""))
        finder = Finder(catalog)
        started = time.perf_counter()
        finder.find(connection, asked[0])
        show("first query after start", f"{(time.perf_counter() - started) * 1000:.0f} ms", "< 500 ms")
        for text in asked[: QUERIES // 2]:
            finder.find(connection, text)
        show_times("find", timed(lambda text: finder.find(connection, text), asked), f"p99 < {find_aim} ms")
        prefixes = typed_so_far([title for title, _, _ in sample])
        for text in prefixes[:100]:
            finder.suggest(connection, text)
        show_times(
            "autocomplete",
            timed(lambda text: finder.suggest(connection, text), prefixes),
            f"p99 < {suggest_aim} ms",
        )
        ids = [paper_id for _, _, paper_id in sample[:100]]
        for paper_id in ids[:20]:
            finder.similar(connection, paper_id)
        show_times(
            "similar",
            timed(lambda paper_id: finder.similar(connection, paper_id), ids),
            f"p99 < {similar_aim} ms",
        )
        show("added memory", f"{resident_mb() - before:.0f} MB", "< 1500 MB")
        others(connection, asked[:SLOW_QUERIES], size)
        finder.close()
    asyncio.run(many_typists(catalog, prefixes))


def others(connection: sqlite3.Connection, asked: list[str], size: int) -> None:
    """The ways that bots usually search, for comparison."""

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

    show_times("  plain FTS5 BM25 (OR)", timed(plain, asked))
    show_times("  SQL LIKE", timed(like, asked[:10]))
    if size <= _LISTED_SIZE:
        titles = [row[0] for row in connection.execute("SELECT title FROM papers")]
        show_times(
            "  RapidFuzz over all titles",
            timed(
                lambda text: process.extract(text, titles, scorer=fuzz.token_set_ratio, limit=10), asked[:10]
            ),
        )


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


def timed(function: Callable[[str], object], arguments: list[str]) -> list[float]:
    """Milliseconds of each call. Prints its processor time too, which tells more on a busy machine."""
    took, worked = [], []
    for argument in arguments:
        started, begun = time.perf_counter(), time.thread_time()
        function(argument)
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.thread_time() - begun) * 1000)
    show_times("  processor time of the next line", worked)
    return took


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        main()
