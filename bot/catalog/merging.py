"""Merge what sources give into the catalog: the same paper is one row, each field from the better source.

A paper known only by its title has an id of its own; as soon as a record with an arXiv id and the same title
arrives, the two become one row under the arXiv id, and the old id still finds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

from sqlite_utils import Database

from bot.catalog.days import latest_day, mark_visited
from bot.catalog.ids import OWN_PREFIX, own_id, year_of
from bot.catalog.models import Paper, plausible
from bot.catalog.removals import is_removed, removed
from bot.catalog.sources.harvest import Harvest, Origin, Skipped, Tally
from bot.catalog.text import title_key

MERGED = (
    "title",
    "abstract",
    "authors",
    "published",
    "categories",
    "upvotes",
    "code_url",
    "code_stars",
    "project_url",
    "picture_url",
    "summary",
    "keywords",
    "withdrawn",
)
"""The columns that are merged one by one, in the order of the letters of `papers.provenance`."""

_UNKNOWN = "-"
_IDS_A_QUERY = 900
"""SQLite's older versions take 999 values a statement."""
_EMPTY = (None, "", "[]")
_SELECT = f"SELECT number, id, provenance, {', '.join(MERGED)} FROM papers"
_INSERT = (
    f"INSERT INTO papers (id, own_id, year, provenance, {', '.join(MERGED)})"
    f" VALUES ({', '.join('?' * (4 + len(MERGED)))})"
)
_INDEX = (
    "INSERT INTO papers_fts (rowid, title, authors, abstract, keywords)"
    " SELECT number, title, authors, abstract, keywords FROM papers WHERE number >= ?"
)
_RANK = {_UNKNOWN: -1, **{origin.value: origin.rank for origin in Origin}}


@contextmanager
def writing(db: Database) -> Iterator[sqlite3.Connection]:
    """One transaction that writes from its start: one that began by reading can lose its place to another."""
    connection: sqlite3.Connection = db.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def merge(
    db: Database, harvest: Harvest, tally: Tally | None = None, *, read_at: datetime | None = None
) -> Tally:
    """Merge a harvest in one transaction: all of it or, on an error, nothing. Counts are added to `tally`.

    With `read_at`, the harvest's day is marked as read then.
    """
    merged = Tally()
    with writing(db) as connection:
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
    known = _known_ids(connection, [*(paper.id for paper in papers), *owns])
    new = _NewRows(connection)
    for paper, own in zip(papers, owns, strict=True):
        row = _find(connection, paper, own) if known & {paper.id, own} or _may_be_known(paper) else None
        known.add(paper.id)
        if row is None:
            changed = None
            number = new.insert(paper, own, origin)
        else:
            new.index()
            number = row["number"]
            changed = _update(connection, row, paper, own, origin)
            if paper.arxiv_id and own in known:
                changed |= _join(connection, number, own)
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


def _known_ids(connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), _IDS_A_QUERY):
        some = ids[start : start + _IDS_A_QUERY]
        query = f"SELECT id FROM papers WHERE id IN ({','.join('?' * len(some))})"
        known.update(found for (found,) in connection.execute(query, some))
    return known


def _may_be_known(paper: Paper) -> bool:
    """By another id: a paper without an arXiv id is looked for by its title as well."""
    return paper.id.startswith(OWN_PREFIX)


def _find(connection: sqlite3.Connection, paper: Paper, own: str) -> dict[str, Any] | None:
    row = _one(connection, f"{_SELECT} WHERE id = ?", paper.id)
    if row is not None:
        return row
    if paper.id.startswith(OWN_PREFIX):
        row = _one(
            connection, f"{_SELECT} WHERE number = (SELECT paper FROM former_ids WHERE id = ?)", paper.id
        )
        # Two papers may share a title; then the title alone does not tell which one this is.
        return row or _one(connection, f"{_SELECT} WHERE own_id = ?", own)
    if paper.arxiv_id:
        return _one(connection, f"{_SELECT} WHERE id = ?", own)
    return None


