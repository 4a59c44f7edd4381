"""From a query's words to what is looked up: groups of ways to write each thing that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.paper.text import stem
from bot.search.function_words import ASKING, FUNCTION, FUNCTION_STEMS
from bot.search.index import spelling
from bot.search.index.background import ENOUGH, background
from bot.search.index.scoring import Group, Way, WordList, repeated
from bot.search.index.segment import Segment
from bot.search.query import Query

POSTINGS = 500_000
"""Papers that the words of a query are looked up in, counted once for each word: some ten milliseconds."""

RARELY = 0.05
"""Another way to write a word is passed over when no more papers have it than this part: a slip, mostly."""

RARE = 2_000
"""One paper in so many: a word that no more have may be a slip, in them or in the query."""

MORE_FREQUENT = 100
DOUBT = 0.7
"""What a far more frequent word counts for beside the rare one that was typed."""

BEGUN = 0.7
"""What a further word counts for that begins as the one that was typed."""

_BEGINNINGS = 500
"""Words in one stretch of the alphabet that are looked at, at most."""

_PARTICLES = frozenset({"up", "out", "down", "off", "over", "back", "away"})

_ALTERNATIVES = 3
"""Words that are tried for one that the catalog does not know."""


@dataclass(frozen=True, slots=True)
class QueryPlan:
    groups: tuple[Group, ...]
    common: tuple[Group, ...]
    """Of words in so many papers that they only order what the rarer ones of `groups` have found."""
    mass: float
    """What a paper covers that holds all of `groups`."""
    weights: Mapping[str, float]
    """How rare each stem is that can stand beside another."""
    pairs: Mapping[tuple[str, str], int]
    """Stems that stand beside each other in the query, with how often."""
    stems: frozenset[str]
    """Everything that may be marked in a passage."""
    corrections: Mapping[str, str]
    """For each unknown word the one that was taken instead."""


class Planner:
    """Makes one plan, from the words that `segments` hold.

    `holding` remembers how many papers give each word, for the plans of other queries of the same segments.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        forms: Mapping[tuple[str, ...], str],
        holding: dict[WordList, int] | None = None,
    ) -> None:
        self._segments = segments
        self._papers = sum(segment.size for segment in segments)
        self._forms = forms
        self._corrections: dict[str, str] = {}
        self._background = background()
        self._written: dict[str, list[str]] = {}
        self._doubtful: dict[str, list[spelling.Near]] = {}
        self._near: dict[str, list[spelling.Near]] = {}
        self._holding: dict[WordList, int] = {} if holding is None else holding

    def plan(self, query: Query, *, correct: bool) -> QueryPlan:
        """What to look up for `query`; with `correct`, unknown words are corrected."""
        words = query.words
        telling = query.telling
        if correct:
            self._correct(query, set(telling.values()))
            telling = {
                place: word for place, word in telling.items() if self._corrections.get(word) not in FUNCTION
            } or telling
        taken = {**self._corrections, **{word: begun[0] for word, begun in self._written.items()}}
        stems = [stem(taken.get(word, word)) for word in words]
        times = Counter(zip(words, stems, strict=True))
        groups: list[Group] = []
        covered: set[int] = set()
        for first, last, short in self._long_forms(stems):
            if any(place in telling for place in range(first, last)):
                groups.append(self._long_form(words[first:last], stems[first:last], short, times))
                covered.update(range(first, last))
        for first in self._joined(query, stems, covered):
            if first in telling:
                groups.append(self._pair(words, stems, first, times))
                covered.update((first, first + 1))
        grouped = {(words[place], stems[place]) for place in covered}
        for word, root in dict.fromkeys((words[place], stems[place]) for place in telling):
            if (word, root) not in grouped:
                groups.append(self._single(word, root, times[word, root]))
        rare = self._affordable(groups)
        weights = {root: self._rarity(root, WordList("text", root)) for root in stems}
        return QueryPlan(
            groups=tuple(rare),
            common=tuple(group for group in groups if group not in rare),
            mass=sum(group.mass for group in rare),
            weights=weights,
            pairs=Counter((left, right) for left, right in pairwise(stems) if left != right),
            stems=_marked(groups),
            corrections=self._corrections,
        )

    def _correct(self, query: Query, telling: set[str]) -> None:
        """Decide what each word that the catalog does not know stands for."""
        typed = {word for piece in query.loose for word in piece.words} & telling
        for left, right in self._hyphenated(query):
            if self._count(WordList("text", stem(left + right))):
                typed -= {left, right}
        for word in typed:
            if self.knows(word):
                continue
            if written := next(filter(self.knows, spelling.variants(word)), None):
                self._written[word] = [written]
            elif not self._is_word(word):
                near = spelling.near(self._segments, word, _ALTERNATIVES)
                begun = self._beginning(word)
                if begun and not self._is_far_rarer(begun[0], near):
                    self._written[word] = [each.word for each in begun]
                elif near:
                    self._near[word] = near
        self._doubtful = {word: near for word in typed if (near := self._meant(word))}
        self._corrections = {word: near[0].word for word, near in self._near.items()}

    @staticmethod
    def _hyphenated(query: Query) -> set[tuple[str, str]]:
        return {(words[0], words[1]) for value, words, _ in query.loose if "-" in value and len(words) == 2}

    def _is_word(self, word: str) -> bool:
        """Whether it is no slip of the keyboard though the catalog lacks it."""
        return word.isdigit() or word in FUNCTION or word in ASKING or self._background.knows(word)

    def _beginning(self, word: str) -> list[spelling.Near]:
        """The most frequent words of the catalog that begin so, of different stems."""
        if len(word) < spelling.SHORTEST:
            return []
        counts: Counter[str] = Counter()
        for segment in self._segments:
            first, last = segment.words.starting_with(word)
            for place in range(first, min(last, first + _BEGINNINGS)):
                counts[segment.words[place]] += int(segment.word_counts[place])
        begun: dict[str, spelling.Near] = {}
        for each, count in counts.most_common(20):
            begun.setdefault(stem(each), spelling.Near(each, 0, count))
        return list(begun.values())[:_ALTERNATIVES]

    def _is_far_rarer(self, begun: spelling.Near, near: Sequence[spelling.Near]) -> bool:
        """In a large catalog, where nearly anything begins some word."""
        return self._papers >= ENOUGH and bool(near) and near[0].count >= MORE_FREQUENT * begun.count

    def _meant(self, word: str) -> list[spelling.Near]:
        """For a word so rare that it may be a slip: far more frequent words that are one slip away."""
        if word in self._written or word in self._near or len(word) < 4 or word.isdigit():
            return []
        held = self._count(WordList("text", stem(word))) + self._count(WordList("names", word))
        # In a small catalog many a good word is rare, and so are those near to it.
        if held > self._papers / RARE or self._papers < ENOUGH:
            return []
        near = spelling.near(self._segments, word, _ALTERNATIVES)
        return [each for each in near if each.distance == 1 and each.count >= MORE_FREQUENT * max(held, 1)]

    def knows(self, word: str) -> bool:
        """Whether any paper has the word, in the text or as an author's."""
        root = stem(word)
        sources = (WordList("text", root), WordList("names", word), WordList("aliases", root))
        return any(self._count(source) for source in sources)

    def _count(self, source: WordList) -> int:
        held = self._holding.get(source)
        if held is None:
            held = self._holding[source] = source.holders(self._segments)
        return held

    def _holders(self, group: Group) -> int:
        return sum(self._count(source) for way in group.ways for source, _, _ in way.sources)

    def _affordable(self, groups: Sequence[Group]) -> list[Group]:
        """The rarest groups, as long as the papers to go through stay within POSTINGS."""
        chosen: list[Group] = []
        total = 0
        for group in sorted(groups, key=self._holders):
            total += self._holders(group)
            if total > POSTINGS and any(self._holders(other) for other in chosen):
                break
            chosen.append(group)
        return chosen

    def _rarity(self, root: str, *sources: WordList) -> float:
        """Of a stem that any of these sources gives."""
        held = min(self._papers, sum(self._count(source) for source in sources))
        return self._background.rarity(self._papers, held, root)

    def _single(self, word: str, root: str, count: int) -> Group:
        doubtful = self._doubtful.get(word)
        if doubtful:
            own = self._way(word, root, count)
            cover = own.sources[0][2]
            others = [self._way(each.word, stem(each.word), count, DOUBT, cover) for each in doubtful]
            return Group((own, *others))
        begun = self._written.get(word)
        if begun:
            own = self._way(begun[0], stem(begun[0]), count)
            cover = own.sources[0][2]
            others = [self._way(each, stem(each), count, BEGUN, cover) for each in begun[1:]]
            return Group((own, *others))
        near = self._near.get(word)
        if near:
            best = near[0]
            return Group(
                tuple(
                    self._way(
                        each.word,
                        stem(each.word),
                        count,
                        trust=0.8 ** (each.distance - best.distance) * (1.0 if each is best else 0.7),
                    )
                    for each in near
                )
            )
        alias = WordList("aliases", root)
        if self._count(alias) <= RARELY * self._count(WordList("text", root)):
            return Group((self._way(word, root, count),))
        text = WordList("text", root)
        weight = self._rarity(root, text, alias)
        both = [Way(((source, weight * repeated(count), weight),)) for source in (text, alias)]
        return Group(tuple(both))

    def _way(self, word: str, root: str, count: int, trust: float = 1.0, cover: float | None = None) -> Way:
        """A word: in the text, or as an author's name."""
        text, name = WordList("text", root), WordList("names", word)
        sources = (text, name) if self._count(name) else (text,)
        weight = self._rarity(root, *sources)
        cover = weight if cover is None else cover
        return Way(tuple((source, trust * weight * repeated(count), cover) for source in sources))

    def _long_forms(self, stems: Sequence[str]) -> list[tuple[int, int, str]]:
        """Where the query spells out what has a short form: (first, last, short), the longest first."""
        found: list[tuple[int, int, str]] = []
        first = 0
        while first < len(stems) - 1:
            for last in range(min(len(stems), first + 6), first + 1, -1):
                short = self._forms.get(tuple(stems[first:last]))
                if short is not None and self._count(WordList("text", short)):
                    found.append((first, last, short))
                    first = last - 1
                    break
            first += 1
        return found

    def _long_form(
        self, words: Sequence[str], stems: Sequence[str], short: str, times: Mapping[tuple[str, str], int]
    ) -> Group:
        sources = [
            source
            for word, root in dict.fromkeys(zip(words, stems, strict=True))
            for source in self._way(word, root, times[word, root]).sources
        ]
        weight = sum(weight for _, weight, _ in sources)
        cover = sum(cover for _, _, cover in sources)
        return Group((Way(tuple(sources)), Way(((WordList("text", short), weight, cover),))))

    def _joined(self, query: Query, stems: Sequence[str], covered: set[int]) -> list[int]:
        """Where two words stand that the catalog also writes as one: "multi-agent".

        Where the query has no hyphen, the catalog must have one somewhere ("in form" is not "inform"), or the
        second is a verb's particle: "set up".
        """
        words = query.words
        hyphenated = self._hyphenated(query)
        found: list[int] = []
        for first in range(len(words) - 1):
            if first in covered or first + 1 in covered or (found and found[-1] == first - 1):
                continue
            together = stem(words[first] + words[first + 1])
            written = (
                (words[first], words[first + 1]) in hyphenated
                or words[first + 1] in _PARTICLES
                or self._count(WordList("aliases", together))
            )
            if written and self._count(WordList("text", together)):
                found.append(first)
        return found

    def _pair(
        self, words: Sequence[str], stems: Sequence[str], first: int, times: Mapping[tuple[str, str], int]
    ) -> Group:
        together = stem(words[first] + words[first + 1])
        return self._long_form(words[first : first + 2], stems[first : first + 2], together, times)


def _marked(groups: Sequence[Group]) -> frozenset[str]:
    """What is worth marking: never "the" and "of"."""
    found = {
        source.word
        for group in groups
        for way in group.ways
        for source, _, _ in way.sources
        if source.kind != "names"
    }
    return frozenset(found - FUNCTION_STEMS)
