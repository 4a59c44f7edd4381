"""The first query after a start, in fresh processes: with the files in the system's memory, and not."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench.figures import show
from bot.search.index import storage
from bot.search.library import Library

_QUERY = "how do large langauge models negotiate with each other"
"""Long and misspelt, so that it meets most of what can be cold."""
_REST_S = 1.0
"""Less than a bot takes from opening the catalog to being logged in."""


def show_first(catalog: Path) -> None:
    """Of the same query: at once when the library opens, and a second later."""
    for what, cold in (("first query after start", False), ("  with nothing read from disk yet", True)):
        for when, rest in (("at once", 0.0), ("after a second", _REST_S)):
            if cold and not _forget(catalog):
                continue
            command = [sys.executable, "-m", "bench.first", str(catalog), str(rest)]
            figure = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            show(what, f"{when}: {figure.strip()}", "< 500 ms")


def _forget(catalog: Path) -> bool:
    """Drop the files from the system's memory; whether the system can do that."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for path in (catalog, storage.path_beside(catalog)):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


async def first(catalog: Path, rest: float) -> None:
    library = Library(catalog)
    await asyncio.sleep(rest)
    started, worked = time.perf_counter(), time.process_time()
    await library.find(_QUERY)
    took, worked = time.perf_counter() - started, time.process_time() - worked
    pages = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
    started = time.perf_counter()
    await library.find(_QUERY)
    again = time.perf_counter() - started
    print(
        f"{took * 1000:.0f} ms ({worked * 1000:.0f} of processor time, {pages} waits for the disk),"
        f" the second time {again * 1000:.0f} ms"
    )
    library.close()


if __name__ == "__main__":
    asyncio.run(first(Path(sys.argv[1]), float(sys.argv[2])))
