"""Topics near one that brings little: keywords of its papers that new papers have more often."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.daily.choosing.featured_lists import Candidate, FeaturedLists, keyword_counts, keyword_key
from bot.search.queries import Queries

FEW: Final = 3
"""New papers in two weeks below which other topics are offered."""

_OFFERED: Final = 3
_COUNTED: Final = 25
"""Keywords whose new papers are counted, the nearest ones."""
_READ: Final = 300
"""Papers on the topic whose keywords are read, the newest."""
_FEW_NEAR: Final = 15
_KNOWN: Final = 5
_LIFT: Final = 4
"""Times more often than elsewhere that a keyword must go with the topic."""
_MATCHES: Final = 30
"""Where no paper is on the topic: those that match its words best."""


@dataclass(frozen=True, slots=True)
class Nearby:
    topic: str
    new: int
    """New papers that are about it."""


async def nearby(
    catalog: Queries,
    topic: str,
    lists: FeaturedLists,
    there: Sequence[Candidate],
    new: Sequence[Candidate],
    own: int,
) -> tuple[Nearby, ...]:
    """The nearest topics with more new papers than the `own` of this one; `there` are the papers about it.

    A keyword is near that many papers on the topic have and few others: by how often both go together,
    squared, against how often it occurs. Where no paper is on the topic, those that match best stand in.
    """
    near = [names for each in there[:_READ] if (names := each.keyword_names)]
    if not near:
        near = [hit.paper.keywords for hit in (await catalog.find(topic, limit=_MATCHES)).hits]
    written = Counter(name for names in near for name in names)
    spelt = {keyword_key(name): name for name, _ in reversed(written.most_common())}
    numbers = [each.number for each in new]
    found: list[Nearby] = []
    for key in await asyncio.to_thread(_nearest, near, lists, keyword_key(topic)):
        about = await catalog.about(spelt[key], numbers)
        if len(about) > max(own, 1):
            found.append(Nearby(spelt[key], len(about)))
        if len(found) == _OFFERED:
            break
    return tuple(found)


def _nearest(near: Sequence[Sequence[str]], lists: FeaturedLists, besides: str) -> list[str]:
    """The keywords that go with these, the nearest first; each stands in two of the papers at least.

    Where these are few, one is enough for a keyword that _KNOWN papers of the catalog have.
    """
    overall, texts = lists.keyword_counts
    score = {
        key: times**2 / overall[key]
        for key, times in keyword_counts(near).items()
        if (times > 1 or (len(near) < _FEW_NEAR and overall[key] >= _KNOWN))
        and key != besides
        and overall[key] * len(near) * _LIFT < times * texts
    }
    return sorted(score, key=lambda key: (-score[key], key))[:_COUNTED]
