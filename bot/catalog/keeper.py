"""The catalog's file while the bot runs: deleted, emptied, damaged or replaced, it is noticed and goes on."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.catalog import file
from bot.catalog.file import Stamp
from bot.errors import CatalogCorrupt, CatalogError

log = logging.getLogger(__name__)

_DAMAGE: Final = frozenset(
    (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
)


def make_empty(path: Path) -> None:
    """The default of `make`: a catalog without papers. Raises CatalogError."""
    file.open_for_writing(path).close()


class Keeper:
    """`make` makes a catalog where there is none; `changed` is called when another file is the catalog."""

    def __init__(
        self, path: Path, make: Callable[[Path], object] = make_empty, changed: Callable[[], object] = list
    ) -> None:
        self.path = path
        self._make = make
        self._changed = changed
        self._lock = threading.RLock()
        self._stamp = file.stamp(path)
        self._refused: Stamp | None = None
        self._beside: set[Stamp] = set()

    def opened(self) -> None:
        """The catalog has just been opened for writing, and stays open: what lies beside it is its own."""
        self._beside = file.stamps_beside(self.path)

    def stamp(self) -> Stamp:
        """Of the file to read and write now, which is there. Raises CatalogError where none can be made.

        Costs a few microseconds as long as all is well.
        """
        found = file.stamp(self.path)
        if found is not None and found == self._stamp:
            return found
        with self._lock:
            return self._another()

    def mends(self, error: sqlite3.Error) -> bool:
        """Whether what failed so is worth another try, on a new connection: the file is damaged or replaced.

        A damaged one is put aside as `….damaged`, and a new one made.
        """
        if not _tells_damage(error):
            return False
        with self._lock:
            try:
                if file.stamp(self.path) is not None:
                    file.check(self.path, whole=True)
                    self._check_tables()
            except CatalogCorrupt:
                self._put_aside()
            except CatalogError:
                return False
            self._another()
            self._changed()
        return True

    def _another(self) -> Stamp:
        found = file.stamp(self.path)
        if found is None:
            log.error("The catalog %s is gone: making a new one.", self.path)
            found = self._made()
            self._refused = None  # its number may have been used again
        if found in (self._stamp, self._refused):
            return self._stamp or found
        try:
            file.check(self.path)
            # The former file's last changes would be taken for those of the new one.
            file.remove_beside(self.path, only=self._beside)
            file.open_for_writing(self.path).close()
        except CatalogCorrupt:
            self._put_aside()
            found = self._made()
        except CatalogError as error:
            if self._stamp is None:
                raise
            # Whoever has the former file open goes on with it.
            self._refused = found
            log.error("Another file has taken the catalog's place and can't be used: %s", error)
            return self._stamp
        former, self._stamp = self._stamp, found
        if former is not None:
            log.warning("The catalog %s is another file now.", self.path)
            self._changed()
        return found

    def _made(self) -> Stamp:
        with file.made_whole(self.path) as new:
            self._make(new)
        found = file.stamp(self.path)
        if found is None:
            raise CatalogError(f"The catalog {self.path} is gone, and a new one can't be made.")
        return found

    def _check_tables(self) -> None:
        connection = file.open_for_reading(self.path)
        try:
            connection.execute("SELECT 1 FROM papers LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise CatalogCorrupt(self.path) from error
        finally:
            connection.close()

    def _put_aside(self) -> None:
        aside = self.path.with_name(f"{self.path.name}.damaged")
        log.error("The catalog %s is damaged: it is kept as %s, and a new one is made.", self.path, aside)
        self.path.replace(aside)
        file.remove_beside(self.path)


def _tells_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return False
    return code & 0xFF in _DAMAGE or code == sqlite3.SQLITE_READONLY_DBMOVED or "no such table" in str(error)
