"""From a query's words to what is looked up: groups of ways to write each thing that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.catalog.index import spelling
from bot.catalog.index.scoring import Group, Source, Way, rarity, repeated
from bot.catalog.index.segment import Segment
from bot.catalog.query import Query
from bot.catalog.text import stem

POSTINGS = 500_000
"""Papers that the words of a query are looked up in, counted once for each word: some ten milliseconds."""

RARELY = 0.05
"""Another way to write a word is passed over when no more papers have it than this part: a slip, mostly."""

RARE = 2_000
"""One paper in so many: a word that no more have may be a slip, in them or in the query."""

MORE_FREQUENT = 100
DOUBT = 0.7
"""What a far more frequent word counts for beside the rare one that was typed."""

_ALTERNATIVES = 3
"""Words that are tried for one that the catalog does not know."""


@dataclass(frozen=True, slots=True)
class Plan:
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
    """Makes one plan, from the words that `segments` hold."""

    def __init__(self, segments: Sequence[Segment], forms: Mapping[tuple[str, ...], str]) -> None:
        self._segments = segments
        self._papers = sum(segment.size for segment in segments)
        self._forms = forms
        self._corrections: dict[str, str] = {}
        self._doubtful: dict[str, list[spelling.Near]] = {}
        self._near: dict[str, list[spelling.Near]] = {}
        self._holding: dict[Source, int] = {}

    def plan(self, query: Query, *, correct: bool) -> Plan:
        words = query.words
        if correct:
            typed = {word for _, piece in query.loose for word in piece}
            for left, right in self._hyphenated(query):
                if self._count(Source("text", stem(left + right))):
                    typed -= {left, right}
            self._near = {word: near for word in typed if (near := self._nearest(word))}
            self._doubtful = {word: near for word in typed if (near := self._meant(word))}
            self._corrections = {word: near[0].word for word, near in self._near.items()}
        stems = [stem(self._corrections.get(word, word)) for word in words]
        times = Counter(zip(words, stems, strict=True))
        groups: list[Group] = []
        covered: set[int] = set()
        for first, last, short in self._long_forms(stems):
            groups.append(self._long_form(words[first:last], stems[first:last], short, times))
            covered.update(range(first, last))
        for first in self._joined(query, stems, covered):
            groups.append(self._pair(words, stems, first, times))
            covered.update((first, first + 1))
        grouped = {(words[place], stems[place]) for place in covered}
        for (word, root), count in times.items():
            if (word, root) not in grouped:
                groups.append(self._single(word, root, count))
        rare = self._affordable(groups)
        weights = {root: self._rarity(Source("text", root)) for root in stems}
        return Plan(
            groups=tuple(rare),
            common=tuple(group for group in groups if group not in rare),
            mass=sum(group.mass for group in rare),
            weights=weights,
            pairs=Counter((left, right) for left, right in pairwise(stems) if left != right),
            stems=self._marked(groups),
            corrections=self._corrections,
        )

    @staticmethod
    def _hyphenated(query: Query) -> set[tuple[str, str]]:
        return {(piece[0], piece[1]) for value, piece in query.loose if "-" in value and len(piece) == 2}

    def _nearest(self, word: str) -> list[spelling.Near]:
        """Words to take instead; none for a word that the catalog knows, or that is like nothing it knows."""
        if word.isdigit() or self.knows(word):
            return []
        return spelling.near(self._segments, word, _ALTERNATIVES)

    def _meant(self, word: str) -> list[spelling.Near]:
        """For a word so rare that it may be a slip: far more frequent words that are one slip away."""
        held = self._count(Source("text", stem(word))) + self._count(Source("names", word))
        if len(word) < 4 or word.isdigit() or not 0 < held <= self._papers / RARE:
            return []
        near = spelling.near(self._segments, word, _ALTERNATIVES)
        return [each for each in near if each.distance == 1 and each.count >= MORE_FREQUENT * held]

    def knows(self, word: str) -> bool:
        root = stem(word)
        sources = (Source("text", root), Source("names", word), Source("aliases", root))
        return any(self._count(source) for source in sources)

    def _count(self, source: Source) -> int:
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

    def _rarity(self, *sources: Source) -> float:
        """Of something that any of these sources gives."""
        return rarity(self._papers, min(self._papers, sum(self._count(source) for source in sources)))

    def _single(self, word: str, root: str, count: int) -> Group:
        doubtful = self._doubtful.get(word)
        if doubtful:
            own = self._way(word, root, count)
            cover = own.sources[0][2]
            others = [self._way(each.word, stem(each.word), count, DOUBT, cover) for each in doubtful]
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
        alias = Source("aliases", root)
        if self._count(alias) <= RARELY * self._count(Source("text", root)):
            return Group((self._way(word, root, count),))
        text = Source("text", root)
        weight = self._rarity(text, alias)
        both = [Way(((source, weight * repeated(count), weight),)) for source in (text, alias)]
        return Group(tuple(both))

    def _way(self, word: str, root: str, count: int, trust: float = 1.0, cover: float | None = None) -> Way:
        """A word: in the text, or as an author's name."""
        text, name = Source("text", root), Source("names", word)
        sources = (text, name) if self._count(name) else (text,)
        weight = self._rarity(*sources)
        cover = weight if cover is None else cover
        return Way(tuple((source, trust * weight * repeated(count), cover) for source in sources))

    def _long_forms(self, stems: Sequence[str]) -> list[tuple[int, int, str]]:
        """Where the query spells out what has a short form: (first, last, short), the longest first."""
        found: list[tuple[int, int, str]] = []
        first = 0
        while first < len(stems) - 1:
            for last in range(min(len(stems), first + 6), first + 1, -1):
                short = self._forms.get(tuple(stems[first:last]))
                if short is not None and self._count(Source("text", short)):
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
        return Group((Way(tuple(sources)), Way(((Source("text", short), weight, cover),))))

    def _joined(self, query: Query, stems: Sequence[str], covered: set[int]) -> list[int]:
        """Where two words stand that the catalog also writes as one: "multi-agent".

        Where the query has no hyphen, the catalog must have one somewhere: "in form" is not "inform".
        """
        words = query.words
        hyphenated = self._hyphenated(query)
        found: list[int] = []
        for first in range(len(words) - 1):
            if first in covered or first + 1 in covered or (found and found[-1] == first - 1):
                continue
            together = stem(words[first] + words[first + 1])
            written = (words[first], words[first + 1]) in hyphenated or self._count(
                Source("aliases", together)
            )
            if written and self._count(Source("text", together)):
                found.append(first)
        return found

    def _pair(
        self, words: Sequence[str], stems: Sequence[str], first: int, times: Mapping[tuple[str, str], int]
    ) -> Group:
        together = stem(words[first] + words[first + 1])
        return self._long_form(words[first : first + 2], stems[first : first + 2], together, times)

    def _marked(self, groups: Sequence[Group]) -> frozenset[str]:
        """What is worth marking: not "the" and "of", unless there is nothing else."""
        found = {
            source.word: self._count(source)
            for group in groups
            for way in group.ways
            for source, _, _ in way.sources
            if source.kind != "names"
        }
        telling = frozenset(word for word, count in found.items() if count <= self._papers / 2)
        return telling or frozenset(found)
