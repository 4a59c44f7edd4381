"""Whether a name is the one that was typed: its words in any order, an initial for what begins so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.paper.text import words

Words = tuple[str, ...]


def needs_names(author: Words) -> bool:
    """Whether words alone do not tell: several may be of several authors, and an initial is no word."""
    return len(author) > 1


def telling(author: Words) -> Words:
    """The words that a paper must hold to be by this author; initials tell nothing beside others."""
    return tuple(word for word in author if len(word) > 1) or author


def is_by(author: Words, names: Iterable[str], *, begun: bool = False) -> bool:
    """Whether one of the names holds all of these folded words; `begun` ones the last as a beginning."""
    return any(_is(author, _words(name), begun=begun) for name in names)


def _is(author: Words, name: Sequence[str], *, begun: bool) -> bool:
    """Each typed word is another word of the name: whole ones first, then initials and beginnings."""
    left = [*name]
    beginnings = []
    for place, word in enumerate(author, 1):
        if word in left:
            left.remove(word)
        elif len(word) == 1 or (begun and place == len(author)):
            beginnings.append(word)
        else:
            return False
    for word in sorted(beginnings, key=len, reverse=True):
        meant = next((each for each in left if each.startswith(word)), None)
        if meant is None:
            return False
        left.remove(meant)
    return True


@lru_cache(2**16)
def _words(name: str) -> Words:
    return tuple(words(name))
