"""Whether a paper is about a topic, apart from how high it ranks: one rule for whatever is sent by topic.

A topic is one or several terms; a paper is as much about it as about the term that it is least about. A term
is words that belong together, each in any of the ways to write it (see `bot.search.index.terms`):

- CENTRAL: several words stand side by side in one sentence of the title or the abstract, or in one keyword.
  A single word stands in the title, or is a keyword, or is in the abstract at least OFTEN times, where a
  longer keyword that holds it counts as once: it must be more than a passing mention.
- TOUCHED: the words stand in their order with NEAR other words among them, or two of them the other way round
  with a preposition between ("generation of code"), in the title or a keyword, or twice in the abstract. A
  single word is a part of a keyword, or twice in the abstract.
- NOT: anything less.

Nothing here depends on how many papers there are, or on the rest of them: a paper's degree is its own.
`judge` reads texts, not a catalog: it judges a catalog for one topic, and new papers for many topics.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import Field, Segment
from bot.search.index.texts import NEAR, Ints, Mask, Stems, Texts

OFTEN: Final = 3
"""Times that an abstract uses a single word for the paper to be about it."""

SHORT: Final = 0.7
"""What the strength is multiplied with where only a short form says it: whoever writes about something names
it."""

Floats = npt.NDArray[np.float32]


class Degree(IntEnum):
    NOT = 0
    TOUCHED = 1
    CENTRAL = 2


class Where(StrEnum):
    """Where in a paper its topic stands."""

    TITLE = "title"
    KEYWORDS = "keywords"
    ABSTRACT = "abstract"
    TEXT = "text"
    """Here and there: a question that is no term."""
    NOWHERE = "nowhere"
    """It needs not: the topic has filters alone."""


@dataclass(frozen=True, slots=True)
class About:
    """How much a paper is about a topic."""

    degree: Degree
    where: Where
    strength: float
    """From 0 to 1, for ordering papers of one degree: 1 in the title, less in keywords, least once in the
    abstract."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that belong together, as sequences of stems."""

    ways: tuple[Stems, ...]
    """Each way to write it; of those equally long, as it was typed comes first."""
    near: tuple[Stems, ...] = ()
    """What touches it with other words in between: the telling words of the ways that have several."""
    turned: tuple[Stems, ...] = ()
    """What touches it side by side: the other way round."""
    word: str = ""
    """The only word, where it is written in one way."""
    short: Mapping[Stems, Stems] = field(default_factory=dict)
    """Those of `ways` that hold a short form of what was typed, with what it stands for. In an abstract it
    counts where half of that is in the paper too: "MAs" are multi-agent systems, and massive activations."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Papers side by side in arrays: of each its degree, where, and strength."""

    degrees: npt.NDArray[np.uint8]
    fields: npt.NDArray[np.uint8]
    """The Field where the topic stands at best."""
    strengths: Floats

    def spread(self, which: slice, papers: Ints, size: int) -> Judged:
        """Those of `which`, each at the place of its paper among so many; of the others none is about it."""
        here = papers[which]
        degrees, fields = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
        strengths = np.zeros(size, np.float32)
        degrees[here], fields[here], strengths[here] = (
            self.degrees[which],
            self.fields[which],
            self.strengths[which],
        )
        return Judged(degrees, fields, strengths)

    def about(self, which: int) -> About:
        """How much the paper at this place among those judged is about the topic."""
        return _about(int(self.degrees[which]), int(self.fields[which]), float(self.strengths[which]))


@cache
def _about(degree: int, field: int, strength: float) -> About:
    """One object for the many papers that are alike in this."""
    return About(Degree(degree), _WHERE[field], round(strength, 4))


_WHERE: Final = (Where.TITLE, Where.KEYWORDS, Where.ABSTRACT)


def judge(terms: Sequence[Term], texts: Texts) -> Judged:
    """How much each of these papers is about a topic of these terms."""
    return judge_each([terms], texts)[0]


