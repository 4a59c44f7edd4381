"""What a start loads is left alone afterwards."""

from __future__ import annotations

import subprocess
import sys

from tests.support.project import PROJECT

SETTLED = """
import asyncio, gc, sys
from pathlib import Path
from bot.search.library import Library
from bot.web.settling import settle

async def main():
    library = Library(Path(sys.argv[1]))
    await settle(library)
    print(gc.get_freeze_count(), len(gc.get_objects()))
    library.close()

asyncio.run(main())
"""


def test_the_collector_does_not_look_at_what_stays(seed_catalog):
    command = [sys.executable, "-c", SETTLED, str(seed_catalog)]
    printed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    left_alone, looked_at = map(int, printed.split())
    assert left_alone > 50 * looked_at
