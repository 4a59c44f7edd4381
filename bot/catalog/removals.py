"""Papers that the operator took out: no source brings them back. The state keeps them; this is its copy.

The copy lies in the catalog so that every writer honours it, also one that knows no state.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from bot.paper.model import Paper


def removed(connection: sqlite3.Connection) -> dict[str, str]:
    """Every id of the removed papers, and the one under which each stood in the catalog."""
    return dict(connection.execute("SELECT id, removed_as FROM removed").fetchall())


def is_removed(paper: Paper, own: str, known: Mapping[str, str]) -> bool:
    """Whether it is one of `known`; `own` is the id that its title makes.

    A paper that had nothing but its title is known by it, whatever id it comes with. Of one that had an arXiv
    id, the title alone says nothing of another paper with an arXiv id: some share a title.
    """
    return bool(known) and (paper.id in known or known.get(own) == own)


def ids_of(connection: sqlite3.Connection, paper: Paper) -> list[str]:
    """The other ids under which the catalog knows `paper`, or did."""
    rows = connection.execute(
        "SELECT own_id FROM papers WHERE id = ? UNION SELECT id FROM former_ids"
        " WHERE paper = (SELECT number FROM papers WHERE id = ?)",
        (paper.id, paper.id),
    )
    return sorted(other for (other,) in rows if other != paper.id)


def take_out(connection: sqlite3.Connection, ids: Mapping[str, str]) -> int:
    """Make `ids`, as `removed` gives them, the removed papers of this catalog; returns how many left it.

    Inside the caller's transaction.
    """
    if removed(connection) == dict(ids):
        return 0
    connection.execute("DELETE FROM removed")
    connection.executemany("INSERT INTO removed (id, removed_as) VALUES (?, ?)", list(ids.items()))
    found = connection.execute(
        "SELECT number FROM papers WHERE id IN (SELECT id FROM removed)"
        " OR own_id IN (SELECT id FROM removed WHERE id = removed_as)"
    ).fetchall()
    for (number,) in found:
        connection.execute("DELETE FROM featured WHERE paper = ?", (number,))
        connection.execute("DELETE FROM former_ids WHERE paper = ?", (number,))
        connection.execute("DELETE FROM papers WHERE number = ?", (number,))
    return len(found)
