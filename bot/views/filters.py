"""What people typed, named in sentences: the parts that could not be read, the filters that leave nothing."""

from __future__ import annotations

from bot.paper.cleaning import visible
from bot.search.query import Query, Unread, Unreadable
from bot.search.results import Instead
from bot.views.markdown import clip, clip_escaped, counted

_SHOWN_PART = 60
NAMED_PARTS = 3
"""Of what was left out, at most."""

_EXAMPLES = {
    Unreadable.DATE: "a date looks like `after:2024` or `before:2024-06`",
    Unreadable.AUTHOR: "write the name right behind it, like `author:liang`",
    Unreadable.TITLE: "write the words right behind it, like `title:debate`",
    Unreadable.CATEGORY: "write a category right behind it, like `cat:cs.CL`",
    Unreadable.EITHER: "I can't search for one or the other, so try each alone",
    Unreadable.ORDER: "to change the order, use the `sort` option, like `sort: newest`",
}


def left_out(unread: Unread) -> str:
    """One sentence on a part that was left out or taken otherwise, with an example of what can be read."""
    if unread.kind is Unreadable.EITHER:
        return f"I looked for all words of {typed(unread.part)}: {_EXAMPLES[unread.kind]}."
    if unread.kind is Unreadable.NAME:
        return f"I read {typed(unread.part)} as {typed(unread.read)}."
    return _named(unread, "I left out")


def unreadable(unread: Unread) -> str:
    """The same where nothing goes on: a topic is kept only as it will be understood."""
    return _named(unread, "I couldn't read")


def _named(unread: Unread, what: str) -> str:
    if unread.kind is Unreadable.ADDRESS:
        return f"{typed(unread.part)} isn't a link to a paper; one looks like `https://arxiv.org/abs/2411.13543`."
    example = f"did you mean {typed(unread.read)}?" if unread.read else f"{_EXAMPLES[unread.kind]}."
    return f"{what} {typed(unread.part)}: {example}"


def excluding(query: Query) -> str:
    """What no paper is, where this filter leaves none: "papers by “zzz”"."""
    if query.narrowing != ((0, len(query.text)),):
        return f"papers for {typed(query.typed)}"
    name, _, value = query.text.rpartition(":")
    shown = f"“{clip_escaped(value.lstrip('-').strip(chr(34)), _SHOWN_PART)}”"
    if query.text.startswith("-"):
        return f"papers without {shown}"
    if query.phrases:
        return f"papers with {shown} word for word"
    if query.titles:
        return f"papers with {shown} in the title"
    if query.authors:
        return f"papers by {shown}"
    if query.categories:
        return f"papers in {shown[1:-1]}"
    return f"papers {'in' if name == 'year' else 'after' if query.after else 'before'} {shown[1:-1]}"


def found_by(other: Instead) -> str:
    """`4 papers`, or where none holds what was asked `25 related papers`."""
    return counted(other.holding, "paper") if other.holding else counted(other.total, "related paper")


def typed(part: str) -> str:
    """As code, in which nothing needs an escape but the sign that ends it."""
    return f"`{clip(visible(part).replace('`', chr(39)), _SHOWN_PART)}`"
