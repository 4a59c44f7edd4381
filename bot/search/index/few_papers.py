"""A few papers of a catalog that many queries are asked of: what each of them reads is read once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.catalog import full_text, paper_rows


class FewPapers:
    """Those of these row numbers, ascending, as they are at the first question; to be closed."""

    def __init__(self, connection: sqlite3.Connection, numbers: npt.NDArray[np.int64]) -> None:
        self._connection = connection
        self.numbers = numbers

    def close(self) -> None:
        """Forget the texts that were copied."""
        if "_texts" in self.__dict__:
            self._texts.close()

    def with_phrase(self, match: str) -> Iterator[int]:
        """Row numbers of those that hold it; see `full_text.phrase`."""
        return full_text.numbers_with(self._texts, match)

    def authors(self, numbers: Iterable[int]) -> Iterator[tuple[int, list[str]]]:
        """As `paper_rows.authors`, of those that are among the few."""
        return ((number, self._authors[number]) for number in numbers if number in self._authors)

    @cached_property
    def _texts(self) -> sqlite3.Connection:
        return full_text.copied(self._connection, self.numbers.tolist())

    @cached_property
    def _authors(self) -> dict[int, list[str]]:
        return dict(paper_rows.authors(self._connection, self.numbers.tolist()))
