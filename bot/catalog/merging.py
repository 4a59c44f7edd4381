"""Merge what sources give into the catalog: the same paper is one row, each field from the better source.

A paper known only by its title has an id of its own; as soon as a record with an arXiv id and the same title
arrives, the two become one row under the arXiv id, and the old id still finds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bot.catalog.arrivals import carry_over
from bot.catalog.days import latest_day, mark_visited
from bot.catalog.paper_columns import UNKNOWN, letters, merged_values, origins
from bot.catalog.removals import is_removed, removed
from bot.catalog.schema import PROVENANCE
from bot.paper.harvest import Harvest, Origin, Skipped, Tally
from bot.paper.ids import OWN_PREFIX, own_id, year_of
from bot.paper.model import Paper, plausible
from bot.paper.sameness import agrees, distinction, is_same
from bot.paper.text import title_key

_YEAR = PROVENANCE.index("year")

_IDS_A_QUERY = 900
"""SQLite's older versions take 999 values a statement."""
_MOST_ALIKE = 200
"""Rows of one title that are compared."""
_EMPTY = (None, "", "[]")
_SELECT = f"SELECT number, id, provenance, {', '.join(PROVENANCE)} FROM papers"
_INSERT = (
    f"INSERT INTO papers (id, own_id, provenance, {', '.join(PROVENANCE)})"
    f" VALUES ({', '.join('?' * (3 + len(PROVENANCE)))})"
)
_INDEX = (
    "INSERT INTO papers_fts (rowid, title, authors, abstract, keywords)"
    " SELECT number, title, authors, abstract, keywords FROM papers WHERE number >= ?"
)
_RANK = {UNKNOWN: -1, **{origin.value: origin.rank for origin in Origin}}


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One transaction that writes from its start: one that began by reading can lose its place to another."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def merge(
    connection: sqlite3.Connection,
    harvest: Harvest,
    tally: Tally | None = None,
    *,
    read_at: datetime | None = None,
) -> Tally:
    """Merge a harvest in one transaction: all of it or, on an error, nothing. Counts are added to `tally`.

    With `read_at`, the harvest's day is marked as read then.
    """
    merged = Tally()
    with writing(connection):
        merge_papers(connection, harvest.papers, harvest.origin, merged)
        if read_at is not None and harvest.day is not None:
            mark_visited(connection, harvest.day, len(harvest.papers), read_at)
    tally = tally if tally is not None else Tally()
    tally.added += merged.added
    tally.changed += merged.changed
    tally.same += merged.same
    tally.skip(harvest.skipped)
    tally.skipped.update(merged.skipped)
    tally.examples = merged.examples | tally.examples
    return tally


def merge_papers(
    connection: sqlite3.Connection, papers: Sequence[Paper], origin: Origin, tally: Tally
) -> None:
    """Merge `papers` inside the caller's transaction, but for those that the operator removed."""
    papers, owns = _wanted(connection, papers, tally)
    known = _Known(connection, papers, owns)
    new = _NewRows(connection)
    for paper, own in zip(papers, owns, strict=True):
        row = None
        if known.may_be(paper, own):
            row = _find(connection, paper, own)
            if row is None:
                paper = _with_an_id_of_its_own(connection, paper, own)
        if row is None:
            changed = None
            number = new.insert(paper, own, origin)
        else:
            new.index()
            number = row["number"]
            changed = _update(connection, row, paper, own, origin)
            if paper.arxiv_id:
                changed |= _join(connection, number, paper, own)
        known.add(paper, own)
        changed_days = _feature(connection, number, paper)
        if changed is None:
            tally.added += 1
        elif changed or changed_days:
            tally.changed += 1
        else:
            tally.same += 1
    new.index()


def _wanted(
    connection: sqlite3.Connection, papers: Sequence[Paper], tally: Tally
) -> tuple[list[Paper], list[str]]:
    """The papers that may enter, with the ids that their titles make."""
    known, latest = removed(connection), latest_day()
    wanted, owns = [], []
    for paper in papers:
        own = own_id(title_key(paper.title))
        if is_removed(paper, own, known):
            tally.skip((Skipped("removed by the operator", paper.id),))
        else:
            wanted.append(plausible(paper, latest))
            owns.append(own)
    return wanted, owns


def number_of(connection: sqlite3.Connection, paper: Paper) -> int | None:
    """The row that holds this paper, by whatever a record of it may be known; None where there is none."""
    row = _find(connection, paper, own_id(title_key(paper.title)))
    return int(row["number"]) if row else None


