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

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import Field, Segment
from bot.search.index.vocabulary import Vocabulary

NEAR: Final = 1
"""Other words that may stand among the words of a term, in all, for a paper to touch it."""

OFTEN: Final = 3
"""Times that an abstract uses a single word for the paper to be about it."""

SHORT: Final = 0.7
"""What the strength is multiplied with where only a short form says it: whoever writes about something names
it."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Stems = tuple[str, ...]


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


class Texts:
    """Texts of papers, and where in them each word stands."""

    def __init__(self, segment: Segment, places: npt.NDArray[Any]) -> None:
        self.size = len(places)
        self.vocabulary: Vocabulary = segment.text.words
        read = segment.sentences_of(places)
        self.stems, self.papers, self.fields = read.stems, read.papers, read.fields
        self.lengths = np.diff(read.starts, append=len(read.stems))
        """The words of each sentence."""
        self.sentences: Ints = np.repeat(np.arange(len(read.starts)), self.lengths)
        """Of each word: the number of its sentence."""
        self._found: dict[str, Ints] = {}

    def positions(self, stem: str) -> Ints:
        """Where this stem stands, ascending."""
        positions = self._found.get(stem)
        if positions is None:
            positions = self._found[stem] = self._looked_up(stem)
        return positions

    def _looked_up(self, stem: str) -> Ints:
        found = self.vocabulary.find(stem)
        if found is None:
            return _NOWHERE
        if len(self._found) < _SCANS:
            return np.flatnonzero(self.stems == found)
        order, sorted_stems = self._order
        # Numbers of another type would have the whole array copied.
        first, last = np.searchsorted(sorted_stems, np.array([found, found + 1], sorted_stems.dtype))
        return order[first:last]

    def _all_positions(self, stems: Stems) -> list[Ints]:
        """Where each of these stands; nothing where any of them is missing."""
        found = list[Ints]()
        for stem in stems:
            positions = self.positions(stem)
            if not len(positions):
                return []
            found.append(positions)
        return found

    @cached_property
    def _order(self) -> tuple[Ints, npt.NDArray[np.uint32]]:
        """The positions by stem: made when so many words are looked up that it pays."""
        order = np.argsort(self.stems, kind="stable")
        return order, self.stems[order]

    def side_by_side(self, way: Stems) -> Ints:
        """The sentences that hold these stems one after the other, once for each time."""
        found = self._all_positions(way)
        if not found:
            return _NOWHERE
        ids = [self.vocabulary.find(stem) for stem in way]
        rarest = min(range(len(way)), key=lambda place: len(found[place]))
        begins = found[rarest] - rarest
        begins = begins[(begins >= 0) & (begins + len(way) <= len(self.stems))]
        for place, stem in enumerate(ids):
            if place != rarest and stem is not None:
                begins = begins[self.stems[begins + place] == stem]
        sentences = self.sentences[begins]
        found_in: Ints = sentences[sentences == self.sentences[begins + len(way) - 1]]
        return found_in

    def near(self, words: Stems) -> Ints:
        """The sentences with these stems in their order and NEAR others among them, once for each time."""
        found = self._all_positions(words)
        if not found:
            return _NOWHERE
        begins = ends = found[0]
        for each in found[1:]:
            after = np.searchsorted(each, ends, side="right")
            inside = after < len(each)
            begins, ends = begins[inside], each[after[inside]]
        sentences = self.sentences[begins]
        close = (ends - begins < len(words) + NEAR) & (sentences == self.sentences[ends])
        found_in: Ints = sentences[close]
        return found_in

    @cached_property
    def of_nothing(self) -> Judged:
        """That none of these papers is about a topic."""
        nothing = np.zeros(self.size, np.uint8)
        return Judged(nothing, nothing, nothing.astype(np.float32))

    def holding_half(self, words: Stems) -> Mask:
        """Which papers hold at least half of these stems, anywhere."""
        held = np.zeros(self.size, np.int64)
        for stem in words:
            held += np.bincount(self.papers[self.sentences[self.positions(stem)]], minlength=self.size) > 0
        found: Mask = 2 * held >= len(words)
        return found


_NOWHERE: Final[Ints] = np.zeros(0, np.int64)

_SCANS: Final = 24
"""Words that are looked up by going through the texts; from then on by an order of all words."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Papers side by side in arrays: of each its degree, where, and strength."""

    degrees: npt.NDArray[np.uint8]
    fields: npt.NDArray[np.uint8]
    """The Field where the topic stands at best."""
    strengths: Floats

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
    # Of the terms, the one that each paper is least about.
    return _chosen([_judge(term, texts) for term in terms], np.argmin)


def _judge(term: Term, texts: Texts) -> Judged:
    """By the best of what speaks for each paper."""
    speaking = [judged for judged in _by_ways(term, texts) if judged is not None]
    near = _Counts(texts)
    for words in term.near:
        near.add(texts.near(words), len(words))
    for words in term.turned:
        near.add(texts.side_by_side(words), len(words))
    if near.some:
        touched = (near.title + near.keywords > 0) | (near.abstract >= 2)
        speaking.append(near.judged(np.zeros(texts.size, bool), touched))
    return _chosen(speaking, np.argmax) if speaking else texts.of_nothing


def _by_ways(term: Term, texts: Texts) -> Iterator[Judged | None]:
    for short in (False, True):
        several, single = _Counts(texts), _Counts(texts)
        for way in term.ways:
            if (way in term.short) is short:
                sentences = texts.side_by_side(way)
                if short and len(sentences):
                    known = texts.holding_half(term.short[way])[texts.papers[sentences]]
                    sentences = sentences[known | (texts.fields[sentences] != Field.ABSTRACT)]
                (several if len(way) > 1 else single).add(sentences, len(way))
        factor = SHORT if short else 1.0
        yield several.judged(several.any, several.any, factor) if several.some else None
        yield single.judged(*single.more_than_passing, factor) if single.some else None


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
    """How often each paper has something, by where."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.some = False

    def add(self, sentences: Ints, words: int) -> None:
        """Count these sentences: what they hold is so many words long."""
        if not len(sentences):
            return
        size = self._texts.size
        if not self.some:
            self.some = True
            self._counts = np.zeros((len(Field), size), np.int64)
            self.title, self.keywords, self.abstract = self._counts
            self.alone = np.zeros(size, bool)
            """Whether it is a whole keyword."""
        papers, fields = self._texts.papers[sentences], self._texts.fields[sentences]
        cells = fields.astype(np.int64) * size + papers
        self._counts += np.bincount(cells, minlength=len(Field) * size).reshape(-1, size)
        whole = (fields == Field.KEYWORD) & (self._texts.lengths[sentences] == words)
        self.alone[papers[whole]] = True

    @property
    def any(self) -> Mask:
        return self.title + self.keywords + self.abstract > 0

    @property
    def more_than_passing(self) -> tuple[Mask, Mask]:
        """Where a single word is central, and where it is touched."""
        return _more_than_passing(self.title, self.keywords, self.alone, self.abstract)

    def judged(self, central: Mask, touched: Mask, factor: float = 1.0) -> Judged:
        return _graded(central, touched, self.title, self.keywords, self.abstract, factor)


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
