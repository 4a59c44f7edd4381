"""Markdown and text that name papers: Paperboy's own lists, other people's, ids and links one a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.paper.harvest import Read, Skipped, with_remark
from bot.paper.ids import Address, Doi, OwnId, Reference, reference_of, references_in, written
from bot.paper.model import Paper
from bot.paper.remarks import Status, remark_of
from bot.sources.list_titles import NO_TITLES, title_before
from bot.sources.pointers import Pointers
from bot.sources.records import SHOWN_ID, build

_ITEM = re.compile(r"- (?=\S)")
_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\[\]\\]){1,1000})\]\((https?://[^\s<>]{1,600})\)")
_OWN_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\((https?://\S+)\)")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|])")
_YEAR = re.compile(r"\d{4}")
_BETWEEN_FACTS = " · "
_DONE = re.compile(r"\s*[-*+]\s+\[[xX]\]\s")
_PICTURE = re.compile(r"!\[([^\[\]]{0,200})\]\(https?://[^()\s]{0,600}\)")
_MARKS = re.compile(r"[*_`]+")
_LONGEST = 5_000
"""Characters of a line that are looked at."""
_LOOKED_AT = 50
_MOST_A_LINE = 50


def read_links(lines: Iterable[str]) -> Iterator[Read]:
    """The papers in the order of the file, those of other lists by their links and what stands on these.

    Of what is named by an id or a bare link nothing else is known. Prose names no papers by titles.
    """
    block: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").rstrip("\r\n")[:_LONGEST]
        if not text.startswith("  ") or len(block) == 0:
            yield from _papers(block, f"line {first}")
            block, first = [], number
        block.append(text)
    yield from _papers(block, f"line {first}")


def holds_links(text: str) -> bool:
    """Whether it looks like such a file: most of its first lines with words name a paper, or link to one."""
    lines = [line[:_LONGEST] for line in text.splitlines() if line.strip() and not line.startswith("#")]
    looked_at = lines[:_LOOKED_AT]
    naming = sum(any(_is_paper(each) for each in references_in(line)) for line in looked_at)
    return naming > 0 and (2 * naming >= len(looked_at) or any(_LINK.search(line) for line in looked_at))


def _papers(block: Sequence[str], where: str) -> Iterator[Read]:
    if len(block) > 1 and _ITEM.match(block[0]) and (status := _status(block[1])) is not None:
        yield _own(block, status, where)
        return
    for line in block:
        yield from _of_line(line, where)


def _status(facts: str) -> Status | None:
    """Of the line below a paper's title, which ends with how far it is read."""
    last = facts.strip().rpartition(_BETWEEN_FACTS)[2]
    return next((each for each in Status if each.value == last), None)


def _own(block: Sequence[str], status: Status, where: str) -> Read:
    """As `bot.readers.exporting` writes a paper: its title, its facts, its note."""
    shown = block[0].removeprefix("- ")
    link = _OWN_LINK.fullmatch(shown)
    *facts, _ = block[1].strip().split(_BETWEEN_FACTS)
    year = int(facts.pop()) if facts and _YEAR.fullmatch(facts[-1]) else None
    quoted = (line.strip() for line in block[2:])
    note = "\n".join(_plain(line[1:].strip()) for line in quoted if line.startswith(">"))
    names = _BETWEEN_FACTS.join(facts)
    return _built(
        _plain(link[1] if link else shown),
        link[2] if link else "",
        where,
        status,
        note,
        authors=tuple(_plain(name) for name in names.split(", ") if name),
        year=year,
    )


def _built(
    title: str,
    address: str,
    where: str,
    status: Status = Status.TO_READ,
    note: str = "",
    **more: object,
) -> Read:
    pointers = Pointers(addresses=[address] if address else ())
    record = build(
        {
            "id": pointers.arxiv_id(),
            "title": title,
            "doi": pointers.doi(),
            "url": pointers.url(),
            **more,
        },
        where,
    )
    return with_remark(record, remark_of(note, status.value))


def _of_line(line: str, where: str) -> Iterator[Read]:
    line = _PICTURE.sub(r"\1", line)
    status = Status.READ if _DONE.match(line) else Status.TO_READ
    titled: set[Reference] = set()
    before = 0
    for link in list(_LINK.finditer(line))[:_MOST_A_LINE]:
        reference = reference_of(link[2])
        if reference is None or not _is_paper(reference):
            continue
        title = SHOWN_ID.sub("", _MARKS.sub("", _plain(link[1])).strip(), count=1)
        if NO_TITLES.fullmatch(title):
            title = title_before(line[before : link.start()], whole_line=line)
        before = link.end()
        if title and reference not in titled and next(references_in(title), None) is None:
            titled.add(reference)
            yield _built(title, link[2], where, status)
    for reference in list(references_in(line))[:_MOST_A_LINE]:
        if _is_paper(reference) and reference not in titled:
            yield with_remark(_by_name(reference, where), remark_of(status=status.value))


def _is_paper(reference: Reference) -> bool:
    return not isinstance(reference, Address | OwnId)


def _by_name(reference: Reference, where: str) -> Paper | Skipped:
    if isinstance(reference, Doi):
        return build({"doi": reference.doi}, where)
    return build({"id": written(reference)}, where)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
