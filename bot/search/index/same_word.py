"""Which words of one stem say what a topic of a single word asks for.

The stemmer makes one of "tokenization" and "token", and of "optimizers", "optimization" and "optimal": good
for ranking, where other words decide, and wrong where one word is the whole topic.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.paper.text import stem

_MADE = re.compile(r"\w{4,}i[sz](?:e|ed|es|ing|ation|ations|er|ers)")
"""What comes of something being made so: "tokenized", "normalisation"."""
_DOER = re.compile(r"\w{4,}[eo]rs?")
"""Who or what does it: "optimizer", "transformers"."""


@lru_cache(1_000)
def is_wide(word: str) -> bool:
    """Whether words of other meanings share the stem of this one, in lower case."""
    return _is_made(word) or _is_doer(word)


@lru_cache(10_000)
def is_same(word: str, other: str) -> bool:
    """Whether `other` speaks of what `word` asks for: one is an inflection of the other, or made of it."""
    if stem(word) != stem(other) or _is_made(word) is not _is_made(other):
        return False
    return _is_doer(other) or not _is_doer(word)


def _is_made(word: str) -> bool:
    return _MADE.fullmatch(word) is not None and not stem(word).endswith(("iz", "is"))


def _is_doer(word: str) -> bool:
    return _DOER.fullmatch(word) is not None and stem(word) != word.removesuffix("s")
