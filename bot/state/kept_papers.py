"""Which lines hold a paper, whatever it was called when it came onto them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from bot.paper.fuller import fuller
from bot.paper.ids import OWN_PREFIX, own_id
from bot.paper.model import Paper
from bot.paper.sameness import closeness, distinction, id_by_itself, is_one, known_as, says_which
from bot.paper.text import title_key
from bot.state.changed_ids import follow
from bot.state.reader_tables import saved
from bot.state.saved_rows import paper_of, parts

_MOST_ALIKE = 200
"""Lines of one title that are compared, as in the catalog."""
_DOI = re.compile(r'(?<!\\)"doi":"(?P<doi>[^"\\]+)"')
"""In a record as it is stored."""


@dataclass(slots=True)
class OnList:
    """A line, and what is noted there."""

    list_id: int
    paper_id: str
    note: str


@dataclass(slots=True)
class _Line(OnList):
    has_record: bool
    record: Paper | None
    """None where it can't be read, too."""


class KeptPapers:
    """The lines that may hold `papers`, as they are while these come onto lists.

    `within` says among which lines. Those of `papers` with the ids `records` are in no catalog.
    """

    def __init__(
        self,
        connection: Connection,
        within: ColumnElement[bool],
        papers: Sequence[Paper],
        records: Collection[str] = (),
    ) -> None:
        self._connection = connection
        self._records = frozenset(records)
        self._candidates = {
            paper.id: dict.fromkeys((*known_as(paper), id_by_itself(paper))) for paper in papers
        }
        lacking = [paper for paper in papers if paper.id in self._records]
        if lacking:
            titles = {paper.id: title_key(paper.title) for paper in lacking}
            alike = _recorded_alike(connection, within, {*titles.values()})
            dois = {paper.doi for paper in lacking if paper.doi}
            of_doi = _recorded_under(connection, within, dois) if dois else {}
            for paper in lacking:
                found = (*alike.get(titles[paper.id], ())[:_MOST_ALIKE], *of_doi.get(paper.doi or "", ()))
                self._candidates[paper.id] |= dict.fromkeys(found)
        self._lines: dict[str, list[_Line]] = {}
        ids = list({each for some in self._candidates.values() for each in some})
        for row in _rows(connection, within, ids):
            record = paper_of(row.record) if row.record else None
            line = _Line(row.list_id, row.paper_id, row.note, bool(row.record), record)
            self._lines.setdefault(row.paper_id, []).append(line)

    def ids_of(self, paper: Paper) -> list[str]:
        """The ids of the lines that hold it, its own first; none where it isn't there."""
        return list(dict.fromkeys(line.paper_id for line in self._holding(paper)))

    def meet(self, paper: Paper, note: str = "") -> OnList | None:
        """The line that holds it, None where it isn't there.

        From then on that line is this paper's, and no other's which is told from it. Of a paper in no catalog
        it gets all that it lacks, and a surer id. Where lines turn out to be of one paper, they become one.
        """
        holding = self._holding(paper)
        its_own = next((line for line in holding if line.record is None), None)
        if its_own is not None or not holding:
            return its_own
        line = max(holding, key=lambda each: self._nearness(each, paper, note))
        if paper.id not in self._records:
            line.record = fuller(line.record, paper) if line.record is not None else None
            return line
        same, record = self._put_together(line, paper)
        record = record.model_copy(update={"id": _id_of(line, record)})
        for each in same:
            self._becomes(each, record)
        return line

    def _put_together(self, line: _Line, paper: Paper) -> tuple[list[_Line], Paper]:
        """The lines that are of this paper with all that `line` says of it, and what all of them say."""
        same, record = [line], fuller(line.record, paper) if line.record is not None else paper
        rest = [each for each in self._candidate_lines(paper) if each is not line and each.record is not None]
        while True:
            is_same = [each.record is not None and is_one(each.record, record) for each in rest]
            if True not in is_same:
                return same, record
            another = rest.pop(is_same.index(True))
            same.append(another)
            record = fuller(record, another.record) if another.record is not None else record

    def free_id(self, paper: Paper) -> str:
        """Its id; where a line of another paper has that, one from all that tells it from others."""
        if paper.id not in self._records or paper.id not in self._taken:
            return paper.id
        by_itself = id_by_itself(paper)
        return by_itself if by_itself not in self._taken else own_id(f"{by_itself}\n{distinction(paper)}")

    @property
    def _taken(self) -> set[str]:
        return {line.paper_id for lines in self._lines.values() for line in lines}

    def _holding(self, paper: Paper) -> list[_Line]:
        is_lacking = paper.id in self._records
        return [line for line in self._candidate_lines(paper) if _holds(line, paper, is_lacking)]

    def _candidate_lines(self, paper: Paper) -> Iterator[_Line]:
        return (line for each in self._candidates[paper.id] for line in self._lines.get(each, ()))

    def _nearness(self, line: _Line, paper: Paper, note: str) -> tuple[Any, ...]:
        near = closeness(line.record, paper) if line.record is not None else ()
        return near, bool(note) and f"\n{note}\n" in f"\n{line.note}\n"

    def _becomes(self, line: _Line, record: Paper) -> None:
        is_as_it_was = line.record is not None and line.record.model_copy(update={"id": record.id}) == record
        if line.paper_id != record.id or not is_as_it_was:
            follow(self._connection, line.list_id, line.paper_id, record.id, record)
        line.paper_id, line.record = record.id, record


