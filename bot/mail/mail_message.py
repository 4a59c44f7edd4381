"""A mail on its way to somebody, before it is text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.paper.model import Paper
from bot.readers.follows import Followed, News
from bot.readers.likings import Picked
from bot.readers.mailing import MailKind, MailPlan


@dataclass(frozen=True, slots=True)
class MailEntry:
    """A paper of a mail, and what brought it."""

    paper: Paper
    follow: Followed | None = None
    """Of mails that bring what somebody follows."""
    news: News = News.NEW
    version: int | None = None
    """Where that is the news."""
    picked: Picked | None = None
    """Of mails that bring what was picked for somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Without entries it says that there is nothing new; one that asks to be confirmed has none."""

    kind: MailKind
    address: str
    plan: MailPlan
    at: datetime
    nonce: str
    entries: tuple[MailEntry, ...] = ()
    more: int = 0
    """Papers that it tells of without showing them."""
    note: str = ""
    """A sentence on why there may be nothing."""
    link: str
    """Where it is confirmed, or ended."""
