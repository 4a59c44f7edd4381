"""What people follow, and how they hear of it: data that needs no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from bot.paper.model import Paper
from bot.reasons import Reason

MOST_FOLLOWS = 100
"""Of one person."""


class Kind(StrEnum):
    """What somebody follows."""

    TOPIC = "topic"
    AUTHOR = "author"
    PAPER = "paper"
    """New papers like it, its code and its new versions."""
    LIST = "list"
    """New papers like those on a reading list of theirs, code and new versions of those themselves."""
    FOR_ME = "for-me"
    """The papers that are picked for them each day."""


class News(StrEnum):
    """What a person hears of a paper. Each is told once."""

    NEW = "new"
    CODE = "code"
    """Its code has appeared."""
    VERSION = "version"
    """arXiv has a newer version."""


@dataclass(frozen=True, slots=True)
class Followed:
    id: int
    person_id: int
    kind: Kind
    text: str
    """The topic or the name as typed, a paper's id, a list's id."""
    shown: str
    """What it is called: the topic, the name, the title, the list's name."""
    made_at: datetime
    paused_until: datetime | None = None
    """Until then it brings nothing, and nothing of that time comes later."""

    def is_paused(self, now: datetime) -> bool:
        """Whether it brings nothing now."""
        return self.paused_until is not None and self.paused_until > now


class Way(StrEnum):
    """Where news go."""

    MESSAGE = "message"
    """A direct message."""
    THREAD = "thread"
    """A private thread of a server."""
    KEPT = "kept"
    """Nowhere: `/inbox show` has them."""


class Pace(StrEnum):
    """How often news go out."""

    COME = "come"
    """As they come, at most once an hour."""
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class InboxPlan:
    """How a person wants to hear of what they follow."""

    way: Way = Way.MESSAGE
    pace: Pace = Pace.COME
    at: time = time(9)
    zone: str = "UTC"
    weekday: int = 0
    """Of a weekly message; 0 is Monday."""


@dataclass(frozen=True, slots=True)
class Inbox:
    person_id: int
    plan: InboxPlan
    channel_id: int | None = None
    """The direct message, once it was opened, or the thread."""
    guild_id: int | None = None
    """Of the thread: its server, where that is known."""
    thread_id: int | None = None
    """The thread that the person had last."""
    last_letter_at: datetime | None = None
    paused_at: datetime | None = None
    paused_reason: Reason | None = None
    retry_at: datetime | None = None
    """From when on a letter tries again, where Discord would not have the message that opens all."""


@dataclass(frozen=True, slots=True)
class Match:
    """Something new for somebody, and the follow that brought it."""

    person_id: int
    paper_id: str
    title: str
    follow_id: int
    news: News = News.NEW
    version: int | None = None
    """Where that is the news."""

    @property
    def key(self) -> str:
        """What is told once of the paper; `news_of` reads it."""
        return f"v{self.version}" if self.news is News.VERSION else self.news.value


def news_of(key: str | None) -> tuple[News, int | None]:
    """The news that a match's key says, and the version; what a newer Paperboy wrote is a new paper."""
    if key and key[0] == "v" and key[1:].isdecimal():
        return News.VERSION, int(key[1:])
    return (News.CODE if key == News.CODE else News.NEW), None


@dataclass(frozen=True, slots=True)
class Standing:
    """What may change of a paper that people follow or have saved."""

    id: str
    title: str
    has_code: bool | None
    """None where no source has been asked that would know."""
    version: int | None
    """arXiv's latest that was seen."""

    @classmethod
    def of(cls, paper: Paper) -> Standing:
        """As the paper itself tells it: one with upvotes has been seen where code is known of."""
        without = None if paper.upvotes is None else False
        return cls(paper.id, paper.title, True if paper.code_url else without, paper.arxiv_version)


@dataclass(frozen=True, slots=True)
class Found:
    """A match as it was kept."""

    match: Match
    found_at: datetime
    told_at: datetime | None
