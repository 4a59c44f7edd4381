"""Papers that say the same things support each other: one step of spreading scores over the nearest papers
(Diaz 2007, "Regularizing query-based retrieval scores"; normalised as in Zhou et al. 2004)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.search.index.segment import K1, Segment
from bot.search.index.word_counts import counted_in

NEAREST: Final = 10
"""Papers that each paper is supported by."""

Floats = npt.NDArray[np.float32]


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
    words = counted_in(parts)
    rarity = words.rarity
    weights = words.times / (words.times + K1) * rarity[words.columns]
    lengths = np.sqrt(np.bincount(words.rows, weights * weights, words.texts)) + 1e-6
    shared = np.bincount(words.columns, minlength=len(rarity)) > 1
    column = np.cumsum(shared) - 1
    kept = shared[words.columns]
    rows: Floats = np.zeros((words.texts, int(np.count_nonzero(shared))), np.float32)
    rows[words.rows[kept], column[words.columns[kept]]] = (weights / lengths[words.rows])[kept]
    return rows
