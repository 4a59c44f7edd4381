"""Which words papers have and how often, as arrays: over several segments as over one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import TITLE_WEIGHT, Segment
from bot.search.index.vocabulary import Vocabulary

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Words:
    """Which text (row) has which word (column) how often; and how many papers hold each word."""

    texts: int
    rows: Ints
    columns: Ints
    times: npt.NDArray[np.float64]
    held: Ints
    papers: Ints
    """Of so many in all."""
    vocabulary: Vocabulary
    ids: Ints
    """Of the columns in `vocabulary`: the same word has another id in another segment."""

    @property
    def rarity(self) -> npt.NDArray[np.float64]:
        """Of each column; see `scoring.rarity`."""
        rarity: npt.NDArray[np.float64] = np.log(1 + (self.papers - self.held + 0.5) / (self.held + 0.5))
        return rarity


def counted_in(parts: Sequence[tuple[Segment, npt.NDArray[Any]]]) -> Words:
    """The words of the papers at these places, of which there is one at least: a row for each, in order."""
    counted = [_counted(segment, places) for segment, places in parts if len(places)]
    return counted[0] if len(counted) == 1 else _joined(counted)


def _counted(segment: Segment, places: npt.NDArray[Any]) -> Words:
    stems, ends = segment.texts_of(places)
    text = np.repeat(np.arange(2 * len(places)), np.diff(ends, prepend=0))
    used = np.zeros(len(segment.text.words), bool)
    used[stems] = True
    ids = np.flatnonzero(used)
    column = np.empty(len(used), np.int32)
    column[ids] = np.arange(len(ids))
    keys = (text // 2 * len(ids) + column[stems]) * 2 + (text % 2 == 0)
    keys.sort()
    pairs = keys // 2
    begins = np.flatnonzero(np.diff(pairs, prepend=-1))
    times = np.add.reduceat(np.where(keys % 2, TITLE_WEIGHT, 1.0), begins) if len(begins) else np.zeros(0)
    return Words(
        len(places),
        pairs[begins] // max(len(ids), 1),
        pairs[begins] % max(len(ids), 1),
        times,
        segment.text.counts_of(ids),
        np.full(len(ids), segment.size),
        segment.text.words,
        ids,
    )


def _joined(parts: Sequence[Words]) -> Words:
    """Of several segments, in which the ids of the same word differ: one column for each word."""
    prints = [part.vocabulary.fingerprints(part.ids) for part in parts]
    words, columns = np.unique(np.concatenate(prints), return_inverse=True)
    held, papers = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
    all_rows, all_columns = [], []
    row = column = 0
    for part in parts:
        into = columns[column : column + len(part.ids)]
        held[into] += part.held
        papers[into] += part.papers
        all_rows.append(part.rows + row)
        all_columns.append(into[part.columns])
        row, column = row + part.texts, column + len(part.ids)
    return replace(
        parts[0],
        texts=row,
        rows=np.concatenate(all_rows),
        columns=np.concatenate(all_columns),
        times=np.concatenate([part.times for part in parts]),
        held=held,
        papers=papers,
    )
