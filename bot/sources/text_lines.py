"""Lines of a file, none of them longer than memory allows."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, TextIO

LONGEST_LINE = 2**21
"""Bytes or characters; the longest record of the 13,000 Daily Papers has 80,000."""


class CutLine(str):
    """The beginning of a line that was too long."""

    quotes: int
    """Quotation marks in the whole line."""


def byte_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines, without a byte-order mark; of one that is too long only its beginning."""
    mark = codecs.BOM_UTF8
    while line := stream.readline(LONGEST_LINE):
        yield line.removeprefix(mark)
        mark = b""
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)


def text_lines(stream: TextIO) -> Iterator[str]:
    """Lines; one that is too long as a CutLine."""
    while line := stream.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            yield line
            continue
        cut = CutLine(line)
        cut.quotes = line.count('"')
        while len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            line = stream.readline(LONGEST_LINE)
            cut.quotes += line.count('"')
        yield cut
