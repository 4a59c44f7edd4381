"""BibTeX's grammar: entries with their fields as they were written, whatever is wrong with some of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.paper.harvest import Skipped
from bot.paper.latex import end_of_group
from bot.sources.text_lines import LONGEST_LINE, CutLine

_UNREADABLE = "no BibTeX entry that can be read"
_TOO_LONG = "a BibTeX entry of more than 2 million characters"
_REPEATED = frozenset({"annote", "annotation", "comment"})
_HEAD = re.compile(r"(?<!\w)@\s*([A-Za-z]\w*)\s*([{(])")
_LINE_HEAD = re.compile(r"\s*@\s*[A-Za-z]\w*\s*[{(]")
_KEY = re.compile(r"\s*([^\s,={}()\"#]*)\s*(?:,|(?<=\s)(?=[A-Za-z]))")
_NAME = re.compile(r"[\s,]*([A-Za-z][\w:.+/-]*)\s*=\s*")
_GAP = re.compile(r"[\s,]*")
_BARE = re.compile(r"[^\s,#{}()\"=@]+")
_JOINED = re.compile(r"\s*#\s*")
_QUOTE = re.compile(r'[{"]')
_NEXT = re.compile(r"[,{}()\n]")
_MOST_EXPANDED = 2**24
"""Characters that a file's abbreviations may unfold to beyond its own; no honest file has so many."""


@dataclass
class Entry:
    kind: str
    """In lower case."""
    key: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    """Values as LaTeX, without what encloses them; names in lower case. Of two of one name the first."""
    broken: bool = False
    """Whether it ends before its closing brace."""


def read_entries(lines: Iterable[str]) -> Iterator[Entry | Skipped]:
    """The entries of a file in order, one in memory at a time."""
    reader = _Reader()
    number, first, size = 0, 1, 0
    piece: list[str] = []
    for number, line in enumerate(lines, 1):
        if size and _LINE_HEAD.match(line):
            yield from reader.entries("".join(piece), first, size)
            piece, first, size = [], number, 0
        size += LONGEST_LINE + 1 if isinstance(line, CutLine) else len(line)
        if size <= LONGEST_LINE:
            piece.append(line)
        else:
            piece.clear()
    if size:
        yield from reader.entries("".join(piece), first, size)


class _Reader:
    """What one entry leaves for those that follow: the abbreviations of @string."""

    def __init__(self) -> None:
        self._strings: dict[str, str] = {}
        self._left = _MOST_EXPANDED

    def entries(self, text: str, line: int, size: int) -> Iterator[Entry | Skipped]:
        """Those of a stretch of the file, which is empty where it was too long to be kept."""
        if size > LONGEST_LINE:
            yield Skipped(_TOO_LONG, f"line {line}")
            return
        place = counted = 0
        while head := _HEAD.search(text, place):
            line += text.count("\n", counted, head.start())
            counted = head.start()
            kind, closing = head[1].lower(), "}" if head[2] == "{" else ")"
            if kind in ("comment", "preamble"):
                end = end_of_group(text, head.end() - 1) if closing == "}" else None
                place = head.end() if end is None else end
                continue
            entry = Entry(kind, "", line)
            place = self._fields(entry, text, head.end(), closing)
            if kind != "string":
                yield entry if entry.fields else Skipped(_UNREADABLE, f"line {line}")
            if entry.broken:
                return

    def _fields(self, entry: Entry, text: str, place: int, closing: str) -> int:
        """Fill in the entry's fields; returns the place after it."""
        key = _KEY.match(text, place)
        if key and entry.kind != "string" and not _NAME.match(text, place):
            entry.key, place = key[1], key.end()
        while True:
            gap = _GAP.match(text, place)
            place = gap.end() if gap else place
            if text.startswith(closing, place):
                return place + 1
            name = _NAME.match(text, place)
            if name:
                value, place = self._value(text, name.end())
                if value is None:
                    entry.broken = True
                    return len(text)
                self._keep(entry, name[1].lower(), value)
            else:
                skipped = self._skip(text, place)
                if skipped is None:
                    entry.broken = True
                    return len(text)
                place = skipped

    def _keep(self, entry: Entry, name: str, value: str) -> None:
        """The first of each name; of notes, of which Zotero writes one a field, all."""
        if entry.kind == "string":
            self._strings[name] = value
        elif not entry.fields.get(name):
            entry.fields[name] = value
        elif name in _REPEATED and value:
            # Zotero writes one for each note.
            entry.fields[name] += f"\n{value}"

    @staticmethod
    def _skip(text: str, place: int) -> int | None:
        """After what is no field."""
        if text.startswith("{", place):
            return end_of_group(text, place)
        found = _NEXT.search(text, place)
        if found is None:
            return None
        return found.end() if found.start() == place or found[0] in ",\n" else found.start()

    def _value(self, text: str, place: int) -> tuple[str | None, int]:
        """A value and the place after it; None for one that never ends."""
        parts: list[str] = []
        while True:
            if text.startswith("{", place):
                end = end_of_group(text, place)
                if end is None:
                    return None, place
                parts.append(text[place + 1 : end - 1])
            elif text.startswith('"', place):
                end = _end_of_quote(text, place + 1)
                if end is None:
                    return None, place
                parts.append(text[place + 1 : end - 1])
            elif bare := _BARE.match(text, place):
                parts.append(self._meant(bare[0]))
                end = bare.end()
            else:
                end = place
            joined = _JOINED.match(text, end)
            if joined is None:
                return "".join(parts), end
            place = joined.end()

    def _meant(self, word: str) -> str:
        """What a word without quotes stands for: an abbreviation's text, else itself."""
        text = self._strings.get(word.lower())
        if text is None or len(text) > self._left:
            return word
        self._left -= len(text)
        return text


def _end_of_quote(text: str, place: int) -> int | None:
    """After the quotation mark that closes a value: one inside braces doesn't."""
    while found := _QUOTE.search(text, place):
        if found[0] == '"':
            return found.end()
        end = end_of_group(text, found.start())
        if end is None:
            return None
        place = end
    return None
