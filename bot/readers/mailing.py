"""What somebody gets by e-mail, and when: data that needs no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum

from bot.readers.follows import InboxPlan, Pace
from bot.reasons import Reason

WEEKLY = InboxPlan(pace=Pace.WEEKLY)


class Content(StrEnum):
    """What a mail brings. Values are stored."""

    TRENDING = "trending"
    TOPIC = "topic"
    LIST = "list"
    """New papers like those on a reading list of theirs."""
    FOLLOWS = "follows"
    PICKED = "picked"
    """What `/paper for-me` has that day."""


@dataclass(frozen=True, slots=True)
class MailPlan:
    """How a person wants their mails."""

    content: Content = Content.TRENDING
    text: str = ""
    """The topic as it was typed; the list's id."""
    shown: str = ""
    """What that is called."""
    times: InboxPlan = field(default=WEEKLY)
    """Daily or weekly, at a time of day in a zone; its `way` says nothing here."""

    @property
    def is_weekly(self) -> bool:
        """Whether it comes once a week; else every day."""
        return self.times.pace is not Pace.DAILY


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An address of a person's, and what goes there once it was confirmed."""

    id: int
    person_id: int
    address: str
    """Encrypted."""
    address_hash: str
    salt: str
    """From which its links are made, with the operator's key."""
    plan: MailPlan
    asked_at: datetime
    confirmed_at: datetime | None
    next_due_at: datetime | None
    last_mail_at: datetime | None
    paused_at: datetime | None
    paused_reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStanding:
    """How it stands with somebody's mails."""

    subscription_id: int | None = None
    """Of the confirmed address, or else of the one that waits to be confirmed."""
    plan: MailPlan | None = None
    address: str | None = None
    """Where mails go; None where none do, or the operator's key of today doesn't open it."""
    is_confirmed: bool = False
    next_at: datetime | None = None
    last_at: datetime | None = None
    paused: Reason | None = None
    not_sent: Reason | None = None
    """Why there was no mail the last time that one was due, or not yet."""
    waiting: str | None = None
    """The address that waits to be confirmed."""


class Lack(Enum):
    """Why mails bring nothing until their person does something."""

    LIST = "list"
    """It was deleted."""
    SAVED = "saved"
    """Nothing is on the list."""
    LIKED = "liked"
    """The person likes too few papers to go by."""
    FOLLOWS = "follows"
    """The person follows nothing."""


class MailKind(StrEnum):
    """What a mail is. Values are stored."""

    CONFIRM = "confirm"
    """Asks whether the address is the person's."""
    PAPERS = "papers"


class Asked(StrEnum):
    """What became of somebody's wish for mails to an address."""

    TAKEN = "taken"
    """Whether a mail goes there is not told: that depends on what is known of the address."""
    THEIRS = "theirs"
    """Their mails go there already."""
    TOO_MANY = "too many"
    """The person has named as many addresses as they may in a day."""
    FULL = "full"
    """As many unconfirmed addresses were written to as may be in a day."""


MOST_ADDRESSES = 3
"""Of one person in a day."""
MOST_UNCONFIRMED = 100
"""Mails to addresses that nobody has confirmed, in a day, in all."""
MOST_PAPERS = 10
"""In a mail."""
