"""Topics that no paper can ever satisfy, told before somebody waits for one."""

from __future__ import annotations

from datetime import date, timedelta

from bot.errors import UserError
from bot.search.query import Query
from bot.views.markdown import clip_escaped

_SHOWN = 100
_LONGEST_AHEAD = timedelta(days=365)


def check_satisfiable(query: Query, today: date) -> None:
    """UserError where it asks for days to come, leaves out what it wants, only leaves out, or only asks."""
    shown = clip_escaped(query.text, _SHOWN)
    if query.after is not None and query.after > today + _LONGEST_AHEAD:
        raise UserError(f"“{shown}” asks for papers of a day to come: leave the date out.")
    if query.after is not None and query.before is not None and query.after >= query.before:
        raise UserError(f"“{shown}” ends before it begins: give one date, or turn them round.")
    left_out = {word for words in query.excluded if len(words) == 1 for word in words}
    if left_out & {*query.telling.values()}:
        raise UserError(f"“{shown}” leaves out what it asks for. Take the `-` away, or the word.")
    asks = has_subject(query) or query.after or query.before
    if not asks and not query.has_conditions:
        raise says_nothing(query)
    if not asks:
        raise UserError(f"“{shown}” only says what to leave out: add a word that it is about.")


def has_subject(query: Query) -> bool:
    """Whether it says what papers are about, or whose, and not only when they are of."""
    return bool(query.spoken or query.titles or query.authors or query.categories)


def says_nothing(query: Query) -> UserError:
    """What is said of a topic without a subject."""
    shown = clip_escaped(query.text, _SHOWN)
    return UserError(f"“{shown}” says nothing of what papers are about: add a word such as `agents`.")