class _NewRows:
    """Rows that enter the full-text index together, without Python's lock between one and the next."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._first: int | None = None

    def insert(self, paper: Paper, own: str, origin: Origin) -> int:
        number = _insert(self._connection, paper, own, origin)
        if self._first is None:
            self._first = number
        return number

    def index(self) -> None:
        """Take in what was inserted: before any row changes, whose triggers expect it there."""
        if self._first is not None:
            self._connection.execute(_INDEX, (self._first,))
            self._first = None


class _Known:
    """What the catalog holds of a batch: most papers of an import are in no way known to it."""

    def __init__(self, connection: sqlite3.Connection, papers: Sequence[Paper], owns: Sequence[str]) -> None:
        self._ids = _held(connection, "id", "1", [paper.id for paper in papers])
        self._titles = _held(connection, "own_id", f"id LIKE '{OWN_PREFIX}%'", owns)
        self._dois = _held(connection, "doi", "1", [paper.doi for paper in papers if paper.doi])

    def may_be(self, paper: Paper, own: str) -> bool:
        """Whether it may be known; one without an arXiv id also by a title that belongs to another id."""
        return (
            paper.id in self._ids
            or own in self._titles
            or paper.doi in self._dois
            or paper.id.startswith(OWN_PREFIX)
        )

    def add(self, paper: Paper, own: str) -> None:
        self._ids.add(paper.id)
        if paper.id.startswith(OWN_PREFIX):
            self._titles.add(own)
        if paper.doi:
            self._dois.add(paper.doi)


def _held(connection: sqlite3.Connection, column: str, condition: str, values: Sequence[str]) -> set[str]:
    held: set[str] = set()
    for start in range(0, len(values), _IDS_A_QUERY):
        some = values[start : start + _IDS_A_QUERY]
        query = f"SELECT {column} FROM papers WHERE {column} IN ({','.join('?' * len(some))}) AND {condition}"
        held.update(found for (found,) in connection.execute(query, some))
    return held


def _find(connection: sqlite3.Connection, paper: Paper, own: str) -> dict[str, Any] | None:
    """The row of the same paper: by its id, then its DOI, then its title."""
    by_id = _rows(connection, "id = ?", paper.id)
    if paper.arxiv_id:
        return by_id[0] if by_id else _only(_known_by_title_alone(connection, paper, own))
    if not paper.id.startswith(OWN_PREFIX):
        if not by_id or agrees(by_id[0], paper):
            return _only(by_id)
        by_id = []
    former = _rows(connection, "number = (SELECT paper FROM former_ids WHERE id = ?)", paper.id)
    same = [row for row in (*by_id, *former) if is_same(row, paper)]
    if not same and paper.doi:
        same = _rows(connection, "doi = ?", paper.doi)
    if same:
        return same[0]
    # Several may share a title; then the title alone does not tell which one this is.
    return _only([row for row in _rows(connection, "own_id = ?", own) if is_same(row, paper)])


def _known_by_title_alone(connection: sqlite3.Connection, paper: Paper, own: str) -> list[dict[str, Any]]:
    """Rows without an arXiv id that are this paper."""
    without_id = f"id LIKE '{OWN_PREFIX}%' AND"
    of_doi = _rows(connection, f"{without_id} doi = ?", paper.doi) if paper.doi else []
    return of_doi or [
        row for row in _rows(connection, f"{without_id} own_id = ?", own) if is_same(row, paper)
    ]


def _with_an_id_of_its_own(connection: sqlite3.Connection, paper: Paper, own: str) -> Paper:
    """The paper, under an id from its title where another paper has the one that it came with."""
    if not _is_taken(connection, paper.id):
        return paper
    candidate, count = own, 0
    while _is_taken(connection, candidate):
        candidate = own_id(f"{title_key(paper.title)}\n{distinction(paper)}{count or ''}")
        count += 1
    return paper.model_copy(update={"id": candidate})


def _is_taken(connection: sqlite3.Connection, paper_id: str) -> bool:
    """Whether a paper has this id, or had it: what is kept by it is that paper's."""
    had = "SELECT 1 FROM papers WHERE id = ? UNION ALL SELECT 1 FROM former_ids WHERE id = ?"
    return connection.execute(had, (paper_id, paper_id)).fetchone() is not None


