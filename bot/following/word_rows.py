"""Which of a few papers hold each word, and each two words close together, as rows of bits.

A row has a bit for each paper, in words of 64. What is asked for is numbered by whoever asks: words by their
stems, and pairs of such numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import Field
from bot.search.index.texts import NEAR
from bot.search.new_papers import Batch

Rows = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_BITS: Final = 64


class WordRows:
    """Of all papers of `batches`, one at least; `stems` numbers those that are asked for, from 0 on."""

    def __init__(self, batches: Sequence[Batch], stems: Mapping[str, int]) -> None:
        self._known = len(stems)
        self.papers = sum(len(batch.places) for batch in batches)
        self.width = -(-self.papers // _BITS)
        stem, paper, sentence, field = [], [], [], []
        papers = sentences = 0
        for batch in batches:
            texts = batch.texts
            stem.append(_numbers(batch, stems)[texts.stems])
            paper.append(texts.papers[texts.sentences] + papers)
            sentence.append(texts.sentences + sentences)
            field.append(texts.fields[texts.sentences])
            papers += len(batch.places)
            sentences += len(texts.lengths)
        self._stems, self._papers = _joined(stem), _joined(paper)
        self._sentences, self._fields = _joined(sentence), _joined(field)
        self._batches = batches

    def holding(self) -> Rows:
        """A row for each stem: the papers that hold it."""
        kept = self._stems >= 0
        return self._marked(self._known, self._stems[kept], self._papers[kept])

    def holding_more_than_once(self) -> Rows:
        """The papers that hold a stem in the title or a keyword, or twice."""
        kept = self._stems >= 0
        stems, papers, fields = self._stems[kept], self._papers[kept], self._fields[kept]
        cells = stems * self.papers + papers
        each, times = np.unique(cells, return_counts=True)
        cells = np.concatenate([each[times >= 2], cells[fields != Field.ABSTRACT]])
        return self._marked(self._known, cells // self.papers, cells % self.papers)

    def close(self, pairs: Ints) -> Rows:
        """A row for each of these pairs (`first * len(stems) + second`, ascending).

        It has the papers where the second stands behind the first in one sentence, with at most NEAR other
        words between.
        """
        which, papers = [], []
        for gap in range(1, NEAR + 2):
            first, second = self._stems[:-gap], self._stems[gap:]
            here = (first >= 0) & (second >= 0) & (self._sentences[:-gap] == self._sentences[gap:])
            keys = first[here] * self._known + second[here]
            at = np.minimum(np.searchsorted(pairs, keys), max(len(pairs) - 1, 0))
            wanted = pairs[at] == keys if len(pairs) else np.zeros(len(keys), bool)
            which.append(at[wanted])
            papers.append(self._papers[:-gap][here][wanted])
        return self._marked(len(pairs), np.concatenate(which), np.concatenate(papers))

    def named(self, words: Mapping[str, int]) -> Rows:
        """A row for each of these words, numbered from 0 on: the papers with an author of that name."""
        which, papers, before = list[int](), list[int](), 0
        for batch in self._batches:
            names = batch.part.segment.names
            for word, number in words.items():
                if len(holding := names.of(word)):
                    places = np.flatnonzero(np.isin(batch.places, holding))
                    which += [number] * len(places)
                    papers += (places + before).tolist()
            before += len(batch.places)
        return self._marked(len(words), np.array(which, np.int64), np.array(papers, np.int64))

    def _marked(self, size: int, rows: Ints, papers: Ints) -> Rows:
        marked: Rows = np.zeros((size, self.width), np.uint64)
        bits = np.uint64(1) << (papers % _BITS).astype(np.uint64)
        np.bitwise_or.at(marked, (rows, papers // _BITS), bits)
        return marked


def _numbers(batch: Batch, stems: Mapping[str, int]) -> Ints:
    """The number of each word of a segment's vocabulary, -1 where it is not asked for."""
    words = batch.part.segment.text.words
    numbers: Ints = np.full(len(words), -1, np.int64)
    for place in np.unique(batch.texts.stems).tolist():
        numbers[place] = stems.get(words[place], -1)
    return numbers


def _joined(arrays: Sequence[npt.NDArray[Any]]) -> Ints:
    return np.concatenate(arrays).astype(np.int64) if arrays else np.zeros(0, np.int64)
