"""Paperboy's own lists in Markdown, as `bot.readers.exporting` writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.paper.harvest import Read, with_remark
from bot.paper.remarks import Status, remark_of
from bot.sources.pointers import Pointers
from bot.sources.records import build

_ITEM = re.compile(r"- (?=\S)")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\((https?://\S+)\)")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|,])")
_NAME = re.compile(r"(?:\\.|[^\\,]|,(?! ))+")
"""Up to a comma that divides names: one within a name has a backslash before it."""
_YEAR = re.compile(r"\d{4}")
_BETWEEN_FACTS = " · "


def own_paper(block: Sequence[str], where: str) -> Read | None:
    """The paper of an item with the lines below it: its title, its facts, its note.

    None where somebody else wrote it: facts end with how far the paper is read.
    """
    if len(block) < 2 or not _ITEM.match(block[0]) or (status := _status(block[1])) is None:
        return None
    shown = block[0].removeprefix("- ")
    link = _LINK.fullmatch(shown)
    # From the end: a name may be the very sign that stands between facts.
    facts = block[1].strip().rpartition(_BETWEEN_FACTS)[0]
    names, _, last = facts.rpartition(_BETWEEN_FACTS)
    year = int(last) if _YEAR.fullmatch(last) else None
    quoted = (line.lstrip() for line in block[2:])
    note = "\n".join(_plain(line[1:].removeprefix(" ")) for line in quoted if line.startswith(">"))
    pointers = Pointers(addresses=[link[2]] if link else ())
    record = build(
        {
            "id": pointers.arxiv_id(),
            "title": _plain(link[1] if link else shown),
            "doi": pointers.doi(),
            "url": pointers.url(),
            "authors": tuple(
                _plain(name.strip()) for name in _NAME.findall(facts if year is None else names)
            ),
            "year": year,
        },
        where,
    )
    return with_remark(record, remark_of(note, status.value))


def _status(facts: str) -> Status | None:
    """Of the line below a paper's title, which ends with how far it is read."""
    last = facts.strip().rpartition(_BETWEEN_FACTS)[2]
    return next((each for each in Status if each.value == last), None)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
