"""The ids by which papers are known outside for ever: a feed's reader takes another id for another paper."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

_AT_ONCE = 500


def lasting_ids(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[str, str]:
    """By the id of each of these papers the first that the catalog had for it.

    That is another one where arXiv's id became known later.
    """
    lasting = {each: each for each in paper_ids}
    for start in range(0, len(paper_ids), _AT_ONCE):
        some = paper_ids[start : start + _AT_ONCE]
        rows = connection.execute(
            "SELECT papers.id, former_ids.id FROM former_ids JOIN papers ON papers.number = former_ids.paper"
            f" WHERE papers.id IN ({', '.join('?' * len(some))}) ORDER BY former_ids.rowid DESC",
            list(some),
        )
        # The earliest comes last, and stays.
        lasting.update((paper_id, former) for paper_id, former in rows)
    return lasting
