"""From papers as read to the arrays of a segment."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.paper.text import fold, stems
from bot.search.index import segment as seg
from bot.search.index import vocabulary
from bot.search.index.documents import Reading

_LONGEST_WORD = 40
"""Letters; longer words are looked up among those of this length."""

_CHUNK = 2**22
"""Tokens that are sorted at a time: bounds the memory of a build."""

Ids = npt.NDArray[np.uint32]


def build(
    reading: Reading, *, averages: seg.Averages | None = None, forms: dict[str, tuple[str, ...]] | None = None
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """The arrays and the header of a segment.

    A delta is given its base's `averages` and learnt short `forms`, to compare with it.
    """
    words = _Words(reading.words)
    tokens = words.rank[_ints(reading.tokens)] if len(reading.tokens) else np.zeros(0, np.uint32)
    titles, bodies = _ints(reading.title_words), _ints(reading.body_words)
    lengths = titles.astype(np.int64) + bodies + _ints(reading.author_words)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint64)
    if averages is None:
        averages = seg.Averages(_mean(titles), _mean(bodies))
    if forms is None:
        forms = reading.learnt_forms(2 if len(reading) < 100_000 else 3)
    layout = _Layout(tokens, starts[:-1].astype(np.int64), titles, bodies, _ints(reading.author_words))
    arrays: dict[str, npt.NDArray[Any]] = {
        "numbers": np.array(reading.numbers, np.int64),
        "days": np.array(reading.days, np.int32),
        "tokens": tokens,
        "tokens.starts": starts[:-1],
        "tokens.titles": titles,
        "tokens.bodies": bodies,
        "tokens.keywords": _ints(reading.keyword_words),
        "tokens.sentences": _sentence_starts(_ints(reading.sentences)),
        **words.arrays(tokens, len(reading)),
        **_text_postings(words, layout, averages),
        **_plain_postings("titles", words.sorted, *layout.title_occurrences()),
        **_plain_postings("names", words.sorted, *layout.author_occurrences()),
        **_category_postings(reading),
        **_alias_postings(reading, words, layout, forms),
        **_title_keys(words, layout),
    }
    header = {
        "papers": len(reading),
        "title_words": averages.title,
        "body_words": averages.body,
        "forms": [[short, *long] for short, long in sorted(forms.items())],
    }
    return arrays, header


class _Words:
    """The words in order, and their stems."""

    def __init__(self, words: list[str]) -> None:
        order = vocabulary.order(words)
        self.sorted = [words[place] for place in order]
        self.rank = np.zeros(len(words), np.uint32)
        self.rank[order] = np.arange(len(words), dtype=np.uint32)
        stem_of_each = stems(self.sorted)
        self.stems = sorted(set(stem_of_each))
        places = {word: place for place, word in enumerate(self.stems)}
        self.stem_of = np.array([places[word] for word in stem_of_each], np.uint32)
        self.stem_place = places

    def arrays(self, tokens: Ids, papers: int) -> dict[str, npt.NDArray[Any]]:
        counts = np.bincount(tokens, minlength=len(self.sorted))
        blob, ends = vocabulary.pack(self.sorted)
        return {
            "words.blob": blob,
            "words.ends": ends,
            "words.stems": self.stem_of,
            "words.counts": counts.astype(np.uint32),
            **_spelling(self.sorted, counts, papers),
        }


class _Stems:
    """The different stems of `words`, in any order, and which of them each word has."""

    def __init__(self, words: Iterable[str]) -> None:
        places: dict[str, int] = {}
        self.of = np.array(
            [places.setdefault(stem, len(places)) for stem in stems(map(fold, words))], np.uint32
        )
        self.stems = list(places)


class _Layout:
    """Where each paper's title, body and authors lie in the stream of tokens."""

    def __init__(
        self, tokens: Ids, starts: npt.NDArray[np.int64], titles: Ids, bodies: Ids, authors: Ids
    ) -> None:
        self.tokens, self.starts, self.titles, self.bodies, self.authors = (
            tokens,
            starts,
            titles,
            bodies,
            authors,
        )
        self.papers = len(starts)

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Ranges of papers of about _CHUNK tokens each."""
        first = 0
        while first < self.papers:
            last = int(np.searchsorted(self.starts, self.starts[first] + _CHUNK))
            last = max(first + 1, min(last, self.papers))
            yield first, last
            first = last

    def text(self, first: int, last: int) -> tuple[Ids, Ids, npt.NDArray[np.bool_]]:
        """The tokens of titles and bodies, each with its paper's place and whether it is of the title."""
        spans = np.stack(
            [self.titles[first:last], self.bodies[first:last], self.authors[first:last]], 1
        ).ravel()
        kinds = np.repeat(np.tile(np.arange(3, dtype=np.uint8), last - first), spans)
        of = np.repeat(np.arange(first, last, dtype=np.uint32), spans.reshape(-1, 3).sum(1, dtype=np.int64))
        start = int(self.starts[first])
        tokens = self.tokens[start : start + len(kinds)]
        keep = kinds < 2
        return tokens[keep], of[keep], kinds[keep] == 0

    def title_occurrences(self) -> tuple[Ids, Ids]:
        return self._occurrences(self.starts, self.titles)

    def author_occurrences(self) -> tuple[Ids, Ids]:
        return self._occurrences(self.starts + self.titles + self.bodies, self.authors)

    def _occurrences(self, starts: npt.NDArray[np.int64], lengths: Ids) -> tuple[Ids, Ids]:
        return self.tokens[seg.ranges(starts, lengths)], np.repeat(
            np.arange(self.papers, dtype=np.uint32), lengths
        )