def judge_each(topics: Sequence[Sequence[Term]], texts: Texts) -> list[Judged]:
    """The same for each of many topics, all of them at once."""
    terms = {id(term): term for of_topic in topics for term in of_topic}
    judged = dict(zip(terms, _judged(list(terms.values()), texts), strict=True))
    # Of the terms, the one that each paper is least about.
    return [_chosen([judged[id(term)] for term in of_topic], np.argmin) for of_topic in topics]


class _Says(IntEnum):
    """What sentences say of a term, in the order in which it counts where papers are equally about it."""

    TERM = 0
    WORD = 1
    """The only word of it."""
    SHORT_TERM = 2
    SHORT_WORD = 3
    NEARLY = 4


_FACTORS: Final = (1.0, 1.0, SHORT, SHORT, 1.0)


class _Saying(NamedTuple):
    """What is looked for in sentences, for the term of this number."""

    term: int
    says: _Says
    stems: Stems
    between: int
    """Other words that may stand among them."""
    spelt: Stems
    """Of which half must be in the paper, where an abstract says it."""


def _sayings(number: int, term: Term) -> Iterator[_Saying]:
    for way in term.ways:
        spelt = term.short.get(way, ())
        single = len(way) == 1
        if way in term.short:
            says = _Says.SHORT_WORD if single else _Says.SHORT_TERM
        else:
            says = _Says.WORD if single else _Says.TERM
        yield _Saying(number, says, way, 0, spelt)
    yield from (_Saying(number, _Says.NEARLY, words, NEAR, ()) for words in term.near)
    yield from (_Saying(number, _Says.NEARLY, words, 0, ()) for words in term.turned)


def _said(saying: _Saying, texts: Texts) -> Ints:
    """The sentences that say it, once for each time."""
    sentences = (texts.near if saying.between else texts.side_by_side)(saying.stems)
    if saying.spelt and len(sentences):
        known = texts.holding_half(saying.spelt)[texts.papers[sentences]]
        sentences = sentences[known | (texts.fields[sentences] != Field.ABSTRACT)]
    return sentences


def _judged(terms: Sequence[Term], texts: Texts) -> list[Judged]:
    """By the best of what speaks for each paper."""
    sought = [saying for number, term in enumerate(terms) for saying in _sayings(number, term)]
    if len(sought) > _ASKED_AT_ONCE:
        may_be = texts.possible([(saying.stems, saying.between) for saying in sought])
        sought = [saying for saying, may in zip(sought, may_be.tolist(), strict=True) if may]
    said = [(saying, found) for saying in sought if len(found := _said(saying, texts))]
    counts = _Counts(said, texts)
    starts = np.searchsorted(counts.cells, np.arange(len(terms) + 1) * texts.size).tolist()
    papers, best = counts.cells % max(texts.size, 1), counts.judged()
    return [best.spread(slice(*cut), papers, texts.size) for cut in pairwise(starts)]


_ASKED_AT_ONCE: Final = 100
"""From so many sayings on it pays to look first which of them can be there."""


def _chosen(judged: Sequence[Judged], choose: Callable[..., Any]) -> Judged:
    """For each paper one of these judgements, by degree and then by strength."""
    if len(judged) == 1:
        return judged[0]
    which = choose(np.stack([each.degrees + each.strengths / 2 for each in judged]), axis=0)
    papers = np.arange(len(which))
    return Judged(
        np.stack([each.degrees for each in judged])[which, papers],
        np.stack([each.fields for each in judged])[which, papers],
        np.stack([each.strengths for each in judged])[which, papers],
    )


_STRENGTHS: Final = np.array([1.0, 0.85, 0.7, 0.5])
"""In the title, in the keywords, in the abstract, and there only once."""


