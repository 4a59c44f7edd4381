"""Papers from a file, plain or packed (gz, xz, zst), of whichever format, in bounded memory."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from bot.errors import SourceError
from bot.paper.harvest import Harvest, Marked, Origin, Read, Skipped
from bot.paper.model import Paper
from bot.paper.remarks import Remark
from bot.sources import arxiv
from bot.sources.arxiv_dump import read_arxiv_dump
from bot.sources.bibtex import read_bibtex
from bot.sources.csv_table import read_csv
from bot.sources.encodings import STRAY_BYTES, UTF_8, encoding_of, known_encoding, said
from bot.sources.formats import HEAD, Format, detect
from bot.sources.json_lines import read_json_lines
from bot.sources.json_records import read_json
from bot.sources.paper_links import read_links
from bot.sources.ris import read_ris
from bot.sources.seed_page import read_seed_page
from bot.sources.text_lines import byte_lines, text_lines
from bot.sources.unpacking import DAMAGE, PACKED, before_damage, unpacked
from bot.sources.web_of_science import read_web_of_science

BATCH = 1_000
"""Records that are merged in one transaction: short enough that nobody waits for it."""

_LARGEST_BATCH = 2**23
"""Characters; a batch of long records is smaller."""
_LARGEST_WHOLE = 2**24
"""Bytes of a file that has to be read whole: a page, or a recorded answer of arXiv."""
_BY_LINE = frozenset(
    {Format.JSON_LINES, Format.ARXIV_DUMP, Format.JSON, Format.CSL_JSON, Format.HUGGING_FACE}
)
"""Formats that are UTF-8 by definition: one line that is not costs that line only."""


_READERS = {
    Format.CSV: read_csv,
    Format.BIBTEX: read_bibtex,
    Format.RIS: read_ris,
    Format.WEB_OF_SCIENCE: read_web_of_science,
    Format.MARKDOWN: read_links,
}


class PaperFile:
    """A file of papers; `size` is in bytes as it lies on the disk.

    `format` and `encoding` are found out where they are not given. SourceError where that can't be done, and
    where the file has more than `largest` bytes unpacked, or needs much memory to be unpacked within them.
    With `by_id`, a record of which nothing but an id is known is a paper, too, with that for a title.
    """

    def __init__(
        self,
        path: Path,
        format: Format | None = None,
        *,
        year: int | None = None,
        encoding: str | None = None,
        largest: int | None = None,
        by_id: bool = False,
    ) -> None:
        self.path = path
        self._by_id = by_id
        self._largest = largest
        self.size = path.stat().st_size
        self._raw: BinaryIO | None = None
        self._year = year
        self._is_named = encoding is not None
        with self._explaining():
            self.format = format or self._detect()
            self.encoding = known_encoding(encoding) if encoding else self._find_encoding()

    @property
    def position(self) -> int:
        """How many bytes of `size` have been read."""
        return self._raw.tell() if self._raw and not self._raw.closed else 0

    @property
    def unusual_encoding(self) -> str | None:
        """The encoding as people know it, where it is not UTF-8."""
        return None if self.encoding == UTF_8 else said(self.encoding)

    def harvests(self) -> Generator[Harvest]:
        """The papers in batches of at most `BATCH`; a page is one. SourceError where it can't be read."""
        with self._explaining(), self._stream() as stream:
            yield from _ahead(self._read(stream))

    def _read(self, stream: BinaryIO) -> Iterator[Harvest]:
        match self.format:
            case Format.JSON_LINES | Format.ARXIV_DUMP | Format.JSON | Format.CSL_JSON | Format.HUGGING_FACE:
                with self._utf_8(stream) as data:
                    yield from self._read_json(data)
            case format if format in _READERS:
                with self._text(stream) as text:
                    yield from self._batches(_READERS[format](text_lines(text)), Origin.FILE)
            case Format.ARXIV_ATOM:
                feed = arxiv.read_feed(_whole(stream))
                yield Harvest(Origin.DUMP, feed.papers, feed.skipped)
            case Format.PAGE:
                if self._year is None:
                    raise SourceError(
                        "a Daily Papers page doesn't tell its year: save the papers' links instead.",
                        in_shell="Or give the year with --year.",
                    )
                page = read_seed_page(_whole(stream).decode(self.encoding), year=self._year)
                yield Harvest(Origin.SEED, page.papers)

    def _read_json(self, data: BinaryIO) -> Iterator[Harvest]:
        match self.format:
            case Format.JSON_LINES:
                yield from self._batches(read_json_lines(byte_lines(data)), Origin.FILE)
            case Format.ARXIV_DUMP:
                yield from self._batches(read_arxiv_dump(byte_lines(data)), Origin.DUMP)
            case _:
                # As of when it was recorded: it does not outdo what Hugging Face has said since.
                yield from self._batches(read_json(data, self._day_in_name()), Origin.FILE)

    def _batches(self, records: Iterable[Read], origin: Origin) -> Iterator[Harvest]:
        return _batches(map(_by_id, records) if self._by_id else records, origin)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Whatever goes wrong in reading is one sentence that names the file."""
        try:
            yield
        except DAMAGE as error:
            raise SourceError(
                f"it is damaged or cut short ({error}).",
                where=f"{self.path}: ",
                in_shell="What came before is in the catalog.",
            ) from error
        except UnicodeError as error:
            raise SourceError(
                f"it is not {said(self.encoding)} text.",
                where=f"{self.path}: ",
                in_shell="Name its encoding with --encoding.",
            ) from error
        except SourceError as error:
            raise SourceError(error.said, where=f"{self.path}: ", in_shell=error.in_shell) from error

    @contextmanager
    def _stream(self) -> Iterator[BinaryIO]:
        with (
            self.path.open("rb") as self._raw,
            unpacked(self._raw, self.path.suffix, self._largest) as stream,
        ):
            # Decompressors hand out single lines slowly.
            yield io.BufferedReader(stream, 2**20)

    @contextmanager
    def _looked_at(self) -> Iterator[BinaryIO]:
        """For a look at what the file is: of damage after its start whoever reads it is told."""
        with self._stream() as stream:
            yield before_damage(stream)

    def _text(self, stream: BinaryIO) -> TextIO:
        encoding, errors = self.encoding, "strict"
        if not self._is_named:
            # Lines of a file may differ, and a letter that fits nowhere costs that letter.
            encoding, errors = (
                (UTF_8, STRAY_BYTES) if encoding in (UTF_8, "cp1252") else (encoding, "replace")
            )
        elif encoding == UTF_8:
            errors = STRAY_BYTES
        return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")

    @contextmanager
    def _utf_8(self, stream: BinaryIO) -> Iterator[BinaryIO]:
        if self.encoding == UTF_8:
            yield stream
            return
        with self._text(stream) as text, io.BufferedReader(_Recoded(text), 2**20) as recoded:
            yield recoded

    def _detect(self) -> Format:
        with self._looked_at() as stream:
            head = stream.read(HEAD)
        if len(head) < HEAD and not head.strip():
            raise SourceError("This file is empty.")
        suffixes = [suffix.lower() for suffix in self.path.suffixes if suffix not in PACKED]
        return detect(suffixes[-1] if suffixes else "", head)

    def _find_encoding(self) -> str:
        if self.format is Format.ARXIV_ATOM:  # XML says so itself
            return UTF_8
        with self._looked_at() as stream:
            return encoding_of(stream, by_line=self.format in _BY_LINE)

    def _day_in_name(self) -> date | None:
        """The day that a recorded answer was asked for, where its file is named after it."""
        for start in range(len(self.path.name) - 9):
            try:
                return date.fromisoformat(self.path.name[start : start + 10])
            except ValueError:
                continue
        return None


class _Recoded(io.RawIOBase):
    """A text's bytes in UTF-8."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._rest or self._text.read(2**16).encode("utf-8", "replace")
        size = min(len(data), len(buffer))
        buffer[:size] = data[:size]
        self._rest = data[size:]
        return size


