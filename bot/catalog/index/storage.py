"""A segment's arrays in one file, mapped into memory, so that opening it costs nothing."""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.catalog.index.segment import Arrays

FORMAT: Final = 2
"""Goes up whenever an older file would be misread; such a file is then built anew."""

_MAGIC: Final = b"PaperboyIndex\n"
_ALIGNMENT: Final = 64


class IndexUnusable(Exception):
    """The file is missing, broken or of another version: it has to be built (again)."""


def path_beside(catalog: Path) -> Path:
    """Where the index of this catalog lies."""
    return catalog.with_name(catalog.name + ".index")


def save(path: Path, arrays: Arrays, header: Mapping[str, Any]) -> None:
    """Write the file whole or not at all."""
    layout: dict[str, list[Any]] = {}
    position = 0
    for name, array in arrays.items():
        layout[name] = [array.dtype.str, len(array), position]
        position += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    head = json.dumps({**header, "format": FORMAT, "size": position, "arrays": layout}).encode()
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with temporary.open("wb") as out:
            out.write(
                _MAGIC + len(head).to_bytes(8, "little") + zlib.crc32(head).to_bytes(8, "little") + head
            )
            out.write(b"\0" * (_data_start(len(head)) - out.tell()))
            for array in arrays.values():
                out.write(np.ascontiguousarray(array).data)
                out.write(b"\0" * (-array.nbytes % _ALIGNMENT))
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def load(path: Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """The arrays and the header; raises IndexUnusable."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise IndexUnusable(str(error)) from error
    start = len(_MAGIC) + 16
    length = int.from_bytes(mapped[len(_MAGIC) : len(_MAGIC) + 8], "little")
    head = mapped[start : start + length]
    checksum = int.from_bytes(mapped[len(_MAGIC) + 8 : start], "little")
    if mapped[: len(_MAGIC)] != _MAGIC or zlib.crc32(head) != checksum:
        raise IndexUnusable("not an index, or its head is damaged")
    header: dict[str, Any] = json.loads(head)
    data = _data_start(length)
    if header["format"] != FORMAT or len(mapped) != data + header["size"]:
        raise IndexUnusable("of another version, or cut off")
    arrays = {
        name: np.frombuffer(mapped, np.dtype(kind), count, data + position)
        for name, (kind, count, position) in header.pop("arrays").items()
    }
    return arrays, header


def read_ahead(path: Path) -> None:
    """Have the system read the file before it is needed, where it can: each cold page costs some 10 ms."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def _data_start(head: int) -> int:
    return -(-(len(_MAGIC) + 16 + head) // _ALIGNMENT) * _ALIGNMENT
