"""Under which ids the catalog knew its papers: what people said of one was kept by the id of that day.

A paper that is known by its title alone gets another id once a source knows that, perhaps with another title.
"Editorial" is the title of many: a title tells only while the catalog has one paper of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import Protocol

from bot.catalog.changes import identity
from bot.catalog.lasting_ids import former_ids
from bot.paper.ids import OWN_PREFIX, own_id
from bot.paper.text import title_key


class Titled(Protocol):
    """A paper, by its id and title."""

    @property
    def id(self) -> str:
        """As the catalog has it."""

    @property
    def title(self) -> str:
        """As the catalog has it."""


def todays_ids(
    connection: sqlite3.Connection, paper_ids: Iterable[str], *, by_title: bool = True
) -> dict[str, str]:
    """Of these ids those whose papers the catalog knows by another today, with that one.

    None that might be either of two papers. Without `by_title` those alone that changed in this catalog: one
    that is being filled anew may have only one of a title as yet.
    """
    found = {}
    own_ids = {each for each in paper_ids if each.startswith(OWN_PREFIX)}
    for own in sorted(own_ids - _in_use(connection, own_ids)):
        today = _of_former(connection, own) or (_of_title(connection, own) if by_title else None)
        if today is not None:
            found[own] = today
    return found


def latest_change(connection: sqlite3.Connection) -> tuple[int, int]:
    """Another where another catalog is read, or another paper of this one has got another id."""
    row = connection.execute("SELECT max(rowid) FROM former_ids").fetchone()
    return identity(connection), int(row[0] or 0)


def earlier_ids(connection: sqlite3.Connection, papers: Collection[Titled]) -> dict[str, list[str]]:
    """By today's id of each of these papers all others by which what was said of it may be kept."""
    earlier: dict[str, list[str]] = {paper.id: [] for paper in papers}
    for paper_id, former in former_ids(connection, earlier):
        earlier[paper_id].append(former)
    for paper in papers:
        # In a catalog that was built anew since then, its title alone tells.
        own = own_id(title_key(paper.title))
        if own not in (paper.id, *earlier[paper.id]) and todays_ids(connection, [own]).get(own) == paper.id:
            earlier[paper.id].append(own)
    in_use = _in_use(connection, {each for others in earlier.values() for each in others})
    return {paper_id: [each for each in others if each not in in_use] for paper_id, others in earlier.items()}


def _in_use(connection: sqlite3.Connection, paper_ids: Collection[str]) -> set[str]:
    """Those that a paper has today: what is kept by them is that paper's."""
    rows = connection.execute(
        "SELECT id FROM papers WHERE id IN (SELECT value FROM json_each(?))", [json.dumps([*paper_ids])]
    )
    return {paper_id for (paper_id,) in rows}


def _of_former(connection: sqlite3.Connection, own: str) -> str | None:
    row = connection.execute(
        "SELECT papers.id FROM former_ids JOIN papers ON papers.number = former_ids.paper"
        " WHERE former_ids.id = ?",
        (own,),
    ).fetchone()
    return str(row[0]) if row else None


def _of_title(connection: sqlite3.Connection, own: str) -> str | None:
    """The only paper of this title, where no other of it was taken out."""
    rows = connection.execute(
        "SELECT id FROM papers WHERE own_id = ? AND NOT EXISTS (SELECT 1 FROM removed WHERE id = ?) LIMIT 2",
        (own, own),
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None
