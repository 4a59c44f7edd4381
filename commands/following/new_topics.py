"""Topics of papers to come: of a follow, and of a mail."""

from __future__ import annotations

from datetime import date, timedelta

from bot.errors import UserError
from bot.library_here import LibraryHere
from bot.search.query import Query, parse_query
from bot.views.filters import unreadable
from bot.views.markdown import clip_escaped
from commands.answering.satisfiable import check_satisfiable, has_subject, says_nothing

_SHOWN = 100
_NEW_FOR = timedelta(days=14)


def check_new_topic(query: Query, today: date) -> None:
    """UserError for what can't be read, and for what no new paper can satisfy."""
    shown = clip_escaped(query.typed, _SHOWN)
    if query.unread:
        raise UserError(unreadable(query.unread[0]))
    if not query.typed.strip():
        raise UserError("Say in `topic` what it's about, such as `web agents`.")
    if query.is_empty or query.references:
        raise UserError(
            f"“{shown}” isn't a topic. Try words such as `web agents`; for a paper, use `/follow paper`."
        )
    if query.before is not None and query.before <= today - _NEW_FOR:
        raise UserError(f"“{shown}” asks for old papers only: leave the date out to hear of new ones.")
    check_satisfiable(query, today)
    if not has_subject(query):
        raise says_nothing(query)


async def spelt_topic(library: LibraryHere, query: Query) -> str:
    """What a topic that the catalog has nothing of may be a slip of; empty where nothing is near."""
    return (await library.find(parse_query(query.text), limit=1)).corrected or ""
