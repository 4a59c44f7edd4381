"""What BibTeX's entries leave to another to say: a paper's `crossref` or `xdata` names its proceedings, which
have its year and venue. Source: https://ctan.org/pkg/biblatex, "Cross-referencing"; its rules, but for fields
that would say another paper's name here, as a DOI does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.paper.harvest import Skipped
from bot.sources.bibtex_entries import Entry

_POINTERS = ("crossref", "xdata")
_BETWEEN_KEYS = re.compile(r"[\s,]+")
_DATES = ("date", "year", "issued", "eventdate")
_PARTS_OF_DATES = ("month", "day")
_VENUES = ("journal", "journaltitle", "booktitle", "eventtitle")
_OF_PARENTS = (*_VENUES, "title", *_DATES, *_PARTS_OF_DATES)
_KINDS = frozenset(
    {
        "proceedings",
        "mvproceedings",
        "book",
        "mvbook",
        "collection",
        "mvcollection",
        "reference",
        "mvreference",
        "periodical",
        "xdata",
    }
)
"""Entries before their children; after them any may be one."""
_LONGEST = 1_000
_MOST_KEPT = 10_000
_MOST_WAITING = 2**22
"""Characters of entries in memory, as parents stand behind their children; the next go without theirs."""


def with_parents(entries: Iterable[Entry | Skipped]) -> Iterator[Entry | Skipped]:
    """`entries` with the date and the venue of those that they name, wherever in the file these stand.

    Each comes when its parents are known, at the latest at the end.
    """
    family = _Family()
    try:
        for entry in entries:
            if isinstance(entry, Skipped):
                yield entry
            else:
                yield from family.take(entry)
    except Exception:
        # Of a damaged file, what stands before the damage counts.
        yield from family.rest()
        raise
    yield from family.rest()


class _Family:
    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}
        """The fields that parents pass on, by their keys."""
        self._waiting: dict[str, list[Entry]] = {}
        """By the key of the parent that each waits for, in their order."""
        self._left = _MOST_WAITING

    def take(self, entry: Entry) -> Iterator[Entry]:
        """The entries that can go on now that `entry` is there."""
        if not self._waits(entry):
            yield from self._complete(entry)

    def rest(self) -> Iterator[Entry]:
        """Those whose parents never came."""
        while self._waiting:
            for entry in self._no_longer_waiting(next(iter(self._waiting))):
                yield from self._complete(entry)

    def _waits(self, entry: Entry) -> bool:
        """Put it by, where it has a parent that isn't known yet."""
        missing = next((key for key in _parents(entry) if key not in self._known), "")
        size = _size(entry)
        if not missing or missing == _key(entry) or size > self._left:
            return False
        self._left -= size
        self._waiting.setdefault(missing, []).append(entry)
        return True

    def _no_longer_waiting(self, key: str) -> list[Entry]:
        children = self._waiting.pop(key, [])
        self._left += sum(map(_size, children))
        return children

    def _complete(self, entry: Entry) -> Iterator[Entry]:
        done = [entry]
        while done:
            entry = done.pop()
            for key in _parents(entry):
                _inherit(entry.fields, self._known.get(key, {}))
            yield entry
            if key := _key(entry):
                children = self._no_longer_waiting(key)
                if children or (entry.kind in _KINDS and len(self._known) < _MOST_KEPT):
                    self._known.setdefault(key, _passed_on(entry.fields))
                done += [child for child in reversed(children) if not self._waits(child)]


def _parents(entry: Entry) -> list[str]:
    named = (entry.fields.get(name, "").strip("{} ")[:_LONGEST] for name in _POINTERS)
    return [key.lower() for text in named for key in _BETWEEN_KEYS.split(text) if key]


def _key(entry: Entry) -> str:
    return entry.key.lower()


def _size(entry: Entry) -> int:
    return sum(map(len, entry.fields.values()))


def _passed_on(fields: dict[str, str]) -> dict[str, str]:
    return {name: fields[name] for name in _OF_PARENTS if len(fields.get(name, "")) in range(1, _LONGEST)}


def _inherit(fields: dict[str, str], parent: dict[str, str]) -> None:
    """Fill in what a child doesn't say: a date as a whole, and the venue, which is its parent's title."""
    if not any(fields.get(name) for name in _DATES):
        given = {name: parent[name] for name in (*_DATES, *_PARTS_OF_DATES) if name in parent}
        fields.update({name: value for name, value in given.items() if not fields.get(name)})
    if not any(fields.get(name) for name in _VENUES):
        venues = {name: parent[name] for name in _VENUES if name in parent}
        if not venues and "title" in parent:
            venues = {"booktitle": parent["title"]}
        fields.update(venues)
