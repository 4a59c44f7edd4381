"""Importing real papers with the full-text index kept current: speed, memory, size, and finding meanwhile.

Reads `../shared/data/`; what is not there is left out.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.figures import show, show_times
from bot.catalog import file
from bot.catalog.imports import import_under_way
from bot.catalog.keeper import Keeper
from bot.catalog.writer import Writer
from bot.paper.harvest import Tally
from bot.search.library import Library
from bot.sources.files import PaperFile
from bot.wiring import start_builder
from tests.support.project import SHARED

DATA = SHARED / "data"
FILES = ("hf_daily.jsonl.gz", "arxiv_200k.jsonl.xz")
QUERIES = (
    "multi-agent debate",
    "diffusion",
    '"chain of thought"',
    "grapf neural network",
    "author:park agents",
)
TEXT = (
    "SELECT sum(length(CAST(id || title || abstract || authors || categories || keywords ||"
    " coalesce(published, '') || coalesce(summary, '') || coalesce(code_url, '') ||"
    " coalesce(project_url, '') || coalesce(picture_url, '') AS BLOB))) FROM papers"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            if (DATA / name).exists():
                measure(DATA / name, Path(folder) / f"{name}.db")
            else:
                print(f"{name} is not in {DATA}: left out.")


def measure(source: Path, catalog: Path) -> None:
    """Import in a process of its own, as `paperboy import` does, and find in this one meanwhile."""
    file.open_for_writing(catalog).close()
    work = [sys.executable, "-m", "bench.importing", str(source), str(catalog)]
    with subprocess.Popen(work, stdout=subprocess.PIPE, text=True) as importing:
        waits, behind, builds = asyncio.run(find_until(importing, catalog))
        assert importing.stdout is not None
        figures = json.loads(importing.stdout.read())
    again = json.loads(subprocess.run(work, capture_output=True, text=True, check=True).stdout)
    show(source.name, f"{figures['papers']:,} papers, {figures['skipped']} skipped")
    show("  imported", f"{figures['papers'] / figures['seconds']:,.0f} papers/s", "5,000")
    show("  per second of processor", f"{figures['papers'] / figures['processor']:,.0f} papers")
    show("  imported again, unchanged", f"{again['papers'] / again['seconds']:,.0f} papers/s")
    show("  peak memory", f"{figures['peak_mb']:.0f} MB", "under 300 MB")
    show_times("  find meanwhile", waits, "p99 under 1,500 ms")
    show("  last paper found by its title", f"{behind:.1f} s after the import")
    after = ", ".join(f"{each:.0f}" for each in builds)
    show("  builds of the index", f"{len(builds)} (after {after} s)", "1")
    with closing(file.open_for_writing(catalog)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (text,) = database.execute(TEXT).fetchone()
    size = catalog.stat().st_size
    show("  catalog", f"{size / 1e6:.0f} MB, {size / text:.2f} times its text", "at most 2.2 times")


async def find_until(
    importing: subprocess.Popen[str], catalog: Path
) -> tuple[list[float], float, list[float]]:
    """How many milliseconds each search took, one every quarter of a second, how far behind they were, and
    when the index was built: seconds since the import began.

    The full-text index follows with each batch of papers, the index that ranks when it has been rebuilt.
    """
    waits, builds, began_at = [], [], time.perf_counter()

    def counted_builder(path: Path) -> subprocess.Popen[bytes]:
        builds.append(time.perf_counter() - began_at)
        return start_builder(path)

    with closing(Library(catalog, start_builder=counted_builder)) as library:
        while importing.poll() is None:
            for query in QUERIES:
                began = time.perf_counter()
                await library.find(query)
                waits.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.25)
        behind = await seconds_behind(library)
    return waits, behind, builds


async def seconds_behind(library: Library) -> float:
    """How long it takes from now until the newest paper is found by its title."""
    began = time.perf_counter()
    paper_id, title = await library.read(
        lambda connection: connection.execute(
            "SELECT id, title FROM papers ORDER BY number DESC LIMIT 1"
        ).fetchone()
    )
    while True:
        results = await library.find(title)
        if any(hit.paper.id == paper_id for hit in results.hits):
            return time.perf_counter() - began
        await asyncio.sleep(0.1)


def work(source: Path, catalog: Path) -> None:
    tally = Tally()
    began, worked = time.perf_counter(), time.process_time()
    with closing(Writer(Keeper(catalog))) as writer, import_under_way(catalog) as progress:
        papers = PaperFile(source)
        for harvest in papers.harvests():
            writer.merge(harvest, tally).result()
            progress.say(source.name, papers.position, papers.size, tally.papers)
    figures = {
        "papers": tally.papers,
        "skipped": tally.skipped.total(),
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - worked,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(figures))


def peak_mb() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


if __name__ == "__main__":
    if len(sys.argv) == 3:
        work(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main()