class _Counts:
    """How often papers have something of a term, by what it says and where.

    A cell is a paper of which something speaks for a term: `term * papers + paper`.
    """

    def __init__(self, said: Sequence[tuple[_Saying, Ints]], texts: Texts) -> None:
        times = [len(sentences) for _, sentences in said]
        sentences = np.concatenate([_NONE, *(sentences for _, sentences in said)])
        term, says, words = (
            np.repeat(np.array(of_each, np.int64), times)
            for of_each in (
                [saying.term for saying, _ in said],
                [saying.says for saying, _ in said],
                [len(saying.stems) for saying, _ in said],
            )
        )
        fields = texts.fields[sentences].astype(np.int64)
        self.cells, cell = np.unique(term * texts.size + texts.papers[sentences], return_inverse=True)
        shape = len(_Says), len(Field), len(self.cells)
        keys = np.ravel_multi_index((says, fields, cell), shape) if len(cell) else _NONE
        self._counts = np.bincount(keys, minlength=math.prod(shape)).reshape(shape)
        self._alone = np.zeros((len(_Says), len(self.cells)), bool)
        """Whether it is a whole keyword."""
        whole = (fields == Field.KEYWORD) & (texts.lengths[sentences] == words)
        self._alone[says[whole], cell[whole]] = True

    def judged(self) -> Judged:
        """Of each cell the best that speaks for it."""
        return _chosen([self._by(says) for says in _Says], np.argmax)

    def _by(self, says: _Says) -> Judged:
        title, keywords, abstract = self._counts[says]
        if says in (_Says.WORD, _Says.SHORT_WORD):
            central, touched = _more_than_passing(title, keywords, self._alone[says], abstract)
        elif says is _Says.NEARLY:
            central, touched = np.zeros(len(title), bool), (title + keywords > 0) | (abstract >= 2)
        else:
            central = touched = title + keywords + abstract > 0
        return _graded(central, touched, title, keywords, abstract, _FACTORS[says])


_NONE: Final[Ints] = np.zeros(0, np.int64)


def of_one_word(title: Ints, keywords: Ints, alone: Mask, abstract: Ints) -> Judged:
    """By how often each paper has a single word, and whether it is a keyword by itself."""
    central, touched = _more_than_passing(title, keywords, alone, abstract)
    return _graded(central, touched, title, keywords, abstract)


def _more_than_passing(title: Ints, keywords: Ints, alone: Mask, abstract: Ints) -> tuple[Mask, Mask]:
    """Where a single word is central, and where it is touched."""
    said = abstract + (keywords > 0)
    return (title > 0) | alone | (said >= OFTEN), (keywords > 0) | (said >= 2)


def _graded(
    central: Mask, touched: Mask, title: Ints, keywords: Ints, abstract: Ints, factor: float = 1.0
) -> Judged:
    degrees = np.where(central, Degree.CENTRAL, np.where(touched, Degree.TOUCHED, Degree.NOT))
    fields = np.where(title > 0, Field.TITLE, np.where(keywords > 0, Field.KEYWORD, Field.ABSTRACT))
    strengths = factor * _STRENGTHS[fields + ((fields == Field.ABSTRACT) & (abstract <= 1))]
    return Judged(
        degrees.astype(np.uint8),
        fields.astype(np.uint8),
        np.where(degrees > Degree.NOT, strengths, 0).astype(np.float32),
    )


def candidates(terms: Sequence[Term], segment: Segment) -> npt.NDArray[np.uint32]:
    """The places of the papers that have the words of each term, ascending: no other is about the topic."""
    left: npt.NDArray[np.uint32] | None = None
    for term in terms:
        of_term = np.unique(np.concatenate([_holding_all(words, segment) for words in _needed(term)]))
        left = of_term if left is None else np.intersect1d(left, of_term, assume_unique=True)
    return np.zeros(0, np.uint32) if left is None else left


def _needed(term: Term) -> Iterator[Stems]:
    yield from (way for way in term.ways if len(way) == 1)
    yield from term.near
    # Those that are turned have the same words.


def _holding_all(words: Stems, segment: Segment) -> npt.NDArray[np.uint32]:
    lists = sorted((segment.text.of(stem) for stem in set(words)), key=len)
    left = lists[0]
    for each in lists[1:]:
        at = np.minimum(np.searchsorted(each, left), max(len(each) - 1, 0))
        left = left[each[at] == left] if len(each) else left[:0]
    return left
