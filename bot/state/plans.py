"""What an admin chose for a daily paper, and what was chosen for a day of it: data that needs no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated

from pydantic import Field

from bot.state.stored import Stored


class ChannelKind(Stored):
    TEXT = "text"
    NEWS = "news"
    FORUM = "forum"
    THREAD = "thread"
    UNKNOWN = "unknown"
    """Of a newer version."""


class Edition(Stored):
    DAILY = "daily"
    WEEKLY = "weekly"
    """A digest of the server's week, on one weekday."""
    UNKNOWN = "unknown"
    """Of a newer version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an admin chose for a feed."""

    guild_id: int
    channel_id: int
    kind: ChannelKind
    at: time
    zone: str
    weekdays: frozenset[int]
    topic: str = ""
    papers: int = 1
    thread: bool = False
    publish: bool = False
    ping_role_id: int | None = None
    tag_id: int | None = None
    edition: Edition = Edition.DAILY
    learn: bool = False
    """Whether what members like in the channel tilts what is picked for it."""

    @property
    def opens_thread(self) -> bool:
        """A thread can be opened on a message of a channel only; a forum's post is one already."""
        return self.thread and self.kind in (ChannelKind.TEXT, ChannelKind.NEWS)

    @property
    def publishes(self) -> bool:
        """Whether its posts are published to following channels."""
        return self.publish and self.kind is ChannelKind.NEWS


@dataclass(frozen=True, slots=True)
class Pick:
    """A paper chosen for a day, and why."""

    paper_id: Annotated[str, Field(alias="id")]
    title: str
    featured_on: Annotated[date | None, Field(alias="day")] = None
    """The day of whose Daily Papers it is; None for a paper that was never on them."""
    rank: int | None = None
    """Its place by upvotes within that day, from 1; None where no upvotes are known."""
    archive: bool = False
    where: str | None = None
    """Where the feed's topic stands in it: `title`, `keywords`, `abstract`, or `text` for all over."""
    votes: int = 0
    """In a digest: how many members liked it that week."""
    saves: int = 0
    """In a digest: how many members saved it that week to a list of the server."""

    @property
    def by_members(self) -> bool:
        """Whether it is what members chose: the channel may have had it before."""
        return bool(self.votes or self.saves)
