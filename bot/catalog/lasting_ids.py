"""The ids by which papers are known outside for ever: a feed's reader takes another id for another paper."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence


def lasting_ids(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[str, str]:
    """By the id of each of these papers the first that the catalog had for it.

    That is another one where arXiv's id became known later.
    """
    lasting = {each: each for each in paper_ids}
    # The earliest comes last, and stays.
    lasting.update(reversed(former_ids(connection, paper_ids)))
    return lasting


def former_ids(connection: sqlite3.Connection, paper_ids: Collection[str]) -> list[tuple[str, str]]:
    """Each of these papers' ids with one that the catalog had for it, as they came to be former ones."""
    rows = connection.execute(
        "SELECT papers.id, former_ids.id FROM former_ids JOIN papers ON papers.number = former_ids.paper"
        " WHERE papers.id IN (SELECT value FROM json_each(?)) ORDER BY former_ids.rowid",
        [json.dumps([*paper_ids])],
    )
    return rows.fetchall()
