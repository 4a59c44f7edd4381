"""Which new papers are like those that people follow.

A new paper is like one of its own nearest in the catalog. Where few papers are followed, most new ones are
told from these alone, and from some others that are nearer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Final

from bot.catalog import papers
from bot.search.engine import Search

_NEAREST: Final = 10
_OF_SO_MANY: Final = 50
"""In a small catalog fewer count: one of so many papers."""
_LOOKED_AT: Final = 50
_ASKED: Final = 300
"""Of many new papers those that are asked one by one: a few seconds of work."""


def like(search: Search, new: Iterable[str], liked: Collection[str]) -> dict[str, list[str]]:
    """By its id each of these new papers that is like some others of the papers `liked`, with their ids."""
    nearest = min(_NEAREST, 1 + papers.count(search.connection) // _OF_SO_MANY)
    return search.similar_among(new, nearest, liked)


def new_ones_like(search: Search, new: Collection[str], liked: Collection[str]) -> dict[str, list[str]]:
    """The same for many new papers: those are asked that are among what the liked ones are nearest to."""
    near = (each.id for paper_id in liked for each in search.similar(paper_id, _LOOKED_AT))
    some = islice((each for each in dict.fromkeys(near) if each in new), _ASKED)
    return {paper_id: near for paper_id, near in like(search, some, liked).items() if paper_id not in liked}
