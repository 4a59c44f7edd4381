"""The index in use: a base in a file, a delta in memory for what has changed since, and their upkeep.

A base that is missing, broken or far behind is built by another process, while the old one, or none, serves.
"""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock, Timeout

from bot.catalog import changes, file, paper_rows, papers
from bot.catalog.changes import BEGINNING, Position
from bot.catalog.imports import imports
from bot.errors import CatalogBusy, PaperboyError
from bot.search.index import storage
from bot.search.index.build import build
from bot.search.index.documents import Reading, read
from bot.search.index.ranking import Part
from bot.search.index.segment import Segment

log = logging.getLogger(__name__)

AT_ONCE: Final = 300
"""So many new papers are taken in by the query that first meets them; more, by a thread."""

LARGEST_DELTA: Final = 5_000
"""Papers that are held in memory beside the base, and the size from which on a catalog has a base."""

_FIRST_WAIT: Final = 0.3

_RETRY: Final = 600.0
"""Seconds until a build that failed is tried again."""

_QUIET: Final = 1.0
"""Seconds without a new paper after which an import seems to be over."""

_STALLED: Final = 60.0
"""Seconds without a new paper after which an import that has not ended is waited for no longer."""

_REST: Final = 9
"""How many times as long as a build took the next one waits while papers keep coming."""

_LONGEST_BUILD: Final = 1_800.0
"""Seconds that one builder waits for another."""