def _only(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    return rows[0] if len(rows) == 1 else None


def _rows(connection: sqlite3.Connection, condition: str, key: object) -> list[dict[str, Any]]:
    cursor = connection.execute(f"{_SELECT} WHERE {condition} LIMIT {_MOST_ALIKE}", (key,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _insert(connection: sqlite3.Connection, paper: Paper, own: str, origin: Origin) -> int:
    values = merged_values(paper)
    letter = origin.value
    came = [
        letter if _is_known(name, value, origin) else UNKNOWN
        for name, value in zip(PROVENANCE, values, strict=True)
    ]
    values[_YEAR] = paper.year
    return connection.execute(_INSERT, (paper.id, own, "".join(came), *values)).lastrowid or 0


def _update(
    connection: sqlite3.Connection, row: dict[str, Any], paper: Paper, own: str, origin: Origin
) -> bool:
    changes: dict[str, Any] = {}
    came = origins(row["provenance"])
    for name, value in zip(PROVENANCE, merged_values(paper), strict=True):
        if name == "arxiv_version" and value is not None and value < (row[name] or 0):
            continue  # a page of some time ago, or a file
        if _is_known(name, value, origin) and origin.rank >= _RANK[came[name]]:
            came[name] = origin
            if value != row[name]:
                changes[name] = value
    if paper.arxiv_id and paper.id != row["id"]:
        changes["id"] = paper.id
        _remember(connection, row["id"], row["number"])
    if "title" in changes or "id" in changes:
        changes["own_id"] = own_id(title_key(changes.get("title", row["title"])))
    _settle_year(changes, row, is_given=came["year"] != UNKNOWN)
    if letters(came) != row["provenance"]:
        changes["provenance"] = letters(came)
    if changes:
        settings = ", ".join(f"{name} = ?" for name in changes)
        connection.execute(
            f"UPDATE papers SET {settings} WHERE number = ?", (*changes.values(), row["number"])
        )
    return bool(changes.keys() - {"provenance"})


def _past(year: int | None) -> int | None:
    """An arXiv id, or a file, can tell any year; one that has not come yet tells nothing."""
    return year if year is not None and year <= latest_day().year else None


def _is_known(name: str, value: Any, origin: Origin) -> bool:
    if name == "withdrawn":
        return bool(value) or origin in (Origin.ARXIV, Origin.DUMP)
    return value not in _EMPTY


def _settle_year(changes: dict[str, Any], row: dict[str, Any], *, is_given: bool) -> None:
    """Of the day where that is known, else as it was given, else the id's."""
    published = changes.get("published", row["published"])
    if published:
        year: int | None = int(published[:4])
    elif is_given:
        year = changes.get("year", row["year"])
    else:
        year = year_of(changes.get("id", row["id"]))
    changes["year"] = year = _past(year)
    if year == row["year"]:
        del changes["year"]


def _join(connection: sqlite3.Connection, number: int, paper: Paper, own: str) -> bool:
    """Fold the row known only by this title, where there is one, into the row that has the arXiv id."""
    other = _only(_known_by_title_alone(connection, paper, own))
    if other is None or other["number"] == number:
        return False
    (row,) = _rows(connection, "number = ?", number)
    kept, gained = origins(row["provenance"]), origins(other["provenance"])
    changes = {}
    for name in PROVENANCE:
        if _RANK[gained[name]] > _RANK[kept[name]]:
            changes[name], kept[name] = other[name], gained[name]
    _settle_year(changes, row, is_given=kept["year"] != UNKNOWN)
    changes["provenance"] = letters(kept)
    carry_over(connection, number, other["number"])
    connection.execute(
        "INSERT OR IGNORE INTO featured (day, paper) SELECT day, ? FROM featured WHERE paper = ?",
        (number, other["number"]),
    )
    connection.execute("DELETE FROM featured WHERE paper = ?", (other["number"],))
    connection.execute("UPDATE former_ids SET paper = ? WHERE paper = ?", (number, other["number"]))
    connection.execute("DELETE FROM papers WHERE number = ?", (other["number"],))
    settings = ", ".join(f"{name} = ?" for name in changes)
    connection.execute(f"UPDATE papers SET {settings} WHERE number = ?", (*changes.values(), number))
    _remember(connection, other["id"], number)
    return True


def _remember(connection: sqlite3.Connection, former: str, number: int) -> None:
    connection.execute("INSERT OR REPLACE INTO former_ids (id, paper) VALUES (?, ?)", (former, number))


def _feature(connection: sqlite3.Connection, number: int, paper: Paper) -> bool:
    added = 0
    for day in paper.featured:
        added += connection.execute(
            "INSERT OR IGNORE INTO featured (day, paper) VALUES (?, ?)", (day.isoformat(), number)
        ).rowcount
    return added > 0
