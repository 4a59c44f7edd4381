"""`make hosting`: build the image without a registry, live in it, and run the unit under systemd."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.figures import show
from tests.hosting.image import Image, why_not
from tests.hosting.proof import show_contents, show_life, show_service
from tests.support.postgres import Postgres, why_missing
from tests.support.stand_in import StandIn


def main() -> None:
    if reason := why_not():
        sys.exit(f"The image can't be built here: {reason}.")
    with ExitStack() as stack:
        began = time.perf_counter()
        image = Image()
        stack.callback(image.close)
        show("built from the Containerfile in", f"{time.perf_counter() - began:.0f} s")
        show_contents(image)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paperboy-image-")))
        folder.chmod(0o755)
        discord = StandIn()
        stack.callback(discord.close)
        for name, what in (("kept", "A new volume"), ("kept", "The same volume again")):
            show_life(image, discord, _made(folder / name), what)
        show_service(discord)
        if reason := why_missing():
            show("With PostgreSQL", f"left out: {reason}")
            return
        database = Postgres()
        stack.callback(database.remove)
        database.start()
        url = database.new_database()
        show_life(image, discord, _made(folder / "beside"), "With PostgreSQL", DATABASE_URL=url)


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


main()
