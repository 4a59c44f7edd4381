"""How a button is written into the 100 characters of a custom_id: a version, a verb and its fields.

A custom_id is input: it comes back from Discord years later and may hold anything. What was never written so
is a StaleButton, here and in `bot.views.button_base` and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from bot.errors import StaleButton
from bot.paper.model import is_paper_id
from bot.storable_text import storable

LONGEST = 100
"""Characters that Discord takes in a custom_id."""
PATTERN = re.compile(r"p\d+(?:\.\d+)?:.*", re.DOTALL)
"""Every custom_id of ours, of any version, so that an outdated button gets an answer too."""
LAST_PAGE = 10**6
"""Beyond every list that there is."""

_VERSION = "p1"
_READ = re.compile(r"p1(?:\.\d{1,2})?")
_COPY_MARK = 3
"""Characters of `.39`, which tells a button from 39 others that do the same in one message."""
_NO_ID = 2**63
"""The databases' integers end before it, and so do Discord's ids."""
_ESCAPES = {"%": "%25", ":": "%3A"}


# How a field is written. Reading raises StaleButton where the text is none that was written so.


@dataclass(frozen=True, slots=True)
class Kind:
    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < _NO_ID):
        raise StaleButton
    return int(text)


def _page(text: str) -> int:
    return min(max(_number(text), 1), LAST_PAGE)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise StaleButton from None


def _paper(text: str) -> str:
    if not is_paper_id(text):
        raise StaleButton
    return text


def _token(text: str) -> str:
    if text[:1] not in ("=", "#"):
        raise StaleButton
    return text


def choice(values: type[StrEnum]) -> Kind:
    """A field that is one of these values."""

    def read(text: str) -> StrEnum:
        try:
            return values(text)
        except ValueError:
            raise StaleButton from None

    return Kind(str, read)


def switch(word: str) -> Kind:
    """For a switch: the word where it is on; a default of False leaves it out."""

    def read(text: str) -> bool:
        if text != word:
            raise StaleButton
        return True

    return Kind(lambda _: word, read)


Text = Annotated[str, Kind(str, str)]
PaperId = Annotated[str, Kind(str, _paper)]
"""A paper, as `bot.views.paper_buttons.handle` names it."""
Token = Annotated[str, Kind(str, _token)]
"""A search: `=` and the query, or `#` and the key under which it is parked; see `commands.paper.searches`."""
Number = Annotated[int, Kind(str, _number)]
"""An id of ours or of Discord's."""
Page = Annotated[int, Kind(str, _page)]
"""From 1 to LAST_PAGE."""
Day = Annotated[date, Kind(date.isoformat, _day)]


# The whole of it


def join(words: Iterable[str]) -> str:
    """The custom_id of a verb and its fields; ValueError where that is too long and must be parked."""
    custom_id = ":".join((_VERSION, *map(_escape, words)))
    if len(custom_id) > LONGEST - _COPY_MARK:
        raise ValueError(f"custom_id of {len(custom_id)} characters: park what is long")
    return custom_id


def split(custom_id: str) -> list[str]:
    """The verb and its fields; StaleButton where another version wrote them, or no version at all."""
    version, _, rest = custom_id.partition(":")
    if len(custom_id) > LONGEST or not _READ.fullmatch(version) or storable(rest) != rest:
        raise StaleButton
    return [word.replace("%3A", ":").replace("%25", "%") for word in rest.split(":")]


def copy_of(custom_id: str, number: int) -> str:
    """Another custom_id for the same: in one message no two are equal. `number` is 1 to 39."""
    version, _, rest = custom_id.partition(":")
    return f"{version}.{number}:{rest}"


def length_of(field: str) -> int:
    """Characters that `field` takes inside a custom_id."""
    return len(_escape(field))


def _escape(field: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in field)