def _spelling(words: list[str], counts: npt.NDArray[Any], papers: int) -> dict[str, npt.NDArray[Any]]:
    # What many papers hold once in all is mostly a slip itself.
    kept = np.flatnonzero(counts >= (2 if papers > 1000 else 1)).tolist()
    lengths = np.array([min(len(words[place]), _LONGEST_WORD) for place in kept], np.int64)
    order = np.argsort(lengths, kind="stable")
    bits = np.fromiter((seg.letter_bits(words[place]) for place in kept), np.uint32, len(kept))
    starts = np.concatenate([[0], np.cumsum(np.bincount(lengths, minlength=_LONGEST_WORD + 1))])
    return {
        "spelling.words": np.array(kept, np.uint32)[order],
        "spelling.letters": bits[order],
        "spelling.starts": starts.astype(np.uint64),
    }


def _text_postings(words: _Words, layout: _Layout, averages: seg.Averages) -> dict[str, npt.NDArray[Any]]:
    chunks = [_chunk(words, layout, first, last, averages) for first, last in layout.chunks()]
    counts = np.zeros(len(words.stems), np.int64)
    for chunk in chunks:
        counts += chunk[2]
    starts = np.concatenate([[0], np.cumsum(counts)])
    places, impacts = np.zeros(starts[-1], np.uint32), np.zeros(starts[-1], np.uint8)
    filled = starts[:-1].copy()
    while chunks:
        chunk_places, chunk_impacts, chunk_counts = chunks.pop(0)
        into = seg.ranges(filled, chunk_counts)
        places[into], impacts[into] = chunk_places, chunk_impacts
        filled += chunk_counts
    return {**_named("text", words.stems), **_listed("text", starts, places), "text.impacts": impacts}


