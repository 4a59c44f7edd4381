"""Vectors for papers as they come, whichever process brought them."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeVar

from bot.catalog import changes, file, vectors
from bot.catalog.changes import BEGINNING
from bot.search.meaning.nearness import vectors_of
from bot.search.meaning.rerank import Meaning

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST: Final = 10_000
"""Papers that are embedded beside the bot's work; more have come from an import, which takes a while."""


class Embedder:
    """A thread of its own, until `close`. What was in the catalog before is left to `paperboy embed`.

    `write` runs a function on the writer's connection; `without` is called where the model can't be used.
    """

    def __init__(
        self,
        path: Path,
        meaning: Meaning,
        write: Callable[[Callable[[sqlite3.Connection], None]], Future[None]],
        without: Callable[[], None],
    ) -> None:
        self._path = path
        self._meaning = meaning
        self._write = write
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="catalog-embedder")
        self._closing = threading.Event()
        self._waiting = threading.Lock()
        with closing(file.open_for_reading(path)) as connection:
            self._since = changes.position(connection)
        self._thread.submit(self._load, without)

    def close(self) -> None:
        """At the latest after the batch under way; the rest is left to the next time."""
        self._closing.set()
        self._thread.shutdown(cancel_futures=True)

    def wake(self) -> None:
        """Papers have come or changed."""
        if not self._closing.is_set() and self._waiting.acquire(blocking=False):
            with suppress(RuntimeError):  # closed at this very moment
                self._thread.submit(self._embed)

    def begin_anew(self) -> None:
        """Another catalog has taken the place of the one that was followed: all of it has just come."""
        self._since = BEGINNING
        self.wake()

    def finish(self) -> None:
        """Wait until all that have come have vectors."""
        self._thread.submit(self._embed_new).result()

    def _load(self, without: Callable[[], None]) -> None:
        """Before the first question needs it."""
        try:
            self._meaning.model()
        except Exception as error:
            log.warning("Questions are ranked by their words alone: %s", error)
            self._closing.set()
            without()

    def _embed(self) -> None:
        self._waiting.release()
        self._embed_new()

    def _embed_new(self) -> None:
        try:
            with closing(file.open_for_reading(self._path)) as connection:
                self._skip_an_import(connection)
                while not self._closing.is_set():
                    texts = vectors.next_texts(connection, self._meaning.name, self._since)
                    if not texts:
                        return
                    made = vectors_of(self._meaning.model(), texts)
                    self._write(lambda db, made=made: vectors.store(db, self._meaning.name, made)).result()  # type: ignore[misc]
        except Exception:
            log.exception("New papers could not be embedded")

    def _skip_an_import(self, connection: sqlite3.Connection) -> None:
        count = vectors.waiting(connection, self._meaning.name, self._since)
        if count > MOST:
            log.warning("%s new papers have no sentence vectors: `paperboy embed` makes them.", f"{count:,}")
            self._since = changes.position(connection)
