"""Numbers that only grow, how numbers are spread, and how many things happened lately."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class Count:
    """How often each of some things happened; a thing is told by one word for each of `labels`."""

    def __init__(self, *labels: str) -> None:
        self.labels = labels
        self._times: Counter[tuple[str, ...]] = Counter()
        self._lock = threading.Lock()

    def add(self, *words: str) -> None:
        """It happened once more. In any thread."""
        with self._lock:
            self._times[words] += 1

    def of(self, *words: str) -> int:
        """How often it happened."""
        return self._times[words]

    def all(self) -> list[tuple[tuple[str, ...], int]]:
        """Each thing that happened, with how often."""
        with self._lock:
            return sorted(self._times.items())


class Spread:
    """How many of some measured numbers were at most as large as each of the `bounds`, which ascend."""

    def __init__(self, bounds: Sequence[float], *labels: str) -> None:
        self.bounds = tuple(bounds)
        self.labels = labels
        self._within: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = {}
        self._lock = threading.Lock()

    def add(self, number: float, *words: str) -> None:
        """One more was measured. In any thread."""
        with self._lock:
            within = self._within.setdefault(words, [0] * (len(self.bounds) + 1))
            within[bisect_left(self.bounds, number)] += 1
            self._sums[words] = self._sums.get(words, 0.0) + number

    @contextmanager
    def timed(self, *words: str) -> Iterator[None]:
        """Measure the seconds that the block takes, also where it fails."""
        # perf_counter: a simulated Discord moves the loop's and monotonic's time.
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(time.perf_counter() - began, *words)

    def all(self) -> list[tuple[tuple[str, ...], list[int], float]]:
        """The words of each, how many were within each bound and not within the one before, and their sum.

        The last number counts those beyond every bound.
        """
        with self._lock:
            return [(words, list(within), self._sums[words]) for words, within in self._within.items()]


class Lately:
    """How many things happened in the last so many `seconds`."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._at: deque[float] = deque()

    def add(self) -> None:
        """It happens now."""
        self._at.append(self._now())
        self._forget()

    def __len__(self) -> int:
        self._forget()
        return len(self._at)

    def _forget(self) -> None:
        since = self._now() - self._seconds
        while self._at and self._at[0] <= since:
            self._at.popleft()