def _whole(stream: BinaryIO) -> bytes:
    data = stream.read(_LARGEST_WHOLE + 1)
    if len(data) > _LARGEST_WHOLE:
        raise SourceError(f"larger than {_LARGEST_WHOLE // 2**20} MiB: split it, or use JSON lines.")
    return data


def _ahead(harvests: Iterator[Harvest]) -> Iterator[Harvest]:
    """The same, each read while the one before is being merged: SQLite leaves Python's lock meanwhile."""
    with ThreadPoolExecutor(1, thread_name_prefix="paper-file") as reader:
        following = reader.submit(next, harvests, None)
        while (harvest := following.result()) is not None:
            following = reader.submit(next, harvests, None)
            yield harvest


def _by_id(read: Read) -> Read:
    """What is known by its id alone as a paper."""
    record = read.record if isinstance(read, Marked) else read
    if isinstance(record, Paper) or record.named is None:
        return read
    return Marked(record.named, read.remark) if isinstance(read, Marked) else record.named


def _batches(records: Iterable[Read], origin: Origin) -> Iterator[Harvest]:
    batch, fault = _Batch(), None
    following = iter(records)
    while True:
        try:
            record = next(following, None)
        except Exception as error:  # those that came before it are papers all the same
            fault, record = error, None
        if record is None:
            break
        batch.take(record)
        if batch.is_full:
            yield batch.harvest(origin)
            batch = _Batch()
    if not batch.is_empty:
        yield batch.harvest(origin)
    if fault is not None:
        raise fault


class _Batch:
    """Records for one transaction."""

    def __init__(self) -> None:
        self._papers: list[Paper] = []
        self._skipped: list[Skipped] = []
        self._remarks: dict[int, Remark] = {}
        self._size = 0

    @property
    def is_full(self) -> bool:
        return len(self._papers) + len(self._skipped) >= BATCH or self._size >= _LARGEST_BATCH

    @property
    def is_empty(self) -> bool:
        return not (self._papers or self._skipped)

    def take(self, read: Read) -> None:
        record, remark = (read.record, read.remark) if isinstance(read, Marked) else (read, None)
        if isinstance(record, Skipped):
            self._skipped.append(record)
            return
        self._size += len(record.abstract) + 40 * len(record.authors)
        if remark is not None:
            self._size += len(remark.note)
            self._remarks[len(self._papers)] = remark
        self._papers.append(record)

    def harvest(self, origin: Origin) -> Harvest:
        return Harvest(origin, tuple(self._papers), tuple(self._skipped), remarks=self._remarks)
