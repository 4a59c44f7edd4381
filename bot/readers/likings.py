"""What a person likes: the papers by which others are picked for them."""

from __future__ import annotations

from collections.abc import Callable
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


def why_picked(because: Because | None, titled: Callable[[Paper], str]) -> str:
    """Why a paper was picked for somebody, `titled` writing the liked one's title."""
    if because is None:
        return "Something else, off your usual path"
    name = titled(because.paper) if because.paper is not None else "a paper that isn't shown here"
    match because.how:
        case How.SAVED:
            return f"Because you saved {name}"
        case How.LIKED:
            return f"Because you liked {name}"
        case How.FOLLOWED:
            return f"Because you follow papers like {name}"
        case None:
            return f"Like {name}"
