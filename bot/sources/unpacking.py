"""What gzip, xz and Zstandard packed, in bounded memory."""

from __future__ import annotations

import gzip
import io
import lzma
import sys
import zlib
from typing import Any, BinaryIO

from bot.errors import SourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED = (".gz", ".xz", ".zst")
DAMAGE = (zlib.error, lzma.LZMAError, zstd.ZstdError, EOFError, gzip.BadGzipFile)
"""What is raised where packed bytes are not what they should be."""

_XZ_BEGINS = b"\xfd7zXZ\0"
_XZ_MEMORY = 96 * 2**20
"""Bytes: what `xz -9` packs takes 65 MiB."""


def unpacked(raw: BinaryIO, suffix: str, largest: int | None = None) -> Any:
    """A context with the bytes of `raw`, unpacked where the suffix says that they are packed.

    SourceError where they are more than `largest`, or take much memory to be unpacked within that.
    """
    stream = _unpacked(raw, suffix, _XZ_MEMORY if largest else None)
    return _UpTo(stream, largest) if largest else stream


def before_damage(stream: BinaryIO) -> BinaryIO:
    """The same bytes as far as they can be read; where none can, the fault is raised."""
    return io.BufferedReader(_BeforeDamage(stream), 2**16)


def _unpacked(raw: BinaryIO, suffix: str, memory: int | None) -> Any:
    match suffix:
        case ".gz":
            return gzip.GzipFile(fileobj=raw)
        case ".xz":
            return _Xz(raw, memory)
        case ".zst":
            return zstd.ZstdFile(raw)
        case _:
            return raw


class _UpTo(io.RawIOBase):
    """The same bytes, at most `most` of them: SourceError where there are more."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        # What comes before a fault is handed out before the fault is met.
        self._read = getattr(stream, "read1", stream.read)
        self._most = self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise SourceError(f"it has more than {self._most // 2**20} MB unpacked: split it.")
        buffer[: len(data)] = data
        return len(data)


class _BeforeDamage(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._read = getattr(stream, "read1", stream.read)
        self._began = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._read(len(buffer))
        except DAMAGE:
            if not self._began:
                raise
            return 0
        self._began = True
        buffer[: len(data)] = data
        return len(data)


class _Xz(io.RawIOBase):
    """What xz packed, of one or several streams, by a decompressor that takes at most `memory` bytes.

    The format lets whoever packs a file choose how much memory unpacking takes, up to 4 GB.
    """

    def __init__(self, raw: BinaryIO, memory: int | None) -> None:
        self._raw = raw
        self._memory = memory
        self._stream: lzma.LZMADecompressor | None = None
        self._packed = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = b""
        while not data and not self._ended:
            if self._stream is None or self._stream.eof:
                self._stream = self._next_stream()
            if self._stream is None:
                break
            data = self._decompressed(self._stream, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _decompressed(self, stream: lzma.LZMADecompressor, most: int) -> bytes:
        packed = b""
        if stream.needs_input:
            packed, self._packed = self._packed or self._raw.read(2**16), b""
            if not packed:
                raise EOFError("it ends before its end mark")
        try:
            return stream.decompress(packed, most)
        except lzma.LZMAError as error:
            if "emory" not in str(error):
                raise
            raise SourceError("it takes too much memory to unpack: pack it with `xz -9` or less.") from error

    def _next_stream(self) -> lzma.LZMADecompressor | None:
        """Zeros between streams are padding; what follows the last one and is none is nobody's."""
        first = self._stream is None
        head = b"" if self._stream is None else self._stream.unused_data.lstrip(b"\0")
        while not head and (more := self._raw.read(2**16)):
            head = more if first else more.lstrip(b"\0")
        if not first and not (head and head.startswith(_XZ_BEGINS[: len(head)])):
            self._ended = True
            return None
        self._packed = head
        return lzma.LZMADecompressor(memlimit=self._memory)
