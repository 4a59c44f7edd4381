"""Which lines hold a paper, whatever it was called when it came onto them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from bot.paper.ids import OWN_PREFIX
from bot.paper.model import Paper
from bot.paper.sameness import id_by_itself, is_one, known_as
from bot.paper.text import title_key
from bot.state.reader_tables import saved
from bot.state.saved_rows import paper_of, parts

_MOST_ALIKE = 20
"""Lines of one title that are compared."""


def ids_on_lines(
    connection: Connection,
    within: ColumnElement[bool],
    papers: Sequence[Paper],
    records: Collection[str] = (),
) -> dict[str, list[str]]:
    """By the ids of `papers` those that their lines have, its own first; none for a paper that isn't there.

    `within` says among which lines. Those of `papers` with the ids `records` are in no catalog.
    """
    records = frozenset(records)
    candidates = {paper.id: dict.fromkeys((*known_as(paper), id_by_itself(paper))) for paper in papers}
    lacking = {paper.id: title_key(paper.title) for paper in papers if paper.id in records}
    alike = _recorded_alike(connection, within, {*lacking.values()}) if lacking else {}
    for each, title in lacking.items():
        candidates[each] |= dict.fromkeys(alike.get(title, ())[:_MOST_ALIKE])
    rows: dict[str, list[tuple[Row[Any], Paper | None]]] = {}
    for row in _rows(connection, within, list({each for some in candidates.values() for each in some})):
        rows.setdefault(row.paper_id, []).append((row, paper_of(row.record) if row.record else None))
    found: dict[str, list[str]] = {}
    for paper in papers:
        there = (row for each in candidates[paper.id] for row in rows.get(each, ()))
        ids = [row.paper_id for row, kept in there if _holds(row, kept, paper, paper.id in records)]
        if ids:
            found[paper.id] = list(dict.fromkeys(ids))
    return found


def _holds(row: Row[Any], kept: Paper | None, paper: Paper, is_lacking: bool) -> bool:
    if row.record is None:
        # Of a paper that the catalog once knew by its title alone, and never of one that it tells from this.
        return row.paper_id == paper.id or not (is_lacking or paper.id.startswith(OWN_PREFIX))
    if kept is None or (is_lacking and row.paper_id == paper.id):
        return bool(row.paper_id == paper.id)
    return is_one(kept, paper)


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


def _rows(connection: Connection, within: ColumnElement[bool], ids: Sequence[str]) -> Iterator[Row[Any]]:
    query: Select[Any] = select(saved.c.paper_id, saved.c.record).where(within)
    for some in parts(ids):
        yield from connection.execute(query.where(saved.c.paper_id.in_(some)))
