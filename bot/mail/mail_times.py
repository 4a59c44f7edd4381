"""When somebody's mails are due."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.inbox.letter_times import schedule_of
from bot.readers.mailing import MailPlan
from bot.state.mails import Slot

_BACK = timedelta(days=8)
"""What is due for longer counts no more: its weekday has come again since."""

LEAST_ATTEMPTS = 10
TRIED_FOR = timedelta(days=5)
"""How long, and how often at least, an address is tried while others get their mails: as long as mail servers
themselves try (RFC 5321, 4.5.4.1)."""
TRIED_FOR_ALL = timedelta(days=28)
"""The same while nobody gets any."""


def next_mail(plan: MailPlan, now: datetime) -> datetime:
    """The first slot after `now`."""
    return schedule_of(plan.times).next_after(now)


def slot_of(plan: MailPlan, due: datetime, now: datetime) -> Slot:
    """Of the slots from `due` to `now` the last: what came due while the bot was off is one mail."""
    schedule = schedule_of(plan.times)
    last = max(due, now - _BACK)
    following = schedule.next_after(last)
    if last != due:
        last, following = following, schedule.next_after(following)
    while following <= now:
        last, following = following, schedule.next_after(following)
    return Slot(last, schedule.local_date(last), following)


def kept_trying(plan: MailPlan) -> timedelta:
    """How late a mail may still come: then the next is near."""
    return timedelta(days=6) if plan.is_weekly else timedelta(hours=20)


def reaches_back(plan: MailPlan) -> timedelta:
    """What is new to a mail, where the one before it doesn't tell."""
    return timedelta(days=7 if plan.is_weekly else 1)