def _chunk(
    words: _Words, layout: _Layout, first: int, last: int, averages: seg.Averages
) -> tuple[Ids, npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Places, impacts, and how many of them each stem has."""
    tokens, of, in_title = layout.text(first, last)
    keys = _packed(words.stem_of[tokens], of, in_title)
    keys.sort()
    pairs = keys >> _FLAG
    begins = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if len(keys) else keys[:0]
    begins = begins.astype(np.int64)
    times = np.diff(np.concatenate([begins, [len(keys)]]))
    in_titles = np.add.reduceat((keys & _FLAG).astype(np.int64), begins) if len(keys) else begins
    stems, places = _unpacked(pairs[begins])
    impacts = _impacts(in_titles, times - in_titles, layout.titles[places], layout.bodies[places], averages)
    return places, impacts, np.bincount(stems, minlength=len(words.stems))


_FLAG = np.uint64(1)
_PLACE_BITS = np.uint64(32)


def _packed(
    stems: npt.NDArray[Any], places: npt.NDArray[Any], in_title: npt.NDArray[Any]
) -> npt.NDArray[np.uint64]:
    """Stem, place and whether in the title as one number, in this order of weight: to sort these is several
    times as quick as to sort by three columns."""
    pairs = stems.astype(np.uint64) << _PLACE_BITS | places.astype(np.uint64)
    return pairs << _FLAG | in_title.astype(np.uint64)


def _unpacked(pairs: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """The stems and places of what `_packed` made, without its flag."""
    return (pairs >> _PLACE_BITS).astype(np.int64), pairs.astype(np.uint32)


def _impacts(
    in_title: npt.NDArray[Any],
    in_body: npt.NDArray[Any],
    title_words: npt.NDArray[Any],
    body_words: npt.NDArray[Any],
    averages: seg.Averages,
) -> npt.NDArray[np.uint8]:
    """The saturated, length-normalised frequencies of BM25F, in steps of IMPACT_STEP."""
    title = seg.TITLE_WEIGHT * in_title / (1 - seg.B + seg.B * title_words / averages.title)
    body = in_body / (1 - seg.B + seg.B * body_words / averages.body)
    frequency = title + body
    impact = frequency * (seg.K1 + 1) / (seg.K1 + frequency)
    return np.clip(np.rint(impact / seg.IMPACT_STEP), 1, 255).astype(np.uint8)


def _plain_postings(name: str, words: list[str], ids: Ids, places: Ids) -> dict[str, npt.NDArray[Any]]:
    """Postings of those words that occur, without impacts."""
    keys = np.unique(ids.astype(np.uint64) << np.uint64(32) | places.astype(np.uint64))
    used, counts = np.unique((keys >> np.uint64(32)).astype(np.int64), return_counts=True)
    starts = np.concatenate([[0], np.cumsum(counts)])
    return {
        **_named(name, [words[word] for word in used]),
        **_listed(name, starts, (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)),
    }


def _category_postings(reading: Reading) -> dict[str, npt.NDArray[Any]]:
    names = list(reading.categories)
    order = vocabulary.order(names)
    rank = np.zeros(len(names), np.uint32)
    rank[order] = np.arange(len(names), dtype=np.uint32)
    ids = rank[_ints(reading.category_ids)] if names else np.zeros(0, np.uint32)
    return _plain_postings(
        "categories", [names[place] for place in order], ids, _ints(reading.category_places)
    )


def _alias_postings(
    reading: Reading, words: _Words, layout: _Layout, forms: dict[str, tuple[str, ...]]
) -> dict[str, npt.NDArray[Any]]:
    """For `llm` the papers that say "large language model", for `multiag` those that say "multi-agent"."""
    names: dict[str, list[npt.NDArray[np.uint32]]] = defaultdict(list)
    for short, places in _long_forms(words, layout, forms):
        names[short].append(places)
    # The places of one joined form may come from several spellings: "Multi-Agent", "multi-agents".
    joined_forms = _Stems(reading.hyphenated)
    hyphenated = joined_forms.stems
    ids, of = joined_forms.of[_ints(reading.hyphenated_ids)], _ints(reading.hyphenated_places)
    counts = np.bincount(ids, minlength=len(hyphenated))
    starts = np.concatenate([[0], np.cumsum(counts)])
    of = of[np.argsort(ids, kind="stable")]
    # Joined by one paper alone it is rather a slip; the short lists would be most of the list.
    for joined in np.flatnonzero(counts >= (2 if layout.papers > 1000 else 1)):
        names[hyphenated[joined]].append(of[starts[joined] : starts[joined + 1]])
    aliases = sorted(names)
    merged = [np.unique(np.concatenate(names[alias])) for alias in aliases]
    ends = np.concatenate([[0], np.cumsum([len(places) for places in merged])])
    return {
        **_named("aliases", aliases),
        **_listed("aliases", ends, np.concatenate(merged) if merged else np.zeros(0, np.uint32)),
    }


def _long_forms(
    words: _Words, layout: _Layout, forms: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, npt.NDArray[np.uint32]]]:
    """(short form, places of papers that have its long form), once for each chunk."""
    known = {
        tuple(words.stem_place[word] for word in long): short
        for short, long in forms.items()
        if all(word in words.stem_place for word in long)
    }
    if not known:
        return
    first_word, second_word = np.zeros(len(words.stems), bool), np.zeros(len(words.stems), bool)
    first_word[[long[0] for long in known]] = True
    second_word[[long[1] for long in known]] = True
    pairs = np.array([long[0] * len(words.stems) + long[1] for long in known], np.int64)
    lengths = sorted({len(long) for long in known})
    for first, last in layout.chunks():
        tokens, of, in_title = layout.text(first, last)
        stems = words.stem_of[tokens]
        field = of * np.uint32(2) + in_title
        begins = np.flatnonzero(first_word[stems[:-1]] & second_word[stems[1:]])
        both = stems[begins].astype(np.int64) * len(words.stems) + stems[begins + 1]
        begins = begins[np.isin(both, pairs)]
        found: dict[str, list[int]] = defaultdict(list)
        for begin in begins.tolist():
            for length in lengths:
                end = begin + length
                short = known.get(tuple(stems[begin:end].tolist())) if end <= len(stems) else None
                if short is not None and field[begin] == field[end - 1]:
                    found[short].append(int(of[begin]))
        for short, places in found.items():
            yield short, np.unique(np.array(places, np.uint32))


def _title_keys(words: _Words, layout: _Layout) -> dict[str, npt.NDArray[Any]]:
    tokens, titles, sorted_words = layout.tokens, layout.titles, words.sorted
    keys = [
        " ".join([sorted_words[word] for word in tokens[start : start + length].tolist()])
        for start, length in zip(layout.starts.tolist(), titles.tolist(), strict=True)
    ]
    order = vocabulary.order(keys)
    blob, ends = vocabulary.pack(keys[place] for place in order)
    of = np.zeros(len(order), np.uint32)
    of[order] = np.arange(len(order), dtype=np.uint32)
    return {"keys.blob": blob, "keys.ends": ends, "keys.places": np.array(order, np.uint32), "keys.of": of}


def _named(name: str, words: list[str]) -> dict[str, npt.NDArray[Any]]:
    blob, ends = vocabulary.pack(words)
    return {f"{name}.blob": blob, f"{name}.ends": ends}


def _listed(name: str, starts: npt.NDArray[Any], places: Ids) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}.starts": starts.astype(np.uint64), f"{name}.places": places}


def _ints(values: array[int]) -> Ids:
    # A copy: an array that somebody looks into cannot grow, and a delta's does.
    return np.array(values, np.uint32)


def _sentence_starts(lengths: Ids) -> npt.NDArray[np.uint8]:
    """A bit for each token: whether a sentence or a keyword starts there."""
    ends = np.cumsum(lengths, dtype=np.int64)
    starts = np.zeros(int(ends[-1]) if len(ends) else 0, bool)
    starts[ends - lengths] = True
    return np.packbits(starts)


def _mean(lengths: Ids) -> float:
    return max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
