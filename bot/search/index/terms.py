"""From a topic's words to terms: what belongs together, and each way to write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Final

import numpy as np

from bot.paper.text import stem
from bot.search.function_words import FUNCTION, PAPERS
from bot.search.index.aboutness import Term
from bot.search.index.segment import Segment
from bot.search.index.texts import Stems
from bot.search.query import Query, Words

TRUSTED: Final = 0.5
"""A short form stands for its long one where this part of the papers that have it spell it out as well: "RAG"
does, "ACT" is mostly a word."""

_WAYS: Final = 12
"""Ways to write one term, at most."""

_LONGEST: Final = 6
"""Words that a short form stands for, at most."""

_SHORTEST_HALF: Final = 2
"""Letters of a half of a word that is written as one and as two."""

SILENT: Final = FUNCTION | {"paper", "papers", "using"}
"""Words that say nothing by themselves: they may be missing where words are only near each other."""

_ON: Final = {"on", "about", "of", "for", "in", "into"}
_ARTICLES: Final = {"the", "a", "an"}

_BETWEEN: Final = ("of", "for", "in")
"""What stands between two words that are turned: "generation of code"."""


class Terms:
    """Makes terms, by the words that the catalog holds."""

    def __init__(self, segments: Sequence[Segment], forms: Mapping[Stems, str]) -> None:
        self._segments = segments
        self._forms = forms
        self._long = {short: long for long, short in forms.items()}
        self._begins = {long[0] for long in forms}
        self._made: dict[tuple[Words, frozenset[Words]], Term] = {}
        self._counted: dict[tuple[str, str], int] = {}
        self._asked: dict[str, bool] = {}
        self._halved: dict[str, list[Stems]] = {}

    def of(self, query: Query) -> list[Term]:
        """The words outside quotation marks are one term, each phrase is another."""
        hyphenated = frozenset(piece.words for piece in query.loose if "-" in piece.value)
        return [self._term(words, hyphenated) for words in words_of_terms(query)]

    def _term(self, words: Words, hyphenated: frozenset[Words]) -> Term:
        """The same object for the same words: many topics hold them."""
        term = self._made.get((words, hyphenated))
        if term is None:
            term = self._made[words, hyphenated] = self._new_term(words, hyphenated)
        return term

    def _new_term(self, words: Words, hyphenated: frozenset[Words]) -> Term:
        typed = tuple(stem(word) for word in words)
        starts = [[*self._starts(words[first:], typed[first:], hyphenated)] for first in range(len(words))]
        ways = tuple(dict.fromkeys(islice(_ways(starts, 0), _WAYS)))
        silent = {stem(word) for word in words if word in SILENT}
        telling = [tuple(part for part in way if part not in silent) or way for way in ways if len(way) > 1]
        turned = [(typed[1], between, typed[0]) for between in _BETWEEN] if len(typed) == 2 else []
        return Term(
            ways,
            near=tuple(dict.fromkeys(telling)),
            turned=tuple(turned),
            word=words[0] if len(words) == len(ways) == 1 else "",
            short={way: spelt for way in ways if (spelt := self._spelt(way, typed))},
        )

    def _spelt(self, way: Stems, typed: Stems) -> Stems:
        """What the short forms of a way stand for that were not typed."""
        return tuple(each for part in way if part not in typed for each in self._long.get(part, ()))

    def _starts(
        self, words: Words, roots: Stems, hyphenated: frozenset[Words]
    ) -> Iterator[tuple[int, Stems]]:
        """(how many words, what may stand in their place), as it was typed first."""
        yield 1, roots[:1]
        if roots[0] in self._begins:
            for length in range(2, min(len(roots), _LONGEST) + 1):
                short = self._forms.get(roots[:length])
                if short is not None and self._trusted(short):
                    yield length, (short,)
        long = self._long.get(roots[0])
        if long is not None and self._trusted(roots[0]):
            yield 1, long
        if len(words) > 1:
            together = stem(words[0] + words[1])
            written = tuple(words[:2]) in hyphenated or self._count("aliases", together)
            if written and self._count("text", together):
                yield 2, (together,)
        if long is None and self._count("aliases", roots[0]):
            yield from ((1, halves) for halves in self._halves(words[0]))

    def _halves(self, word: str) -> list[Stems]:
        """ "multiagent" as "multi agent": the two parts of a word that is also written with a hyphen."""
        found = self._halved.get(word)
        if found is None:
            pairs = sorted(halves_of(word), key=lambda pair: -min(self._count("text", half) for half in pair))
            found = [pair for pair in pairs[:2] if all(self._count("text", half) for half in pair)]
            self._halved[word] = found
        return found

    def _count(self, kind: str, word: str) -> int:
        """How many papers hold it: the same words are in many topics."""
        found = self._counted.get((kind, word))
        if found is None:
            found = sum(getattr(segment, kind).count(word) for segment in self._segments)
            self._counted[kind, word] = found
        return found

    def _trusted(self, short: str) -> bool:
        found = self._asked.get(short)
        if found is None:
            found = self._asked[short] = self._is_spelt_out(short)
        return found

    def _is_spelt_out(self, short: str) -> bool:
        holding = self._count("text", short)
        spelt = sum(
            len(np.intersect1d(each.text.of(short), each.aliases.of(short), assume_unique=True))
            for each in self._segments
        )
        return holding > 0 and spelt >= TRUSTED * holding


def _ways(starts: Sequence[Sequence[tuple[int, Stems]]], first: int) -> Iterator[Stems]:
    """How the words from `first` on may be written, by what may stand from each on: as typed comes first."""
    if first == len(starts):
        yield ()
        return
    for length, written in starts[first]:
        for rest in _ways(starts, first + length):
            yield (*written, *rest)


def words_of_terms(query: Query) -> list[Words]:
    """The words of each term, as they were typed."""
    loose = [word for words in _trimmed([piece.words for piece in query.loose]) for word in words]
    return [words for words in (tuple(loose), *query.phrases) if words]


def halves_of(word: str) -> list[tuple[str, str]]:
    """The stems of every two parts of a word."""
    places = range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)
    return [(stem(word[:place]), stem(word[place:])) for place in places]


def _trimmed(pieces: Sequence[Words]) -> list[Words]:
    """Without what is only said to say that papers are wanted: "papers on the memory of agents"."""
    left = list(pieces)
    if len(left) > 2 and _is_one_of(left[0], PAPERS) and _is_one_of(left[1], _ON):
        left = left[2:]
    if len(left) > 1 and _is_one_of(left[0], _ARTICLES):
        left = left[1:]
    return left or list(pieces)


def _is_one_of(piece: Words, words: Set[str]) -> bool:
    return len(piece) == 1 and piece[0] in words