Builder = Callable[[Path], "subprocess.Popen[bytes]"]
"""Starts a process that builds the index of this catalog; what it says on standard error is why it failed."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one query searches."""

    parts: tuple[Part, ...]
    forms: Mapping[tuple[str, ...], str]
    """Long form to short form, in stems."""
    position: Position

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The base and the delta, as far as there are any."""
        return tuple(part.segment for part in self.parts)


class LiveIndex:
    """For one catalog file. Any thread may ask for the current snapshot; one at a time refreshes it.

    A large base is built by the process that `start_builder` starts; without it, by a thread of this one.
    """

    def __init__(self, catalog: Path, start_builder: Builder | None = None) -> None:
        self._start_builder = start_builder
        self._catalog = catalog
        self._file = storage.path_beside(catalog)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._base: Segment | None = None
        self._looked_for_base = False
        self._delta = _Delta()
        self._worker: threading.Thread | None = None
        self._builder: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0
        self._rests_until = 0.0
        self._failed_at: Position | None = None
        self._closing = threading.Event()

    def close(self) -> None:
        """Stop what is being built, and wait for the thread that catches up."""
        self._closing.set()
        if self._builder is not None and self._builder.poll() is None:
            self._builder.terminate()
        if self._worker is not None:
            self._worker.join()

    def snapshot(self, connection: sqlite3.Connection) -> Snapshot | None:
        """The newest there is; None while there is none yet, and the full-text index has to do."""
        position = changes.position(connection)
        snapshot = self._snapshot
        if snapshot is not None and snapshot.position == position:
            return snapshot
        # For a small catalog, and for a few new papers that another query is taking in, it waits a little.
        if self._lock.acquire(timeout=_FIRST_WAIT if snapshot is None or _is_near(snapshot, position) else 0):
            try:
                if position != self._failed_at:
                    self._refresh(connection, AT_ONCE)
            except (PaperboyError, sqlite3.Error):
                raise
            except Exception:
                self._failed_at = position
                log.exception("The search index could not take in new papers")
            finally:
                self._lock.release()
        return self._snapshot

    def wait_until_current(self, connection: sqlite3.Connection) -> Snapshot:
        """Bring the index up to date here and now, however long that takes."""
        with self._lock:
            self._refresh(connection, LARGEST_DELTA)
            if self._snapshot is None or self._snapshot.position != changes.position(connection):
                write_base(connection, self._file)
                self._load_base(connection)
                self._refresh(connection, LARGEST_DELTA)
        if self._snapshot is None:
            raise storage.IndexUnusable("the index has just been built and cannot be read")
        return self._snapshot

    def forget(self) -> None:
        """Another catalog has taken the place of the one that was read: begin anew."""
        with self._lock:
            self._snapshot = self._base = self._failed_at = None
            self._delta = _Delta()
            self._looked_for_base = False
            self._not_before = self._rests_until = 0.0

    def _refresh(self, connection: sqlite3.Connection, at_once: int) -> None:
        """Take in what has changed, if that is no more than `at_once`; else have a thread do it."""
        if not self._looked_for_base:
            self._load_base(connection)
        position = changes.position(connection)
        changed = self._changed(connection)
        # A delta is arranged anew as a whole: a large one takes too long for a query to wait.
        whole = min(LARGEST_DELTA, 5 * at_once)
        if len(changed) <= whole and self._delta.new(changed) <= at_once:
            self._snapshot = self._with_delta(connection, changed, position)
            return
        if self._base is not None and self._snapshot is None:
            # Better behind than nothing; the thread catches up.
            self._snapshot = self._with_delta(connection, changed[:0], position=Position(-1, -1))
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._catch_up, name="catalog-index", daemon=True)
            self._worker.start()

    def _catch_up(self) -> None:
        try:
            with closing(file.open_for_reading(self._catalog)) as connection:
                if len(self._changed(connection)) > LARGEST_DELTA:
                    self._await_turn(connection)
                    self._build(connection)
                with self._lock:
                    if len(self._changed(connection)) <= LARGEST_DELTA:
                        self._refresh(connection, LARGEST_DELTA)
        except Exception:
            self._not_before = time.perf_counter() + _RETRY
            log.exception("The search index could not be brought up to date")

    def _await_turn(self, connection: sqlite3.Connection) -> None:
        """One build follows an import, at its end.

        While papers keep coming otherwise, builds take a tenth of the time and no more.
        """
        position, came = changes.position(connection), time.perf_counter()
        while not self._may_build(time.perf_counter() - came) and not self._closing.wait(_QUIET):
            if (now := changes.position(connection)) != position:
                position, came = now, time.perf_counter()

    def _may_build(self, quiet: float) -> bool:
        """Where no paper has come for so many seconds."""
        if imports(self._catalog):
            return quiet >= _STALLED
        return quiet >= _QUIET or time.perf_counter() >= self._rests_until

    def _build(self, connection: sqlite3.Connection) -> None:
        """Write a new base, by another process where the wiring gave a way to start one."""
        if self._closing.is_set() or time.perf_counter() < self._not_before:
            return
        if self._start_builder is None:
            write_base(connection, self._file)
            with self._lock:
                self._load_base(connection)
            return
        began = time.perf_counter()
        self._builder = self._start_builder(self._catalog.absolute())
        _, complaint = self._builder.communicate()
        ended = time.perf_counter()
        self._rests_until = ended + _REST * (ended - began)
        if self._builder.returncode == 0:
            with self._lock:
                self._load_base(connection)
                if self._base is None:
                    self._not_before = ended + _RETRY
        elif not self._closing.is_set():
            self._not_before = time.perf_counter() + _RETRY
            log.warning("The search index could not be built: %s", complaint.decode(errors="replace").strip())

    def _load_base(self, connection: sqlite3.Connection) -> None:
        self._looked_for_base = True
        try:
            arrays, header = storage.load(self._file)
            if header["catalog"] != changes.identity(connection):
                raise storage.IndexUnusable("of another catalog")
            self._base = Segment(arrays, header)
            self._delta = _Delta()
        except storage.IndexUnusable as error:
            if self._file.exists():
                log.warning("The search index %s is of no use and will be rebuilt: %s", self._file, error)
            self._base = None

    def _changed(self, connection: sqlite3.Connection) -> list[int]:
        """Row numbers of papers that are new or different since the base, ascending."""
        return changes.changed_since(connection, self._base_position(), LARGEST_DELTA + 1)

    def _base_position(self) -> Position:
        if self._base is None:
            return BEGINNING
        return Position(self._base.header["number"], self._base.header["change"])

    def _with_delta(
        self, connection: sqlite3.Connection, changed: Sequence[int], position: Position
    ) -> Snapshot:
        base = self._base
        parts = []
        if base is not None:
            parts.append(Part(base, base.places_of(np.array(changed, np.int64))))
        if changed or base is None:
            parts.append(
                Part(self._delta.segment(connection, changed, base, position), np.zeros(0, np.uint32))
            )
        header = parts[0].segment.header
        return Snapshot(tuple(parts), {tuple(long): short for short, *long in header["forms"]}, position)


class _Delta:
    """What is not in the base. Papers that were only added are read once."""

    def __init__(self) -> None:
        self._reading = Reading()
        self._numbers: list[int] = []
        self._change = 0

    def new(self, changed: Sequence[int]) -> int:
        """How many of these papers have not been read yet."""
        return (
            len(changed) - len(self._numbers)
            if changed[: len(self._numbers)] == self._numbers
            else len(changed)
        )

    def segment(
        self, connection: sqlite3.Connection, changed: Sequence[int], base: Segment | None, position: Position
    ) -> Segment:
        known = len(self._numbers)
        if position.change != self._change or list(changed[:known]) != self._numbers:
            self._reading, known = Reading(), 0
        read(paper_rows.texts(connection, changed[known:]), self._reading)
        self._numbers, self._change = list(changed), position.change
        if base is None:
            arrays, header = build(self._reading)
        else:
            forms = {short: tuple(long) for short, *long in base.header["forms"]}
            arrays, header = build(self._reading, averages=base.averages, forms=forms)
        return Segment(arrays, header)


def write_base(connection: sqlite3.Connection, path: Path) -> int:
    """Build the index of the whole catalog into a file; returns how many papers it holds.

    Waits while another process does the same, and leaves it at that where nothing has come since.
    """
    with _building(path):
        if not _is_whole_and_current(connection, path):
            _write_base(connection, path)
    return papers.count(connection)


def _is_whole_and_current(connection: sqlite3.Connection, path: Path) -> bool:
    try:
        _, header = storage.load(path)
    except storage.IndexUnusable:
        return False
    position = Position(header["number"], header["change"])
    return (header["catalog"], position) == (changes.identity(connection), changes.position(connection))


@contextmanager
def _building(path: Path) -> Iterator[None]:
    try:
        with FileLock(f"{path}.lock", timeout=_LONGEST_BUILD):
            yield
    except Timeout:
        raise CatalogBusy(path) from None


def _write_base(connection: sqlite3.Connection, path: Path) -> None:
    with changes.standing_still(connection):
        position = changes.position(connection)
        reading = read(paper_rows.all_texts(connection))
        catalog = changes.identity(connection)
    arrays, header = build(reading)
    storage.save(
        path, arrays, {**header, "catalog": catalog, "number": position.number, "change": position.change}
    )


def _is_near(snapshot: Snapshot, position: Position) -> bool:
    return position.since(snapshot.position) <= AT_ONCE
