"""A topic's single words as papers write them: the index knows their stems alone."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from bot.catalog import paper_rows
from bot.paper.text import stem, words
from bot.search.index.aboutness import About, Term, of_one_word
from bot.search.index.same_word import is_same, is_wide

_AT_A_TIME: Final = 500
"""Papers whose texts are read between two looks at the clock."""


def meant(
    connection: sqlite3.Connection,
    terms: Sequence[Term],
    found: Mapping[int, About],
    check: Callable[[], None],
) -> dict[int, About]:
    """Of the papers found about these terms those that say their single words, not others of one stem."""
    left = dict(found)
    for word in (term.word for term in terms if term.word and is_wide(term.word)):
        numbers = list(left)
        said: dict[int, About] = {}
        for first in range(0, len(numbers), _AT_A_TIME):
            check()
            said |= _saying(connection, word, numbers[first : first + _AT_A_TIME])
        if len(terms) == 1:
            return said
        left = {
            number: min(about, said[number], key=_order) for number, about in left.items() if number in said
        }
    return left


def _order(about: About) -> tuple[int, float]:
    return about.degree, about.strength


def _saying(connection: sqlite3.Connection, word: str, numbers: list[int]) -> dict[int, About]:
    texts = paper_rows.readable_texts(connection, numbers)
    root = stem(word)
    # Whatever shares the stem begins like it, but for a last letter that the stemmer changed.
    begins = re.compile(re.escape(root[:-1]), re.IGNORECASE)
    counts = np.zeros((4, len(texts)), np.int64)
    for place, (_, title, phrases, abstract) in enumerate(texts):
        counts[0, place] = _times(word, title, begins)
        counts[1, place] = sum(_times(word, phrase, begins) for phrase in phrases)
        counts[2, place] = any(len(words(phrase)) == 1 and _times(word, phrase, begins) for phrase in phrases)
        counts[3, place] = _times(word, abstract, begins)
    judged = of_one_word(counts[0], counts[1], counts[2] > 0, counts[3])
    return {texts[which][0]: judged.about(which) for which in np.flatnonzero(judged.degrees).tolist()}


def _times(word: str, text: str, begins: re.Pattern[str]) -> int:
    if not begins.search(text):
        return 0
    return sum(is_same(word, other) for other in words(text))
