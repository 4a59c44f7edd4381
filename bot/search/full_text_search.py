"""Search with SQLite's own full-text index: what answers while the derived index is not there yet."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from bot.catalog import full_text, papers
from bot.catalog.full_text import Order, Wanted, near, phrase
from bot.paper.ids import written
from bot.paper.model import Paper
from bot.search.author_names import telling
from bot.search.index.ranking import Ranked
from bot.search.query import Query
from bot.search.results import Sort

_ID_BEGINNING = re.compile(
    r"(?:arxiv:\s*)?(?P<id>\d{3,4}(?:\.\d{0,5})?|[a-z-]+/\d{0,7})(?:v\d*)?", re.IGNORECASE
)
_ORDERS = {Sort.BEST: Order.SCORE, Sort.NEWEST: Order.DAY, Sort.UPVOTED: Order.UPVOTES}


def find(connection: sqlite3.Connection, query: Query, sort: Sort, limit: int, offset: int) -> Ranked:
    """The papers that satisfy the query's conditions and hold at least one of its words."""
    wanted = _wanted(query)
    total = full_text.count(connection, wanted)
    order = _ORDERS[sort if query.words or sort is not Sort.BEST else Sort.NEWEST]
    found = full_text.page(connection, wanted, order, limit, offset)
    holding = full_text.count(connection, _wanted(query, every=True))
    return Ranked([number for number, _ in found], [score for _, score in found], total, holding)


def random(connection: sqlite3.Connection, query: Query) -> Paper | None:
    """Any of the papers that `find` finds."""
    number = full_text.random_number(connection, _wanted(query))
    return papers.get_many(connection, [number])[0] if number is not None else None


def suggest(connection: sqlite3.Connection, found: Sequence[str], limit: int) -> list[tuple[str, str]]:
    """Ids and titles that hold all these words, the last as far as it is typed; without words the newest."""
    if not found:
        return full_text.newest_titles(connection, limit)
    words = [*(phrase((word,)) for word in found[:-1]), phrase(found[-1:], begun=True)]
    return full_text.titles_with(connection, f"title : ({' AND '.join(words)})", limit)


def with_id_beginning(connection: sqlite3.Connection, typed: str, limit: int) -> list[tuple[str, str]]:
    """Ids and titles of the newest papers whose arXiv id begins so; none where no id does."""
    match = _ID_BEGINNING.fullmatch(typed)
    return full_text.newest_titles(connection, limit, match["id"].lower()) if match else []


def _wanted(query: Query, *, every: bool = False) -> Wanted:
    """The papers with at least one of the query's words, or those with `every` one."""
    return Wanted(
        match=_match(query, " AND " if every else " OR "),
        unwanted=(
            *(phrase(words) for words in query.excluded),
            *(phrase(words, "authors") for words in query.excluded_authors),
            *(phrase(words, "title") for words in query.excluded_titles),
        ),
        ids=tuple(map(written, query.references)),
        without=query.without,
        among=query.among,
        first=query.after,
        before=query.before,
        categories=query.categories,
        unwanted_categories=query.excluded_categories,
    )


def _match(query: Query, joint: str) -> str:
    required = [phrase(words) for words in query.phrases]
    required += [near(telling(author), "authors") for author in query.authors]
    required += [phrase(title, "title") for title in query.titles]
    loose = list(dict.fromkeys(phrase((word,)) for word in query.telling.values()))
    if loose and not query.phrases:
        required.append(f"({joint.join(loose)})")
    return " AND ".join(required)
