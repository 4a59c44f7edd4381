"""What a button remembers: a versioned verb and its fields, in the 100 characters of a custom_id.

`p1:open:2411.13543:find:=debate:best:2` is version 1, the verb `open` and its fields. A custom_id is input:
it comes back from Discord years later and may hold anything.
"""

from __future__ import annotations

import re

from bot.catalog.ids import own_id
from bot.catalog.models import Paper
from bot.catalog.text import title_key
from bot.errors import StaleButton

VERSION = "p1"
LONGEST = 100
PATTERN = re.compile(r"p\d+:.*", re.DOTALL)
"""Every custom_id of ours, of any version, so that an outdated button gets an answer too."""

LAST_PAGE = 10**6
"""Beyond every list that there is."""
_LONGEST_HANDLE = 20
_NO_ID = 2**63
"""The databases' integers end before it, and so do Discord's ids."""

_ESCAPES = {"%": "%25", ":": "%3A"}


def compose(verb: str, *fields: object) -> str:
    """The custom_id for a verb and its fields, each kept as its text."""
    custom_id = ":".join((VERSION, verb, *(_escape(str(field)) for field in fields)))
    if len(custom_id) > LONGEST:
        raise ValueError(f"custom_id of {len(custom_id)} characters: park what is long")
    return custom_id


def parse(custom_id: str) -> tuple[str, tuple[str, ...]]:
    """The verb and its fields; StaleButton where another version wrote them."""
    version, _, rest = custom_id.partition(":")
    if version != VERSION:
        raise StaleButton
    verb, *fields = rest.split(":")
    return verb, tuple(field.replace("%3A", ":").replace("%25", "%") for field in fields)


def number(field: str) -> int:
    """The whole number that a field holds; StaleButton where it holds none that an id or a page can be."""
    if not (field.isascii() and field.isdecimal() and len(field) < 20 and int(field) < _NO_ID):
        raise StaleButton
    return int(field)


def page_number(field: str) -> int:
    """The page that a field names, from 1 to LAST_PAGE."""
    return min(max(number(field), 1), LAST_PAGE)


def handle(paper: Paper) -> str:
    """What a button calls `paper`: its id; where that is long, the one that its title makes."""
    return paper.id if length_of(paper.id) <= _LONGEST_HANDLE else own_id(title_key(paper.title))


def length_of(field: str) -> int:
    """Characters that `field` takes inside a custom_id."""
    return len(_escape(field))


def _escape(field: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in field)
