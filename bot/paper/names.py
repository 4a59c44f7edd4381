"""The names of authors: given name, family with its particles, suffix; a group has no parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nameparser.config import Constants

_GROUP = re.compile(
    r"\d|&|^the\b|\b(?:and|of|for|team|teams|collaborations?|group|consortium|labs?|laborator(?:y|ies)|project|inc|ltd"
    r"|llc|gmbh|corp|corporation|company|university|institute|institut|organi[sz]ation|network|initiative"
    r"|committee|research|(?-i:AI)|deepmind|openai|community|alliance|foundation|association|society|cent(?:er|re)"
    r"|contributors|authors|agency|council|department|academy|college|hospital|survey|telescope|observatory)\b",
    re.IGNORECASE,
)
_MOST_WORDS = 8
"""A longer one is a list or a sentence, and is left whole."""
_SUFFIXES = frozenset({"jr", "sr", "junior", "senior", "ii", "iii", "iv"})
_CAPITAL_PARTICLES = frozenset(
    {"van", "von", "de", "del", "della", "der", "den", "dos", "das", "da", "du", "ter", "zu", "zur", "dello"}
)
"""Those that are written with a capital, too. `Di`, `Bin`, `Do`, `Le` and others are names when they are."""
_VIETNAMESE = frozenset(
    {
        "nguyen",
        "tran",
        "le",
        "pham",
        "hoang",
        "huynh",
        "phan",
        "vu",
        "vo",
        "dang",
        "bui",
        "do",
        "ho",
        "ngo",
        "duong",
    }
)
"""Families before whose names `Van` is a middle name."""
_OTHER_ORDER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Person:
    """`given` and `suffix` may be empty."""

    given: str
    family: str
    suffix: str = ""


def person_of(name: str) -> Person | None:
    """The parts of a person's name; None for a group, which is cited whole."""
    words = name.split()
    if not words or len(words) > _MOST_WORDS or name.count(",") > 2 or _GROUP.search(name):
        return None
    if not any(map(str.isalpha, name)):
        return None
    if len(words) == 1 and "," not in name:
        return Person(
            "", name.strip()
        )  # nameparser parts Korean names, which their bearers write as one word
    if (
        "," not in name
        and not _is_suffix(words[-1])
        and not _OTHER_ORDER.search(name)
        and not _particles(words)
    ):
        return Person(" ".join(words[:-1]), words[-1])
    from nameparser import HumanName  # its start takes a while, and few names need it

    read = HumanName(name, constants=_constants())
    given = " ".join(part for part in (read.first, read.middle) if part)
    if not read.last or not all(map(_is_suffix, read.suffix.split())):
        return None
    return Person(given, read.last, read.suffix)


def whole_name(given: str, family: str) -> str:
    """Both in the order of reading, in which `person_of` finds them again; either may be empty."""
    parts = (family, given) if is_family_first(given, family) else (given, family)
    return " ".join(filter(None, parts))


def is_family_first(given: str, family: str) -> bool:
    """Whether the family comes first: so with Chinese, Japanese and Korean names in their own scripts."""
    letters = [*filter(str.isalpha, given + family)]
    if not (given and family) or not all(map(_OTHER_ORDER.match, letters)):
        return False
    # A foreigner's name in katakana keeps its order.
    return person_of(f"{family} {given}") == Person(given, family)


def _is_suffix(word: str) -> bool:
    return word.strip(".,").lower() in _SUFFIXES


def _particles(words: list[str]) -> bool:
    """Whether a particle stands between the first word and the last."""
    known = _constants().prefixes
    for word, following in pairwise(words[1:]):
        plain = word.lower().strip(".'’")
        if plain == "van" and word[0].isupper() and following.lower() in _VIETNAMESE:
            continue
        if (plain in known and word[0].islower()) or plain in _CAPITAL_PARTICLES:
            return True
    return False


@lru_cache(1)
def _constants() -> Constants:
    """nameparser's without titles and degrees: in the list of a paper's authors `Md.` and `Ma` are names."""
    from nameparser.config import Constants

    constants = Constants()
    constants.titles.clear()
    constants.first_name_titles.clear()
    constants.suffix_acronyms.clear()
    constants.suffix_not_acronyms.clear()
    constants.suffix_not_acronyms.add(*_SUFFIXES)
    return constants