def _one(connection: sqlite3.Connection, query: str, key: str) -> dict[str, Any] | None:
    cursor = connection.execute(query, (key,))
    rows = cursor.fetchmany(2)
    if len(rows) != 1:
        return None
    return dict(zip((column[0] for column in cursor.description), rows[0], strict=True))


def _insert(connection: sqlite3.Connection, paper: Paper, own: str, origin: Origin) -> int:
    values = _values(paper)
    letter = origin.value
    letters = [_UNKNOWN if value in _EMPTY else letter for value in values]
    if not _is_known("withdrawn", paper.withdrawn, origin):
        letters[-1] = _UNKNOWN
    row = (paper.id, own, _past(paper.year), "".join(letters), *values)
    return connection.execute(_INSERT, row).lastrowid or 0


def _update(
    connection: sqlite3.Connection, row: dict[str, Any], paper: Paper, own: str, origin: Origin
) -> bool:
    changes: dict[str, Any] = {}
    provenance = list(row["provenance"].ljust(len(MERGED), _UNKNOWN))
    for place, (name, value) in enumerate(zip(MERGED, _values(paper), strict=True)):
        if _is_known(name, value, origin) and origin.rank >= _RANK[provenance[place]]:
            provenance[place] = origin
            if value != row[name]:
                changes[name] = value
    if paper.arxiv_id and paper.id != row["id"]:
        changes["id"] = paper.id
        _remember(connection, row["id"], row["number"])
    if "title" in changes or "id" in changes:
        changes["own_id"] = own_id(title_key(changes.get("title", row["title"])))
    if "published" in changes or "id" in changes:
        published = changes.get("published", row["published"])
        changes["year"] = int(published[:4]) if published else _past(year_of(paper.id))
    if "".join(provenance) != row["provenance"]:
        changes["provenance"] = "".join(provenance)
    if changes:
        settings = ", ".join(f"{name} = ?" for name in changes)
        connection.execute(
            f"UPDATE papers SET {settings} WHERE number = ?", (*changes.values(), row["number"])
        )
    return bool(changes.keys() - {"provenance"})


def _past(year: int | None) -> int | None:
    """An arXiv id can be of any year; one that has not come yet tells nothing."""
    return year if year is not None and year <= latest_day().year else None


def _is_known(name: str, value: Any, origin: Origin) -> bool:
    if name == "withdrawn":
        return bool(value) or origin in (Origin.ARXIV, Origin.DUMP)
    return value not in _EMPTY


def _join(connection: sqlite3.Connection, number: int, own: str) -> bool:
    """Fold the row known only by this title, where there is one, into the row that has the arXiv id."""
    other = _one(connection, f"{_SELECT} WHERE id = ?", own)
    if other is None or other["number"] == number:
        return False
    (provenance,) = connection.execute("SELECT provenance FROM papers WHERE number = ?", (number,)).fetchone()
    kept = list(provenance.ljust(len(MERGED), _UNKNOWN))
    gained = other["provenance"].ljust(len(MERGED), _UNKNOWN)
    changes = {}
    for place, name in enumerate(MERGED):
        if _RANK[gained[place]] > _RANK[kept[place]]:
            changes[name], kept[place] = other[name], gained[place]
    if "published" in changes:
        changes["year"] = int(changes["published"][:4])
    changes["provenance"] = "".join(kept)
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


def _values(paper: Paper) -> tuple[Any, ...]:
    return (
        paper.title,
        paper.abstract,
        _json_list(paper.authors),
        paper.published.isoformat() if paper.published else None,
        _json_list(paper.categories),
        paper.upvotes,
        paper.code_url,
        paper.code_stars,
        paper.project_url,
        paper.picture_url,
        paper.summary,
        _json_list(paper.keywords),
        int(paper.withdrawn),
    )


def _json_list(texts: Sequence[str]) -> str:
    """As `json.dumps` writes it without escaping letters, in a third of its time."""
    return f"[{', '.join(map(encode_basestring, texts))}]" if texts else "[]"
