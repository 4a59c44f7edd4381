"""Catalogs of any size from real arXiv papers, made once and kept for the next bench.

`python -m bench.large 1000000` makes one and says how long each step took.
"""

from __future__ import annotations

import json
import lzma
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from bot.catalog import file
from bot.paper.model import Paper
from bot.search.index import live, storage
from bot.sources.records import paper_from_record
from tests.support.project import SHARED
from tests.support.putting import put

DUMP = SHARED / "data" / "arxiv_200k.jsonl.xz"
FOLDER = Path(os.environ.get("BENCH_FOLDER", Path(tempfile.gettempdir()) / "paperboy-bench"))
REAL = int(os.environ.get("REAL", "200000"))
"""So many papers of a catalog are real at most; the rest is put together from them."""
_BATCH = 5_000


def real_papers() -> Iterator[Paper]:
    with lzma.open(DUMP, "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = paper_from_record(json.loads(line), "")
            if isinstance(paper, Paper):
                yield paper


def catalog_of(size: int) -> Path:
    """A catalog of so many papers with its index, made where there is none of today's version."""
    path = FOLDER / (f"{size}.db" if size <= REAL else f"{size}-from-{REAL}.db")
    if not _is_current(path):
        # In a process of its own: what making it takes is no part of what is measured later.
        subprocess.run([sys.executable, "-m", "bench.large", str(size), str(path)], check=True)
    return path


def _is_current(path: Path) -> bool:
    if not path.exists():
        return False
    file.open_for_writing(path).close()
    try:
        storage.load(storage.path_beside(path))
    except storage.IndexUnusable:
        return False
    return True


def make(size: int, path: Path) -> None:
    print(f"   making {path}, which is kept for the next time", flush=True)
    if not path.exists():
        if size <= REAL:
            with _unfinished(path) as unfinished, _step(f"wrote {size:,} papers"):
                _write_real(unfinished, size)
        else:
            real = catalog_of(REAL)
            with _unfinished(path) as unfinished:
                _recombine(real, unfinished, size)
    with _step("built the index"), closing(file.open_for_reading(path)) as connection:
        live.write_base(connection, storage.path_beside(path))
    # Linux counts it in KiB, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    sizes = [each.stat().st_size / 2**20 for each in (path, storage.path_beside(path))]
    print(f"   catalog {sizes[0]:,.0f} MB, index {sizes[1]:,.0f} MB, most memory while making {peak:,.0f} MB")


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """A file to write that takes its place only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"unfinished-{path.name}")
    for left in path.parent.glob(f"{unfinished.name}*"):
        left.unlink()
    yield unfinished
    unfinished.replace(path)


@contextmanager
def _step(what: str) -> Iterator[None]:
    started, worked = time.perf_counter(), time.process_time()
    yield
    took, worked = time.perf_counter() - started, time.process_time() - worked
    print(f"   {what} in {took:.0f} s, {worked:.0f} s of it processor time", flush=True)


def _write_real(path: Path, size: int) -> None:
    with closing(file.open_for_writing(path)) as database:
        stream = islice(real_papers(), size)
        while batch := list(islice(stream, _BATCH)):
            put(database, batch)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _recombine(real: Path, path: Path, size: int) -> None:
    """Copy a real catalog, and add titles of real papers with abstracts and authors of others."""
    shutil.copyfile(real, path)
    with closing(file.open_for_writing(path)) as database:
        connection: sqlite3.Connection = database
        # A file that is thrown away after a crash needs no journal.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA mmap_size = 1073741824")
        connection.execute("BEGIN")
        with _step(f"put {size - REAL:,} papers together"):
            last = _add_recombined(connection, size)
        with _step("wrote their full-text index"):
            connection.execute(
                "INSERT INTO papers_fts (rowid, title, authors, abstract, keywords)"
                " SELECT number, title, authors, abstract, keywords FROM papers WHERE number > ?",
                [last],
            )
            connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


def _add_recombined(connection: sqlite3.Connection, size: int) -> int:
    """Returns the highest row number before."""
    chance = random.Random(7)
    numbers = [row[0] for row in connection.execute("SELECT number FROM papers ORDER BY number")]
    columns = [row[1] for row in connection.execute("PRAGMA table_info(papers)") if row[1] != "number"]
    values = {"id": "'made-' || pairs.made", "abstract": "body.abstract", "authors": "body.authors"}
    connection.execute("CREATE TEMP TABLE pairs (made INTEGER PRIMARY KEY, head INTEGER, body INTEGER)")
    missing = size - len(numbers)
    for first in range(0, missing, len(numbers)):
        bodies = chance.sample(numbers, len(numbers))
        pairs = zip(range(first, missing), numbers, bodies, strict=False)
        connection.executemany("INSERT INTO pairs VALUES (?, ?, ?)", pairs)
    connection.execute(
        f"INSERT INTO papers ({', '.join(columns)})"
        f" SELECT {', '.join(values.get(column, f'head.{column}') for column in columns)} FROM pairs"
        " JOIN papers AS head ON head.number = pairs.head JOIN papers AS body ON body.number = pairs.body"
        " ORDER BY pairs.made"
    )
    return int(numbers[-1])


if __name__ == "__main__":
    make(int(sys.argv[1]), Path(sys.argv[2]))
