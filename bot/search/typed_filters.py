"""Filters as people type them, in the form that the search language has for them.

`author:Silver, David` is one name, `after:March 2024` a month, and `titel:debate` a slip of the keyboard.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

FIELDS = {
    "author": "author",
    "authors": "author",
    "au": "author",
    "title": "title",
    "intitle": "title",
    "ti": "title",
    "cat": "cat",
    "category": "cat",
    "categories": "cat",
    "after": "after",
    "since": "after",
    "from": "after",
    "before": "before",
    "until": "before",
    "to": "before",
    "year": "year",
    "date": "year",
    "sort": "sort",
    "order": "sort",
    "orderby": "sort",
}
"""The names of filters, as people type them."""

_SHORTEST = 5
"""Letters of a name that may be misspelt: `data:` is no slip of `date:`."""
_SLIP = re.compile(
    r'(?<!\S)-?(?P<name>[a-z]{4,11}):(?=["\w])(?:"[^"]*"|[^\s"]*)',
    re.IGNORECASE,
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAY_IN_WORDS = re.compile(
    r"""(?<!\S)(?P<field>after|since|from|before|until|to):\s?
    (?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s)?(?P<month>[a-z]{3,9})\.?,?\s
    (?:(?P<later>\d{1,2})(?:st|nd|rd|th)?,?\s)?(?P<year>(?:19|20)\d\d)(?!\S)""",
    re.VERBOSE | re.IGNORECASE,
)
_SURNAME_FIRST = re.compile(
    r"""(?<!\S)(?P<field>-?(?:author|authors|au):)(?P<surname>[^\s",:]+),\s
    (?P<given>[^\W\d_][\w.'-]*(?:\s[^\W\d_]\b\.?)*)(?=$|\s-?\w+:)""",
    re.VERBOSE | re.IGNORECASE,
)
"""At the end, or before another filter: in "author:vaswani, attention is all" a comma ends the name."""


def in_known_form(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The same in the language's form, and each filter whose name was misspelt, as typed and as read."""
    slips: list[tuple[str, str]] = []

    def respelt(typed: re.Match[str]) -> str:
        in_phrase = text[: typed.start()].count('"') % 2
        near = None if in_phrase else _nearest(typed["name"])
        if near is None:
            return typed[0]
        read = typed[0].replace(typed["name"], near, 1)
        slips.append((typed[0], read))
        return read

    return _SURNAME_FIRST.sub(_named, _DAY_IN_WORDS.sub(_dated, _SLIP.sub(respelt, text))), slips


def _nearest(name: str) -> str | None:
    """The filter's name that this one is a slip of; None for one that is right, and for any other word."""
    typed = name.lower()
    if typed in FIELDS:
        return None
    known = (each for each in FIELDS if len(each) >= _SHORTEST)
    return next((each for each in known if OSA.distance(typed, each, score_cutoff=1) <= 1), None)


def _dated(typed: re.Match[str]) -> str:
    month = next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(typed["month"].lower())), None)
    if month is None:
        return typed[0]
    day = typed["day"] or typed["later"]
    return f"{typed['field']}:{typed['year']}-{month:02}" + (f"-{int(day):02}" if day else "")


def _named(typed: re.Match[str]) -> str:
    if not typed["given"][0].isupper():
        return typed[0]
    return f'{typed["field"]}"{typed["given"]} {typed["surname"]}"'
