"""Papers as rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from bot.catalog.merging import number_of
from bot.catalog.paper_columns import NAMES, letter_of, paper_from_row, with_letter
from bot.paper.dois import parse_doi
from bot.paper.ids import OWN_PREFIX, Address, ArxivId, Doi, OwnId, Reference, is_arxiv_id, own_id
from bot.paper.model import Paper
from bot.paper.text import title_key

_PAGE = 500

FEATURED = "(SELECT group_concat(day) FROM featured WHERE featured.paper = papers.number) AS featured"

_CITED = (
    "(SELECT json_array(count, influential, source, day) FROM citations WHERE paper = papers.number) AS cited"
)

_SELECT = f"SELECT number, {', '.join(NAMES)}, {FEATURED}, {_CITED} FROM papers"


def get(connection: sqlite3.Connection, paper_id: str) -> Paper | None:
    """The paper with this id; an own id also finds the row that has another by now."""
    found = _select(connection, "WHERE id = ?", paper_id)
    if not found and paper_id.startswith(OWN_PREFIX):
        found = _select(connection, "WHERE number = (SELECT paper FROM former_ids WHERE id = ?)", paper_id)
        # Several papers may share a title; which of them was meant, nobody knows.
        found = found or _select(connection, "WHERE own_id = ? LIMIT 1", paper_id)
    return paper_from_row(found[0]) if found else None


def current_ids(connection: sqlite3.Connection, paper_ids: Collection[str]) -> set[str]:
    """The ids by which the catalog knows these papers today, the given ones among them.

    A paper that was known by its title alone has got another when a source knew its id.
    """
    found = set(paper_ids)
    for own in sorted(each for each in paper_ids if each.startswith(OWN_PREFIX)):
        if not _select(connection, "WHERE id = ?", own):
            former = _select(connection, "WHERE number = (SELECT paper FROM former_ids WHERE id = ?)", own)
            # In a catalog that was built anew since then, its title alone tells.
            found.update(row["id"] for row in former or _select(connection, "WHERE own_id = ?", own))
    return found


def of_reference(connection: sqlite3.Connection, reference: Reference) -> Paper | None:
    """The paper that a recognised id, DOI or address names; see `bot.paper.ids`."""
    match reference:
        case ArxivId(id=paper_id) | OwnId(id=paper_id):
            return get(connection, paper_id)
        case Doi(doi=doi):
            return by_doi(connection, doi)
        case Address(url=url):
            return by_address(connection, url)


def by_doi(connection: sqlite3.Connection, doi: str) -> Paper | None:
    """The paper that has this DOI, in any way of writing it."""
    bare = parse_doi(doi)
    found = _select(connection, "WHERE doi = ? LIMIT 2", bare) if bare else []
    return paper_from_row(found[0]) if len(found) == 1 else None


def by_address(connection: sqlite3.Connection, address: str) -> Paper | None:
    """The paper that is at this http(s) address, where a file said so; a DOI's address will do, too."""
    if paper := by_doi(connection, address):
        return paper
    bare = re.sub(r"^https?://", "", address.strip()).partition("#")[0].rstrip("/")
    forms = [f"{scheme}://{bare}{end}" for scheme in ("https", "http") for end in ("", "/")]
    found = _select(connection, f"WHERE url IN ({', '.join('?' * len(forms))}) LIMIT 2", *forms)
    return paper_from_row(found[0]) if bare and len(found) == 1 else None


def same_as(connection: sqlite3.Connection, written: Paper) -> Paper | None:
    """The catalog's paper that `written` is: by its id, its DOI, or its title and who wrote it when."""
    number = number_of(connection, written)
    return next(iter(get_many(connection, [number])), None) if number is not None else None


def get_many(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Paper]:
    """The papers of these row numbers, in the order of the numbers."""
    found = _select(connection, f"WHERE number IN ({','.join('?' * len(numbers))})", *numbers)
    rows = {row["number"]: row for row in found}
    return [paper_from_row(rows[number]) for number in numbers if number in rows]


def recent(connection: sqlite3.Connection, limit: int, offset: int = 0) -> list[Paper]:
    """Newest first: by the day of publication, where unknown by the year of the id."""
    found = _select(
        connection,
        "ORDER BY coalesce(published, year || '-01-01') DESC, id DESC LIMIT ? OFFSET ?",
        limit,
        offset,
    )
    return [paper_from_row(row) for row in found]


def _select(connection: sqlite3.Connection, clauses: str, *values: Any) -> list[sqlite3.Row]:
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row  # the writer's connection gives plain tuples
    return cursor.execute(f"{_SELECT} {clauses}", values).fetchall()


def where(connection: sqlite3.Connection, clauses: str, *values: Any) -> list[Paper]:
    """The papers of which the SQL `clauses` hold, in the order that they give."""
    return [paper_from_row(row) for row in _select(connection, f"WHERE {clauses}", *values)]


def of_title(connection: sqlite3.Connection, title: str) -> Paper | None:
    """The paper of this title, where there is exactly one."""
    found = _select(connection, "WHERE own_id = ? LIMIT 2", own_id(title_key(title)))
    return paper_from_row(found[0]) if len(found) == 1 else None


def after(connection: sqlite3.Connection, number: int, limit: int) -> list[tuple[int, Paper]]:
    """The papers whose row numbers come after `number`, with these numbers."""
    found = _select(connection, "WHERE number > ? ORDER BY number LIMIT ?", number, limit)
    return [(row["number"], paper_from_row(row)) for row in found]


def every(connection: sqlite3.Connection) -> Iterator[Paper]:
    """All papers, in the order in which they came, in constant memory."""
    last = 0
    while page := after(connection, last, _PAGE):
        last = page[-1][0]
        yield from (paper for _, paper in page)


def unknown_to_arxiv(connection: sqlite3.Connection, limit: int) -> list[str]:
    """The newest featured papers of which arXiv has not said anything yet; see `mark_asked_arxiv`."""
    rows = connection.execute(
        "SELECT id FROM papers WHERE number IN (SELECT paper FROM featured)"
        f" AND {letter_of('withdrawn')} NOT IN ('a', 'd') AND id NOT LIKE '{OWN_PREFIX}%'"
        " ORDER BY number DESC LIMIT ?",
        (limit,),
    )
    return [paper_id for (paper_id,) in rows if is_arxiv_id(paper_id)]


def mark_asked_arxiv(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """arXiv does not know these papers: so it has not withdrawn them."""
    connection.executemany(
        f"UPDATE papers SET provenance = {with_letter('withdrawn', 'a')} WHERE id = ?",
        [(paper_id,) for paper_id in ids],
    )


def count(connection: sqlite3.Connection) -> int:
    """How many papers there are."""
    (papers,) = connection.execute("SELECT count(*) FROM papers").fetchone()
    return int(papers)


def first_featured(connection: sqlite3.Connection) -> date | None:
    """The first day of Daily Papers in the catalog."""
    (day,) = connection.execute("SELECT min(day) FROM featured").fetchone()
    return date.fromisoformat(day) if day else None


def last_featured(connection: sqlite3.Connection) -> date | None:
    """The newest day of Daily Papers in the catalog."""
    (day,) = connection.execute("SELECT max(day) FROM featured").fetchone()
    return date.fromisoformat(day) if day else None
