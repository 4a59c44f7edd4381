"""What a person likes: the papers by which others are picked for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.paper.model import Paper

ENOUGH_LIKED = 3
"""Papers without which nothing is picked."""


class How(StrEnum):
    """How somebody showed that they like a paper."""

    SAVED = "saved"
    LIKED = "liked"
    """With 👍, in any server."""
    FOLLOWED = "followed"


@dataclass(frozen=True, slots=True)
class Liking:
    paper_id: str
    how: How


@dataclass(frozen=True, slots=True)
class Because:
    """The liked paper that a pick is most like."""

    paper: Paper | None
    """None where it can't be shown here."""
    how: How | None
    """How it was shown that it is liked; None where it no longer is."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A paper that was picked for somebody."""

    paper: Paper
    because: Because | None = None
    """None for one from outside what is liked."""
