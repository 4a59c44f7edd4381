"""A sorted list of words in two flat arrays: found by halving, without unpacking anything at start."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
Ints = npt.NDArray[np.uint32]


_REMEMBERED = 20_000
"""Words whose place is remembered, until there are so many."""

_PRIME = 0x100000001B3
"""Of the FNV hash."""


class Vocabulary:
    """Words in the order of their UTF-8 bytes; a word's id is its place."""

    def __init__(self, blob: Array, offsets: Array) -> None:
        self._blob = memoryview(blob.tobytes() if not blob.size else blob.data)
        self._offsets = offsets
        self._known: dict[str, int | None] = {}

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, place: int) -> str:
        return self.raw(place).decode()

    def raw(self, place: int) -> bytes:
        """The word at this place, as UTF-8."""
        return bytes(self._blob[int(self._offsets[place]) : int(self._offsets[place + 1])])

    def find(self, word: str) -> int | None:
        """The id of this word, None where it is not in the list."""
        try:
            return self._known[word]
        except KeyError:
            wanted = word.encode()
        place = self._first_from(wanted)
        found = place if place < len(self) and self.raw(place) == wanted else None
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = found
        return found

    def fingerprints(self, places: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
        """A number for each of these words: the same in every list, and hardly ever another word's."""
        starts = self._offsets[places].astype(np.int64)
        ends = np.cumsum(self._offsets[places + 1].astype(np.int64) - starts)
        begins = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
        total = int(ends[-1]) if len(ends) else 0
        at = np.arange(total) - np.repeat(begins, ends - begins)
        letters = np.frombuffer(self._blob, np.uint8)[at + np.repeat(starts, ends - begins)]
        longest = int(at.max(initial=-1)) + 1
        powers = np.cumprod(np.full(longest, _PRIME, np.uint64))
        prints: npt.NDArray[np.uint64] = np.add.reduceat(
            (letters.astype(np.uint64) + np.uint64(1)) * powers[at], begins
        )
        return prints

    def starting_with(self, prefix: str) -> tuple[int, int]:
        """The ids of the words that begin so: from the first to before the second."""
        start = prefix.encode()
        # No byte of UTF-8 is 0xff, so this sorts behind every word that begins so.
        return self._first_from(start), self._first_from(start + b"\xff")

    @property
    def letters(self) -> npt.NDArray[np.uint8]:
        """The bytes of all words, one behind the other."""
        return np.frombuffer(self._blob, np.uint8)

    def holding(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The ids of the words in which these bytes of `letters` lie."""
        ends = self._offsets[1:]
        found: npt.NDArray[np.int64] = np.searchsorted(ends, positions.astype(ends.dtype), side="right")
        return found

    def lengths(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """In bytes."""
        offsets = self._offsets.astype(np.int64)
        found: npt.NDArray[np.int64] = offsets[places + 1] - offsets[places]
        return found

    def _first_from(self, wanted: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low


def pack(words: Iterable[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint64]]:
    """The arrays of a Vocabulary; `words` must be sorted by `sort_key`."""
    blob, ends = bytearray(), array("Q", [0])
    for word in words:
        blob += word.encode()
        ends.append(len(blob))
    return np.frombuffer(bytes(blob), np.uint8), np.frombuffer(ends, np.uint64)


def order(words: Sequence[str]) -> list[int]:
    """The places of `words` in the order in which a Vocabulary keeps them."""
    # Python compares strings by code point, which is the order of their UTF-8 bytes.
    return sorted(range(len(words)), key=words.__getitem__)
