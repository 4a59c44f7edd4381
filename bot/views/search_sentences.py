"""What is said of a search, in Discord's markdown: how much was found, what was searched, why nothing was.

The same sentences stand above results in Discord and on the web.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.search.query import Unreadable
from bot.search.results import Asked, Instead, Results, Sort
from bot.views.filters import NAMED_PARTS, excluding, left_out, typed
from bot.views.markdown import clip, counted, escape

_SHOWN_QUERY = 120


@dataclass(frozen=True, slots=True)
class Hints:
    """Where to go on from when nothing is found: the end of a sentence, and a whole one."""

    newest: str
    tips: str


def headline(results: Results, *, timed: bool = True) -> str:
    """How many hold what was asked, how many are related, and in which order; `timed` says how quickly."""
    shown = _searched(results, results.corrected or results.unquoted or results.query)
    related = results.total - results.holding
    took = f" in {_milliseconds(results.took_ms)}" if timed else ""
    if not results.holding:
        found = f"**{counted(related, 'related paper')}**{took} for “{shown}”{_order(results)}"
        return f"{found} · none has every word"
    found = f"**{counted(results.holding, 'paper')}**{took} for “{shown}”{_order(results)}"
    return found + (f" · {related:,} related" if related else "")


def _order(results: Results) -> str:
    """Said where it is not the best match first."""
    if results.sort is Sort.UPVOTED:
        return ", the most upvoted first"
    by_day = results.sort is Sort.NEWEST or results.asked is Asked.FILTERS
    return ", the newest first" if by_day else ""


def searched_otherwise(results: Results) -> list[str]:
    """What the search went on without, a sentence each."""
    notes = [left_out(unread) for unread in results.unread[:NAMED_PARTS]]
    if results.unquoted is not None:
        notes.insert(0, "No paper has these words side by side, so I searched without the quotation marks.")
    return notes


def why_nothing(results: Results, hints: Hints) -> list[str]:
    """The sentences above what is offered instead."""
    sentences = [left_out(unread) for unread in results.unread[:NAMED_PARTS]]
    if not sentences or results.asked not in (Asked.NOTHING, Asked.NAMES):
        sentences.append(_nothing_found(results, hints))
    return sentences


def _nothing_found(results: Results, hints: Hints) -> str:
    shown = _searched(results, results.query)
    if results.asked is Asked.NOTHING:
        return "I need at least one word to search for. Type a topic, a title or an author's name."
    if results.asked is Asked.NAMES:
        return f"I don't have “{shown}”."
    if results.instead:
        blamed, *others = {other.part: other for other in results.instead}.values()
        if not blamed.part or others:
            return f"**Nothing found for “{shown}”** with these filters."
        alone = not blamed.part_finds or blamed.part == " ".join(results.query.split())
        return f"**No {excluding(blamed.part_alone)}{'' if alone else ' match the rest of your search'}.**"
    if results.nearest:
        return f"**Nothing found for “{shown}”.** Similar titles:"
    if results.asked is Asked.FILTERS:
        return f"**No {excluding(results.understood)}.** {hints.newest}"
    return (
        f"**Nothing found for “{shown}”**, and no similar titles. Try other English words, an author's name "
        f"or a link to the paper{hints.tips}"
    )


def differing(other: Instead) -> str:
    """`Drop X`, `Use Y instead of X`, or the search itself."""
    if not other.part:
        return typed(other.query)
    if other.change:
        return f"Use {typed(other.change)} instead of {typed(other.part)}"
    return f"Drop {typed(other.part)}"


def _searched(results: Results, query: str) -> str:
    """`query` without what was left out."""
    for unread in results.unread:
        if unread.kind is Unreadable.NAME:
            query = query.replace(unread.part, unread.read, 1)
        elif unread.kind is not Unreadable.EITHER:
            query = query.replace(unread.part, " ", 1)
    return shown_query(query if query.strip() else results.query)


def shown_query(query: str) -> str:
    """What was searched, for between quotation marks: a phrase has its own already."""
    words = " ".join(query.split())
    if words.count('"') == 2 and words[0] == words[-1] == '"':
        words = words[1:-1]
    return escape(clip(words, _SHOWN_QUERY))


def _milliseconds(took: float) -> str:
    return f"{took:.1f} ms" if took < 10 else f"{took:,.0f} ms"
