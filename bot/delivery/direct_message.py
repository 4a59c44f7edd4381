"""What a person is told: a letter on its way to them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.post import mark_of
from bot.paper.model import Paper
from bot.readers.follows import Followed, News
from bot.readers.likings import Picked


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper of a letter, and what brought it."""

    paper: Paper
    news: News
    follow: Followed | None
    """None where it was stopped since."""
    version: int | None = None
    """Where that is the news."""
    picked: Picked | None = None
    """Where it was picked for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage:
    letter_id: int
    person_id: int
    channel_id: int
    guild_id: int | None = None
    """Where it goes to a thread: its server, where that is known."""
    entries: tuple[Brought, ...]
    more: int
    """Papers that it tells of without showing them."""
    nonce: str

    @property
    def mark(self) -> int:
        """The component id by which it is known again in its channel."""
        return mark_of(self.nonce)


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first message to somebody who follows something."""

    follow: Followed
    example: Paper | None
    nonce: str
