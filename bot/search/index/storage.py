"""A segment's arrays in one file, with a checksum of its whole."""

from __future__ import annotations

import json
import mmap
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import Arrays

FORMAT: Final = 2
"""Goes up whenever an older file would be misread; such a file is then built anew."""

_MAGIC: Final = b"PaperboyIndex\n"
_ALIGNMENT: Final = 64
_READ_AT_ONCE: Final = 2**23


class IndexUnusable(Exception):
    """The file is missing, broken or of another version: it has to be built (again)."""


def path_beside(catalog: Path) -> Path:
    """Where the index of this catalog lies."""
    return catalog.with_name(catalog.name + ".index")


def save(path: Path, arrays: Arrays, header: Mapping[str, Any]) -> None:
    """Write the file whole or not at all. By one process at a time."""
    layout: dict[str, list[Any]] = {}
    position = 0
    for name, array in arrays.items():
        layout[name] = [array.dtype.str, len(array), position]
        position += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    checksum = 0
    for piece in _pieces(arrays):
        checksum = zlib.crc32(piece, checksum)
    more = {"format": FORMAT, "size": position, "checksum": checksum, "arrays": layout}
    head = json.dumps({**header, **more}).encode()
    head += b" " * (-(len(_MAGIC) + 16 + len(head)) % _ALIGNMENT)
    _clear_up(path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with temporary.open("wb") as out:
            out.write(_MAGIC + len(head).to_bytes(8, "little") + zlib.crc32(head).to_bytes(8, "little"))
            out.write(head)
            for piece in _pieces(arrays):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _pieces(arrays: Arrays) -> Iterator[Any]:
    """The bytes that come after the head."""
    for array in arrays.values():
        yield np.ascontiguousarray(array).data
        yield b"\0" * (-array.nbytes % _ALIGNMENT)


def _clear_up(path: Path) -> None:
    """Remove what processes left behind that were killed while they wrote."""
    for left in path.parent.glob(f"{path.name}.*.new"):
        left.unlink(missing_ok=True)


def load(path: Path) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """The arrays and the header; raises IndexUnusable where the file is not exactly what was saved.

    The arrays lie in a copy without a name, checked as it is made and mapped into memory. Cutting the file
    itself short under a mapping would kill the process; the copy nobody else can reach. Takes the time to
    read the file once, and as much of the disk until the arrays are forgotten.
    """
    try:
        with path.open("rb") as file:
            header = _read_header(file)
            mapped = _mapped_copy(file, header, path.parent)
    except (OSError, ValueError, KeyError) as error:
        raise IndexUnusable(str(error)) from error
    arrays = {
        name: np.frombuffer(mapped, np.dtype(kind), count, position)
        for name, (kind, count, position) in header.pop("arrays").items()
    }
    return arrays, header


def header_of(path: Path) -> dict[str, Any]:
    """The header alone, at no cost; raises IndexUnusable where there is none. No array is looked at."""
    try:
        with path.open("rb") as file:
            return _read_header(file)
    except (OSError, ValueError, KeyError) as error:
        raise IndexUnusable(str(error)) from error


def _read_header(file: BinaryIO) -> dict[str, Any]:
    """Leaves the file where its data begin."""
    start = file.read(len(_MAGIC) + 16)
    length = int.from_bytes(start[len(_MAGIC) : -8], "little")
    # A damaged length asks for no more memory than the file could fill.
    head = file.read(min(length, os.fstat(file.fileno()).st_size))
    if start[: len(_MAGIC)] != _MAGIC or zlib.crc32(head) != int.from_bytes(start[-8:], "little"):
        raise IndexUnusable("not an index, or its head is damaged")
    header: dict[str, Any] = json.loads(head)
    if header["format"] != FORMAT:
        raise IndexUnusable("of another version")
    return header


def _mapped_copy(file: BinaryIO, header: Mapping[str, Any], folder: Path) -> mmap.mmap:
    size, checksum = 0, 0
    with tempfile.TemporaryFile(dir=folder) as copy:
        while piece := file.read(_READ_AT_ONCE):
            size, checksum = size + len(piece), zlib.crc32(piece, checksum)
            copy.write(piece)
        if (size, checksum) != (header["size"], header["checksum"]):
            raise IndexUnusable("damaged or cut off")
        copy.flush()
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)
