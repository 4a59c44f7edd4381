"""A file by which another process sees that this one lives and works: `paperboy health` needs no port."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

EVERY: Final = 10.0
"""Seconds between two signs."""
_LOOK: Final = 2.0
"""Seconds between two looks at whether something changed."""
STALE: Final = 35.0
"""Seconds without a sign after which there is none."""


def place_of_sign(folder: Path, shards: Sequence[int] | None) -> Path:
    """The file in the data folder of the process that has these shards, None for all of them."""
    which = "".join(f"-{shard}" for shard in shards or ())
    return folder / f"health{which}.json"


@dataclass(frozen=True, slots=True)
class Sign:
    age: float
    """Seconds since it was given, by this host's clock."""
    reasons: Mapping[str, str]
    """Why its process was not ready then, by what was looked at."""


class SignOfLife:
    """At `path`; `reasons` gives those of this moment."""

    def __init__(self, path: Path, reasons: Callable[[], Mapping[str, str]], every: float = EVERY) -> None:
        self._path = path
        self._reasons = reasons
        self._every = every
        self._complained = False

    async def give(self) -> None:
        """Until cancelled; then it is taken back. A file that can't be written is said once."""
        try:
            while True:
                await self._once()
                await self._until_due()
        finally:
            with suppress(OSError):
                self._path.unlink()

    async def _until_due(self) -> None:
        """Sooner where another thing is lost or back."""
        told, due = self._reasons().keys(), time.perf_counter() + self._every
        while (left := due - time.perf_counter()) > 0:
            await asyncio.sleep(min(left, _LOOK))
            if self._reasons().keys() != told:
                return

    async def _once(self) -> None:
        # The reasons are asked for here and not in the thread: a loop that is stuck gives no sign.
        writing = asyncio.create_task(asyncio.to_thread(_write, self._path, dict(self._reasons())))
        try:
            await asyncio.wait({writing})
        except asyncio.CancelledError:
            await asyncio.wait({writing})  # or it would come after the file was taken back
            raise
        try:
            writing.result()
            self._complained = False
        except OSError as error:
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            log.warning(
                "I can't write %s (%s), so `paperboy health` can't see me: set PAPERBOY_DATA to a folder "
                "that I may write to.",
                self._path,
                error.strerror or type(error).__name__,
            )
        self._complained = True


def _write(path: Path, reasons: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        new.write_text(json.dumps({"reasons": reasons}), "utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def read_sign(path: Path) -> Sign | None:
    """The last sign there is; None where there is none that can be read."""
    try:
        given = path.stat().st_mtime
        told = json.loads(path.read_text("utf-8"))
        reasons = {str(name): str(reason) for name, reason in told["reasons"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Sign(time.time() - given, reasons)
