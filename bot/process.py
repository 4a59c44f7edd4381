"""What holds for a whole process, and so is for its main to say."""

from __future__ import annotations

import csv
import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LONGEST_CELL: Final = 2**22
"""Characters of one cell of a table, twice what a line may have; Python's own limit is shorter."""
_TURN: Final = 20e-6
"""Seconds."""


def prepare_process() -> None:
    """Before anything else."""
    csv.field_size_limit(_LONGEST_CELL)


@contextmanager
def loading() -> Iterator[None]:
    """While a process imports its code: all of it stays, and looking for garbage takes a tenth of a start."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@contextmanager
def short_turns() -> Iterator[None]:
    """Wait less for Python's lock: with its usual turns, a row that takes SQLite 20 µs may wait 5 ms."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def keep_for_good() -> None:
    """What is loaded by now stays as long as the process: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


def give_back_memory() -> None:
    """Return to the system what was freed: glibc keeps it for later, here some eight megabytes after a start.

    Takes a few milliseconds; does nothing with another C library.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
