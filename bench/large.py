"""Catalogs of any size from real arXiv papers, made once and kept for the next bench."""

from __future__ import annotations

import json
import lzma
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from bot.catalog import file, papers
from bot.catalog.index import live, storage
from bot.catalog.models import Paper
from bot.catalog.sources.json_lines import paper_from_record

SHARED = Path(__file__).resolve().parents[2] / "shared"
DUMP = SHARED / "data" / "arxiv_200k.jsonl.xz"
FOLDER = Path(os.environ.get("BENCH_FOLDER", Path(tempfile.gettempdir()) / "paperboy-bench"))
_BATCH = 5_000


def real_papers() -> Iterator[Paper]:
    with lzma.open(DUMP, "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = paper_from_record(json.loads(line), "")
            if isinstance(paper, Paper):
                yield paper


def any_number_of_papers() -> Iterator[Paper]:
    """The real ones first, then titles, abstracts and authors of real ones put together anew."""
    known = []
    for paper in real_papers():
        known.append(paper)
        yield paper
    chance = random.Random(7)
    number = 0
    while True:
        number += 1
        head, body = chance.choice(known), chance.choice(known)
        yield head.model_copy(
            update={"id": f"made-{number}", "abstract": body.abstract, "authors": body.authors}
        )


def catalog_of(size: int) -> Path:
    """A catalog of so many papers with its index; only the first call makes it."""
    path = FOLDER / f"{size}.db"
    if not storage.path_beside(path).exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = FOLDER / f"unfinished-{size}.db"
        for left in FOLDER.glob(f"{unfinished.name}*"):
            left.unlink()
        started = time.perf_counter()
        with closing(file.open_for_writing(unfinished)) as database:
            stream = islice(any_number_of_papers(), size)
            while batch := list(islice(stream, _BATCH)):
                papers.upsert(database, batch)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        unfinished.replace(path)
        imported = time.perf_counter()
        with closing(file.open_for_reading(path)) as connection:
            live.write_base(connection, storage.path_beside(path))
        print(
            f"   made a catalog of {size:,} papers in {imported - started:.0f} s,"
            f" its index in {time.perf_counter() - imported:.0f} s",
            flush=True,
        )
    return path
