"""Seven days that are not seven times the same: what a channel just had counts a little less."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final

from bot.state.plans import Plan

if TYPE_CHECKING:
    from bot.daily.choosing.pick import Choice
    from bot.state.deliveries import Deliveries

POSTS: Final = 6
"""Posts of a channel whose keywords are looked at."""

ALIKE: Final = 0.1
"""What a paper loses of its score when all its keywords are among those of the last posts."""


async def latest_of(deliveries: Deliveries, plan: Plan) -> list[str]:
    """The papers of a channel's last posts, where they count: with a topic, they are meant to be alike."""
    return [] if plan.topic else await deliveries.latest_papers(plan.channel_id, POSTS)


def least_alike(
    ordered: Iterable[Choice], had: Collection[str], wanted: int, keywords: Collection[str]
) -> list[Choice]:
    """The best `wanted` that are not among `had`, each by its score less what it shares with `keywords`.

    `ordered` is best first, by degree and then by score; `keywords` are as `keyword_key` writes them.
    """
    best: list[tuple[float, Choice]] = []
    for choice in ordered:
        if any(each in had for each in choice.candidate.ids):
            continue
        # Whatever comes later has no higher score, and loses some of it.
        if len(best) == wanted and (not keywords or choice.score < best[-1][0]):
            break
        best.append((choice.score * (1 - ALIKE * _shared(choice, keywords)), choice))
        if keywords:
            best.sort(key=lambda each: (-each[0], each[1].candidate.id))
            del best[wanted:]
    return [choice for _, choice in best]


def _shared(choice: Choice, keywords: Collection[str]) -> float:
    """The part of a paper's keywords that is among these."""
    own = choice.candidate.keyword_keys if keywords else frozenset()
    return sum(each in keywords for each in own) / len(own) if own else 0.0