def ids_on_lines(connection: Connection, within: ColumnElement[bool], paper: Paper) -> list[str]:
    """The ids that lines of a paper have, its own first; none where it isn't there."""
    return KeptPapers(connection, within, [paper]).ids_of(paper)


def _holds(line: _Line, paper: Paper, is_lacking: bool) -> bool:
    if not line.has_record:
        # Of a paper that the catalog once knew by its title alone, and never of one that it tells from this.
        return line.paper_id == paper.id or not (is_lacking or paper.id.startswith(OWN_PREFIX))
    if line.record is None:
        return line.paper_id == paper.id
    if is_lacking and line.paper_id == paper.id and says_which(paper):
        return True
    return is_one(line.record, paper)


def _id_of(line: _Line, record: Paper) -> str:
    """The id of its line with all that is known by now; one that was given elsewhere stays."""
    is_by_itself = line.record is not None and line.paper_id == id_by_itself(line.record)
    return id_by_itself(record) if says_which(record) or is_by_itself else line.paper_id


def _recorded_alike(
    connection: Connection, within: ColumnElement[bool], titles: Collection[str]
) -> dict[str, list[str]]:
    """The ids of lines that keep their papers themselves, by the keys of their titles, of these titles."""
    found: dict[str, list[str]] = {}
    query = select(saved.c.paper_id, saved.c.title).where(within, saved.c.record.is_not(None))
    for row in connection.execute(query.order_by(saved.c.saved_at, saved.c.paper_id)):
        if (title := title_key(row.title)) in titles:
            found.setdefault(title, []).append(row.paper_id)
    return found


def _recorded_under(
    connection: Connection, within: ColumnElement[bool], dois: Collection[str]
) -> dict[str, list[str]]:
    """The ids of lines that keep their papers themselves, by their DOIs, of these DOIs."""
    found: dict[str, list[str]] = {}
    with_doi = select(saved.c.paper_id).where(within, saved.c.record.like('%"doi":"%'))
    # Not the records of all at once: those of a long list are many megabytes.
    for row in _rows(connection, within, sorted({*connection.scalars(with_doi)})):
        match = _DOI.search(row.record or "")
        if match and match["doi"] in dois:
            found.setdefault(match["doi"], []).append(row.paper_id)
    return found


def _rows(connection: Connection, within: ColumnElement[bool], ids: Sequence[str]) -> Iterator[Row[Any]]:
    columns = (saved.c.list_id, saved.c.paper_id, saved.c.note, saved.c.record)
    query: Select[Any] = select(*columns).where(within)
    for some in parts(ids):
        yield from connection.execute(query.where(saved.c.paper_id.in_(some)))
