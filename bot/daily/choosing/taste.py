"""A channel that learns: what its votes say moves papers within their topic, and never into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.daily.choosing.pick import Choice

TILT: Final = 0.5
"""What a paper gains of its score, at most, when it is the one that a channel may like best."""


def tilted(choices: Iterable[Choice], liking: Mapping[int, float]) -> list[Choice]:
    """The same papers in the channel's order: by degree, then by score and what the channel may like.

    `liking` is from 0 to 1 by row number, as `Queries.liking` gives it; a paper that it lacks gains nothing.
    Central papers stay before those that touch the topic, and equal scores go by id.
    """
    gained = (
        replace(each, score=each.score * (1 + TILT * liking.get(each.candidate.number, 0.0)))
        for each in choices
    )
    return sorted(gained, key=lambda each: (-each.about.degree, -each.score, each.candidate.id))
