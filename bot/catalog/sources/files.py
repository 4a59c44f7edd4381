"""Papers from a file, plain or packed (gz, xz, zst), of whichever format, in constant memory."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import sys
import zlib
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from bot.catalog.models import Paper
from bot.catalog.sources import arxiv, hugging_face
from bot.catalog.sources.arxiv_dump import read_arxiv_dump
from bot.catalog.sources.bibtex import read_bibtex
from bot.catalog.sources.csv_table import read_csv
from bot.catalog.sources.harvest import Harvest, Origin, Skipped
from bot.catalog.sources.json_lines import read_json_lines
from bot.catalog.sources.seed_page import read_seed_page
from bot.errors import SourceError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BATCH = 1_000
"""Records that are merged in one transaction: short enough that nobody waits for it."""

_TURN = 20e-6
"""Seconds."""

_LONGEST_LINE = 2**24
_LARGEST_WHOLE = 2**28
"""Bytes of a file that has to be read whole; such formats are for lists that people keep."""


class Format(StrEnum):
    JSON_LINES = "jsonl"
    CSV = "csv"
    BIBTEX = "bibtex"
    ARXIV_DUMP = "arxiv-dump"
    ARXIV_ATOM = "arxiv-atom"
    HUGGING_FACE = "huggingface"
    PAGE = "page"


_SUFFIXES = {
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".bib": Format.BIBTEX,
    ".bibtex": Format.BIBTEX,
    ".xml": Format.ARXIV_ATOM,
    ".atom": Format.ARXIV_ATOM,
    ".json": Format.HUGGING_FACE,
    ".txt": Format.PAGE,
}


class PaperFile:
    """A file of papers; `size` is in bytes as it lies on the disk."""

    def __init__(self, path: Path, format: Format | None = None, *, year: int | None = None) -> None:
        self.path = path
        self.size = path.stat().st_size
        self._raw: BinaryIO | None = None
        self._year = year
        self.format = format or self._detect()

    @property
    def position(self) -> int:
        """How many bytes of `size` have been read."""
        return self._raw.tell() if self._raw and not self._raw.closed else 0

    def harvests(self) -> Generator[Harvest]:
        """The papers in batches of `BATCH`; a page is one. SourceError where the file can't be read."""
        try:
            with self._stream() as stream:
                yield from _ahead(self._read(stream))
        except (zlib.error, lzma.LZMAError, zstd.ZstdError, EOFError, gzip.BadGzipFile) as error:
            raise SourceError(
                f"{self.path} is damaged or cut short ({error}); what came before is in the catalog."
            ) from error
        except UnicodeDecodeError as error:
            raise SourceError(f"{self.path} is not UTF-8 text (byte {error.start}).") from error
        except SourceError as error:
            raise SourceError(f"{self.path}: {error}") from error

    def _read(self, stream: BinaryIO) -> Iterator[Harvest]:
        match self.format:
            case Format.JSON_LINES:
                yield from _batches(read_json_lines(_lines(stream)), Origin.FILE)
            case Format.ARXIV_DUMP:
                yield from _batches(read_arxiv_dump(_lines(stream)), Origin.DUMP)
            case Format.CSV:
                with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
                    yield from _batches(read_csv(text), Origin.FILE)
            case Format.BIBTEX:
                yield from _batches(read_bibtex(_whole(stream)), Origin.FILE)
            case Format.ARXIV_ATOM:
                feed = arxiv.read_feed(_whole(stream).encode())
                yield Harvest(Origin.DUMP, feed.papers, feed.skipped)
            case Format.HUGGING_FACE:
                answer = hugging_face.read_recorded(_whole(stream), self._day_in_name())
                # As of when it was recorded: it does not outdo what Hugging Face has said since.
                yield Harvest(Origin.FILE, answer.papers, answer.skipped)
            case Format.PAGE:
                if self._year is None:
                    raise SourceError("a Daily Papers page has no year: give it with --year.")
                yield Harvest(Origin.SEED, read_seed_page(_whole(stream), year=self._year).papers)

    @contextmanager
    def _stream(self) -> Iterator[BinaryIO]:
        with self.path.open("rb") as self._raw, _unpacked(self._raw, self.path.suffix) as unpacked:
            # Decompressors hand out single lines slowly.
            yield io.BufferedReader(unpacked, 2**20)

    def _detect(self) -> Format:
        suffixes = [suffix for suffix in self.path.suffixes if suffix not in (".gz", ".xz", ".zst")]
        by_name = _SUFFIXES.get(suffixes[-1].lower() if suffixes else "", Format.PAGE)
        if by_name not in (Format.JSON_LINES, Format.HUGGING_FACE):
            return by_name
        try:
            with self._stream() as stream:
                first = json.loads(stream.readline(_LONGEST_LINE))
        except (ValueError, OSError, EOFError, lzma.LZMAError, zstd.ZstdError):
            return by_name
        if isinstance(first, dict) and first.keys() & {"versions", "authors_parsed"}:
            return Format.ARXIV_DUMP
        if isinstance(first, dict) and first.keys() & {"arxiv_id", "title", "abstract"}:
            return Format.JSON_LINES
        return by_name

    def _day_in_name(self) -> date | None:
        """The day that a recorded answer was asked for, where its file is named after it."""
        for start in range(len(self.path.name) - 9):
            try:
                return date.fromisoformat(self.path.name[start : start + 10])
            except ValueError:
                continue
        return None


def _unpacked(raw: BinaryIO, suffix: str) -> Any:
    match suffix:
        case ".gz":
            return gzip.GzipFile(fileobj=raw)
        case ".xz":
            return lzma.LZMAFile(raw)
        case ".zst":
            return zstd.ZstdFile(raw)
        case _:
            return raw


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines; of one that is too long only its beginning, which is no JSON."""
    while line := stream.readline(_LONGEST_LINE):
        yield line
        while len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(_LONGEST_LINE)


def _whole(stream: BinaryIO) -> str:
    data = stream.read(_LARGEST_WHOLE + 1)
    if len(data) > _LARGEST_WHOLE:
        raise SourceError(f"larger than {_LARGEST_WHOLE // 2**20} MiB: split it, or use JSON lines.")
    return data.decode("utf-8-sig")


def _ahead(harvests: Iterator[Harvest]) -> Iterator[Harvest]:
    """The same, each read while the one before is being merged: SQLite leaves Python's lock meanwhile."""
    with _short_turns(), ThreadPoolExecutor(1, thread_name_prefix="paper-file") as reader:
        following = reader.submit(next, harvests, None)
        while (harvest := following.result()) is not None:
            following = reader.submit(next, harvests, None)
            yield harvest


@contextmanager
def _short_turns() -> Iterator[None]:
    """Wait less for Python's lock: with its usual turns, a row that takes SQLite 20 µs may wait 5 ms."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _batches(records: Iterable[Paper | Skipped], origin: Origin) -> Iterator[Harvest]:
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        yield Harvest(
            origin,
            tuple(record for record in batch if isinstance(record, Paper)),
            tuple(record for record in batch if isinstance(record, Skipped)),
        )
