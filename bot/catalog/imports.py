"""Imports that are under way: each says beside the catalog how far it has come, until it or its process ends.

Whoever rebuilds what is made from the catalog waits for their end.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from glob import escape
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_SAID_EVERY: Final = 0.5
"""Seconds between two words on the progress."""
_LOOKED_AT: Final = 5.0
"""Seconds that a lock is waited for while somebody looks whether it is held."""
_LEFT_OVER: Final = 60.0
"""Seconds after which what nobody holds is of a process that was killed."""


@dataclass(frozen=True, slots=True)
class Import:
    """How far one has come."""

    name: str
    """Of the file that is read."""
    done: int
    size: int
    """Both in bytes of that file; the size is 0 where it is not known."""
    papers: int
    """Read so far, from all files."""
    began: float
    """A time as `time.time` gives it."""


class Progress:
    """Of the import that this process does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._began = time.time()
        self._said = 0.0

    def say(self, name: str, done: int, size: int, papers: int) -> None:
        """So far it has come; written now and then."""
        now = time.perf_counter()
        if now - self._said < _SAID_EVERY:
            return
        self._said = now
        new = self._path.with_name(f"{self._path.name}.new")
        # A full disk, or on Windows somebody who reads it: no reason to end an import.
        with suppress(OSError):
            new.write_text(json.dumps(asdict(Import(name, done, size, papers, self._began))), "utf-8")
            new.replace(self._path)


@contextmanager
def import_under_way(catalog: Path) -> Iterator[Progress]:
    """While it lasts, `imports` has it; nobody knows of it where no file can be locked beside the catalog."""
    # Processes of two containers may have the same number.
    path = catalog.with_name(f"{catalog.name}.import-{os.getpid()}-{secrets.token_hex(2)}")
    lock = FileLock(_lock_of(path), timeout=_LOOKED_AT)
    with suppress(OSError, NotImplementedError):
        lock.acquire()
    try:
        yield Progress(path)
    finally:
        _remove(path)
        lock.release()
        with suppress(OSError):
            _lock_of(path).unlink()


def imports(catalog: Path) -> list[Import]:
    """Those that are under way, the oldest first. What a killed one left behind is removed."""
    found = []
    for lock in catalog.parent.glob(f"{escape(catalog.name)}.import-*.lock"):
        path = lock.with_suffix("")
        if _is_over(lock):
            _clear_up(path)
        else:
            found.append(_read(path))
    return sorted(found, key=lambda each: each.began)


def _clear_up(path: Path) -> None:
    """Not at once: whoever begins makes the lock's file a moment before it has the lock."""
    with suppress(OSError):
        if time.time() - _lock_of(path).stat().st_mtime > _LEFT_OVER:
            _remove(path)
            _lock_of(path).unlink()


def _is_over(lock: Path) -> bool:
    try:
        with FileLock(lock, timeout=0):
            return True
    except Timeout:
        return False
    except OSError:
        return True


def _read(path: Path) -> Import:
    try:
        return Import(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):  # it has said nothing yet
        return Import("", 0, 0, 0, time.time())


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _remove(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}.new")):
        with suppress(OSError):
            each.unlink()
