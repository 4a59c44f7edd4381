"""JSON that is one whole: an array of records, or an object that holds one somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

from bot.errors import SourceError
from bot.paper.harvest import Read, Skipped
from bot.paper.ids import parse_arxiv_id
from bot.sources import hugging_face
from bot.sources.field_names import named, names_a_title
from bot.sources.json_lines import read_value
from bot.sources.record_dates import when
from bot.sources.records import NO_PAPER, read_record
from bot.sources.text_lines import LONGEST_LINE

LARGEST_OBJECT = 2**24
"""Bytes; an array may be of any size, as its records are read one by one."""

SHAPES = (
    'an array of records (`[{"title": …}, …]`), an object that holds one (`{"papers": […]}`), or one record'
)

_CHUNK = 2**18
_MARK = re.compile(rb'["{}\[\]]')
_STRING_END = re.compile(rb'["\\]')
_DEEPEST = 4
_BOLD = re.compile(r"\*\*[^*].{0,1000}\*\*", re.DOTALL)
_NO_PAPERS = frozenset({"attachment", "note", "annotation"})
_LINK = re.compile(r"\]\((https?://[^\s()]{1,500})\)")


def read_json(stream: BinaryIO, day: date | None = None) -> Iterator[Read]:
    """The papers of a JSON file in UTF-8; `day` is when Hugging Face's were featured, where they don't say.

    SourceError where it holds no record in any of `SHAPES`.
    """
    start = stream.read(_CHUNK)
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"["):
        found = False
        for number, element in enumerate(_elements(bare, stream), 1):
            found = True
            where = f"record {number}"
            value = read_value(element, where) if element else Skipped(_TOO_LONG, where)
            yield value if isinstance(value, Skipped) else _paper(value, where, day)
        if not found:
            raise SourceError(f"This JSON holds no papers: expected {SHAPES}.")
        return
    whole = bare + stream.read(LARGEST_OBJECT)
    if len(whole) > LARGEST_OBJECT:
        raise SourceError(
            f"This JSON object is larger than {LARGEST_OBJECT // 2**20} MiB: "
            "give its array alone, or JSON lines."
        )
    if not whole.strip():
        raise SourceError("This file is empty.")
    value = read_value(whole, "")
    if isinstance(value, Skipped):
        raise SourceError(f"This file is {value.reason}.")
    records = _records(value)
    if not records:
        raise SourceError(f"This JSON holds no papers: expected {SHAPES}.")
    for number, record in enumerate(records, 1):
        yield _paper(record, f"record {number}", day)


_TOO_LONG = "a record of more than 2 MiB"


def _paper(record: Any, where: str, day: date | None) -> Read:
    if not isinstance(record, dict):
        return Skipped("not a JSON object", where)
    if isinstance(record.get("paper"), dict) or hugging_face.is_paper(record):
        wrapped = record if isinstance(record.get("paper"), dict) else {"paper": record}
        return hugging_face.read_item(wrapped, where, day)
    if not _is_record(record) and len(inner := _records(record, 1)) == 1:
        # Zotero's API has each of its items in an envelope.
        record = inner[0]
    if str(record.get("itemType")).lower() in _NO_PAPERS:
        return Skipped(NO_PAPER, where)
    return read_record(record, where)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and (isinstance(value.get("paper"), dict) or names_a_title(value))


def _records(value: Any, depth: int = 0) -> list[Any]:
    """The records in an object, at most some levels deep; the keys of a mapping may be their ids."""
    if _is_record(value) and not (depth == 0 and _lists_records(value)):
        return [value]
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [record for part in value for record in _records(part, depth + 1)]
    if not isinstance(value, dict):
        return []
    found: list[Any] = []
    for key, part in value.items():
        if _is_record(part):
            found.append({"arxiv_id": key, **part} if parse_arxiv_id(key) else part)
        elif isinstance(part, dict) and _is_record_of(key, part):
            found.append({"title": key, **part})
        elif isinstance(part, str) and (row := _row(key, part)):
            found.append(row)
        elif isinstance(part, list | dict):
            found += _records(part, depth + 1)
    return found


def _is_record_of(key: str, part: dict[str, Any]) -> bool:
    """Whether a mapping has its papers by their titles."""
    return " " in key.strip() and not named(part).keys().isdisjoint(("authors", "abstract"))


def _row(key: str, text: str) -> dict[str, Any] | None:
    """A daily list's row in Markdown: `|**day**|**title**|first author|[id](link)|`."""
    cells = [cell.strip() for cell in text[:5_000].strip().strip("|").split("|")]
    if not text.lstrip().startswith("|") or len(cells) < 3:
        return None
    bold = [(place, cell[2:-2]) for place, cell in enumerate(cells) if _BOLD.fullmatch(cell)]
    day = next((cell for _, cell in bold if when(cell).day), None)
    place, title = next(((place, cell) for place, cell in bold if cell != day), (0, ""))
    if not title:
        return None
    return {
        "title": title,
        "published": day,
        "authors": cells[place + 1] if place + 1 < len(cells) and "](" not in cells[place + 1] else None,
        "arxiv_id": key if parse_arxiv_id(key) else None,
        "links": _LINK.findall(text[:5_000])[:5],
    }


def _lists_records(value: dict[str, Any]) -> bool:
    """Whether an object with a title is a list of papers that has one (`{"title": …, "papers": […]}`)."""
    return not value.keys() & {"abstract", "authors", "author"} and any(
        isinstance(part, list) and any(map(_is_record, part[:5])) for part in value.values()
    )


def _elements(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """The objects and arrays in the array that begins with `start`; of one that is too long nothing."""
    array = _Array()
    chunk = start
    while chunk and not array.has_ended:
        yield from array.take(chunk)
        chunk = stream.read(_CHUNK)
    if array.is_within:
        yield b"{"  # cut short


class _Array:
    """Where its elements begin and end; no more than one of them is in memory."""

    def __init__(self) -> None:
        self._depth = self._place = 0
        self._in_string = self._is_too_long = False
        self._element = bytearray()

    @property
    def is_within(self) -> bool:
        return self._depth > 1

    @property
    def has_ended(self) -> bool:
        return self._depth < 0

    def take(self, chunk: bytes) -> Iterator[bytes]:
        begun = 0
        while found := (_STRING_END if self._in_string else _MARK).search(chunk, self._place):
            self._place, mark = found.end(), found[0]
            if mark == b"\\":
                self._place += 1
            elif mark == b'"':
                self._in_string = not self._in_string
            elif mark in b"{[":
                self._depth += 1
                begun = found.start() if self._depth == 2 else begun
            elif self._close():
                self._keep(chunk[begun : self._place])
                yield b"" if self._is_too_long else bytes(self._element)
                self._element.clear()
                self._is_too_long = False
            elif self.has_ended:
                return
        if self.is_within:
            self._keep(chunk[begun:])
        # An escaped sign may be the next chunk's first.
        self._place = max(0, self._place - len(chunk))

    def _close(self) -> bool:
        """Whether an element ends with this bracket."""
        self._depth -= 1
        if self._depth == 0:
            self._depth = -1
        return self._depth == 1

    def _keep(self, piece: bytes) -> None:
        self._element += piece
        if len(self._element) > LONGEST_LINE:
            self._is_too_long = True
            self._element.clear()
