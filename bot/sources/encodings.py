"""In which encoding a file is written: a byte-order mark, else UTF-8, else what its letters look like."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import BinaryIO

from charset_normalizer import from_bytes

from bot.errors import SourceError

UTF_8 = "utf-8-sig"
"""UTF-8, with its mark or without."""

_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WITHOUT_MARK = ("cp1252", "gb18030", "shift_jis")
_NAMES = {"cp1252": "Windows-1252", "gb18030": "GB18030", "shift_jis": "Shift-JIS"}
STRAY_BYTES = "paperboy-windows-1252"
"""The error handler of a text in UTF-8 some of whose lines are not: their bytes are Windows-1252's."""

_CHUNK = 2**20
_MOST_BY_LINE = 2**24
"""Bytes that are looked at where each line is decoded by itself later."""
_SAMPLE = 2**15
"""Bytes of the lines that are not ASCII: enough to tell languages apart."""
_FEW = 20
"""Of so many lines, one may be in no encoding that is known."""


def known_encoding(name: str) -> str:
    """Python's name of an encoding that somebody names; SourceError where there is no such."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
        b"".decode(found.name)
    except (LookupError, UnicodeError, ValueError):
        raise SourceError(
            f'I don\'t know the encoding "{name}". Try `utf-8`, `cp1252` or `gb18030`.'
        ) from None
    return UTF_8 if found.name == "utf-8" else found.name


def said(encoding: str) -> str:
    """As people know it."""
    return _NAMES.get(encoding, encoding.upper())


def encoding_of(stream: BinaryIO, *, by_line: bool = False) -> str:
    """The encoding of everything in `stream`, read once in constant memory.

    With `by_line` a single line that is no UTF-8 doesn't count, where others are. SourceError where nothing
    fits.
    """
    first = stream.read(_CHUNK)
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return encoding
    if wide := _wide(first):
        return wide
    letters = _Letters()
    chunk, read = first, 0
    while chunk and not (by_line and (letters.any_utf_8 or read >= _MOST_BY_LINE)):
        letters.take(chunk)
        read += len(chunk)
        chunk = stream.read(_CHUNK)
    return letters.encoding(by_line=by_line)


class _Letters:
    """What a file's bytes beyond ASCII tell, chunk by chunk."""

    def __init__(self) -> None:
        self._rest = b""
        self._sample = bytearray()
        self._lines = {True: 0, False: 0}
        """How many lines that are not ASCII are UTF-8, and how many are not."""
        self._all_lines = 0

    @property
    def any_utf_8(self) -> bool:
        return self._lines[True] > 0

    def take(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > _CHUNK:
            # Within a line without an end, any place outside a letter divides as well.
            end = self._rest.rfind(b" ") + 1 or len(self._rest)
            lines.append(self._rest[:end])
            self._rest = self._rest[end:]
        self._look(lines)

    def encoding(self, *, by_line: bool) -> str:
        self._look([self._rest])
        if not self._lines[False] or self._lines[True] >= (1 if by_line else self._lines[False]):
            return UTF_8
        found = _likeliest(bytes(self._sample))
        if found is None and self._lines[False] * _FEW <= self._all_lines:
            # Put together from files of several encodings: a few letters are no reason to refuse the rest.
            found = "cp1252"
        if found is None:
            raise SourceError(
                "this is no text in an encoding that I know.", in_shell="Name it with --encoding."
            )
        return found

    def _look(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self._all_lines += 1
            if line.isascii():
                continue
            try:
                line.decode()
            except UnicodeDecodeError:
                self._lines[False] += 1
                if len(self._sample) < _SAMPLE:
                    self._sample += line[:_SAMPLE] + b"\n"
            else:
                self._lines[True] += 1


def _wide(start: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of ASCII letters is none."""
    even, odd = start[:1000:2], start[1:1000:2]
    if len(odd) >= 4 and max(even.count(0), odd.count(0)) > len(odd) // 2:
        return "utf-16-be" if even.count(0) > odd.count(0) else "utf-16-le"
    return None


def _likeliest(sample: bytes) -> str | None:
    matches = from_bytes(
        sample, cp_isolation=list(_WITHOUT_MARK), preemptive_behaviour=False, enable_fallback=False
    )
    found = [match.encoding for match in matches]
    if not found:
        return None
    best = min(match.chaos for match in matches)
    equal = {match.encoding for match in matches if match.chaos <= best}
    return "cp1252" if "cp1252" in equal else found[0]


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    return stray.decode("cp1252", errors="replace"), error.end


codecs.register_error(STRAY_BYTES, _as_windows_1252)
