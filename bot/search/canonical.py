"""One way to write each search, so that whoever asks for the same has the same answer and the same feed."""

from __future__ import annotations

from dataclasses import replace

from bot.search.query import Query, parse_query
from bot.search.typed_filters import FIELDS


def canonical(text: str) -> Query:
    """`parse_query` of that way: in small letters, and with one name for each filter.

    What says something else so stays as it was typed: ids and links, and operators that can't be said here.
    """
    query = parse_query(text)
    if query.references:
        return query
    plain = parse_query(" ".join(_named_alike(query).lower().split()))
    unread = [[part.kind for part in each.unread] for each in (query, plain)]
    means_the_same = replace(plain, text=query.text, unread=query.unread) == query
    return plain if means_the_same and unread[0] == unread[1] else query


def _named_alike(query: Query) -> str:
    """Its text with `author:` for `au:`, `after:` for `since:`, and so on."""
    text = query.text
    for start, end in reversed(query.narrowing):
        minus = "-" if text[start] == "-" else ""
        name, _, value = text[start:end].removeprefix(minus).partition(":")
        if (known := FIELDS.get(name.lower())) is not None:
            text = f"{text[:start]}{minus}{known}:{value.lstrip()}{text[end:]}"
    return text
