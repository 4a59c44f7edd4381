"""Papers that say the same things support each other: one step of spreading scores over the nearest papers
(Diaz 2007, "Regularizing query-based retrieval scores"; normalised as in Zhou et al. 2004)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import K1, TITLE_WEIGHT, Segment
from bot.search.index.vocabulary import Vocabulary

NEAREST: Final = 10
"""Papers that each paper is supported by."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def supported(scores: Floats, texts: Floats) -> Floats:
    """For each paper how high its nearest ones score, the highest as 1; `texts` has a row of each."""
    # Not `@`: the threads of a matrix library cost more here than they save, most of all on a busy machine.
    near = np.einsum("ik,jk->ij", texts, texts)
    np.fill_diagonal(near, 0)
    if len(near) > NEAREST:
        least = np.partition(near, -NEAREST, axis=1)[:, -NEAREST, None]
        near = np.where(near >= least, near, 0)
    # A paper that is near to everything would else lend its score to everything.
    spread = np.sqrt(near.sum(1)) + np.float32(1e-6)
    support: Floats = (near * (scores / spread)).sum(1) / spread
    return support / max(float(support.max(initial=0)), 1e-6)


def texts(parts: Sequence[tuple[Segment, npt.NDArray[Any]]]) -> Floats:
    """A row of length 1 for each of these papers: its saturated word frequencies by the words' rarity.

    Words that no two of the papers share count in the length alone, and have no column.
    """
    counted = [_counted(segment, places) for segment, places in parts if len(places)]
    words = counted[0] if len(counted) == 1 else _joined(counted)
    rarity = np.log(1 + (words.papers - words.held + 0.5) / (words.held + 0.5))
    weights = words.times / (words.times + K1) * rarity[words.columns]
    lengths = np.sqrt(np.bincount(words.rows, weights * weights, words.texts)) + 1e-6
    shared = np.bincount(words.columns, minlength=len(rarity)) > 1
    column = np.cumsum(shared) - 1
    kept = shared[words.columns]
    rows: Floats = np.zeros((words.texts, int(np.count_nonzero(shared))), np.float32)
    rows[words.rows[kept], column[words.columns[kept]]] = (weights / lengths[words.rows])[kept]
    return rows


@dataclass(frozen=True, slots=True)
class _Words:
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


def _counted(segment: Segment, places: npt.NDArray[Any]) -> _Words:
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
    return _Words(
        len(places),
        pairs[begins] // max(len(ids), 1),
        pairs[begins] % max(len(ids), 1),
        times,
        segment.text.counts_of(ids),
        np.full(len(ids), segment.size),
        segment.text.words,
        ids,
    )


def _joined(parts: Sequence[_Words]) -> _Words:
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
