"""A post on its way to a channel."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from bot.paper.model import Paper
from bot.state.plans import ChannelKind, Edition, Pick


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper of a post, and why it was chosen."""

    paper: Paper
    pick: Pick


@dataclass(frozen=True, slots=True)
class Discussion:
    """A thread on papers."""

    thread_id: int
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a channel gets on a day. Without entries it says that the channel has had every paper."""

    guild_id: int
    channel_id: int
    kind: ChannelKind
    day: date
    """The channel's local date."""
    entries: tuple[Entry, ...]
    topic: str = ""
    edition: Edition = Edition.DAILY
    discussed: Discussion | None = None
    """In a weekly digest: the thread with the most messages of that week."""
    ping_role_id: int | None = None
    tag_id: int | None = None
    nonce: str

    @property
    def is_weekly(self) -> bool:
        """Whether it is a digest."""
        return self.edition is Edition.WEEKLY

    @property
    def mark(self) -> int:
        """The component id by which the post is known again in its channel."""
        return mark_of(self.nonce)


def mark_of(nonce: str) -> int:
    """The component id of a message with this nonce: the API shows no nonces where it is looked for."""
    digest = hashlib.sha256(nonce.encode()).digest()
    return 0x40000000 | int.from_bytes(digest[:4], "big") & 0x3FFFFFFF
