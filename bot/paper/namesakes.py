"""Whether two records name an author in common, however each writes names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from rapidfuzz import fuzz

from bot.paper.text import words

_NOBODY = frozenset(("et", "al", "others", "anonymous"))
_GROUPS = frozenset(
    ("collaboration", "collaborations", "consortium", "group", "team", "project", "committee")
)
_ALIKE = 75
"""Percent in common of two spellings of one name, `Kathryn` and `Katherine`, by RapidFuzz's `ratio`."""
_MOST = 100
"""Names of a record that are compared: of long lists many have the first alone."""
_MOST_PAIRS = 4_000
"""Namesakes that are compared: lists that have more of them in common are of one paper."""

_Name = tuple[str, ...]


def share_people(ones: Iterable[str], others: Iterable[str]) -> bool | None:
    """Whether somebody may be among both; None where it can't be told.

    Two names are of one person if they share a word and no other contradicts: `Doe, Ada`, `A. Doe` and
    `Doe AB` may be one, `Wei Wang` and `Li Wang` are not. Groups, and names in another script, tell nothing.
    """
    one, other = _people(tuple(islice(ones, _MOST))), _people(tuple(islice(others, _MOST)))
    here, there, pairs = one.by_word, other.by_word, 0
    if not here or not there:
        return None
    for word in here.keys() & there.keys():
        pairs += len(here[word]) * len(there[word])
        if pairs > _MOST_PAIRS or any(_agree(*pair) for pair in product(here[word], there[word])):
            return True
    return None if one.scripts.isdisjoint(other.scripts) else False


@dataclass(frozen=True, slots=True)
class _People:
    by_word: Mapping[str, Collection[_Name]]
    """What stands beside each word in the names that have it, but for initials."""
    scripts: frozenset[bool]
    """Whether ASCII, of those that aren't groups."""


@lru_cache(maxsize=1024)
def _people(names: tuple[str, ...]) -> _People:
    found = _names(names)
    persons = (name for name in found if _GROUPS.isdisjoint(name))
    return _People(_by_word(found), frozenset("".join(name).isascii() for name in persons))


def _names(names: tuple[str, ...]) -> set[_Name]:
    """Each name's words, given names first; those of nobody left out."""
    found: set[_Name] = set()
    for name in names:
        family, _, given = name.partition(",")
        tokens = [*given.split(), *family.split()]
        found.add(_words(tokens))
        if not name.isupper():
            found.add(_words([" ".join(token) if _is_initials(token) else token for token in tokens]))
    return found - {()}


def _is_initials(token: str) -> bool:
    """As in `Doe AB`; where it is a family name, as in `LI Wei`, the whole word counts as well."""
    return 1 < len(token) < 4 and token.isascii() and token.isalpha() and token.isupper()


def _words(tokens: Iterable[str]) -> _Name:
    return tuple(word for word in words(" ".join(tokens)) if word not in _NOBODY)


def _by_word(names: Iterable[_Name]) -> dict[str, set[_Name]]:
    found: dict[str, set[_Name]] = {}
    for name in names:
        for place, word in enumerate(name):
            if len(word) > 1 or not word.isascii():
                found.setdefault(word, set()).add(name[:place] + name[place + 1 :])
    return found


def _agree(one: _Name, other: _Name) -> bool:
    """Whether the shorter's words stand, in their order, among the longer's."""
    shorter, longer = sorted((one, other), key=len)
    rest = iter(longer)
    return all(any(_may_be(word, another) for another in rest) for word in shorter)


def _may_be(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == 1 or len(shorter) > 2:
        if longer.startswith(shorter):
            return True
    elif one == other:
        return True
    return len(shorter) > 4 and one[0] == other[0] and fuzz.ratio(one, other) >= _ALIKE
