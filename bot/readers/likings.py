"""What a person likes: the papers by which others are picked for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
