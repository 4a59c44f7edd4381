"""Subscriptions and mails as rows."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row

from bot.readers.follows import InboxPlan, Pace
from bot.readers.mailing import Content, MailKind, MailPlan, Subscription
from bot.state.ledger import State


def mail_row(
    subscription: Subscription, kind: MailKind, local_date: date, due_at: datetime, wake_at: datetime
) -> dict[str, Any]:
    """A mail that is claimed, and that whoever comes first takes up from `wake_at` on.

    Its nonce is the same whenever the same mail of that day is made.
    """
    name = f"{subscription.salt}/{kind}/{local_date.isoformat()}"
    return {
        "subscription_id": subscription.id,
        "person_id": subscription.person_id,
        "kind": kind.value,
        "local_date": local_date,
        "due_at": due_at,
        "nonce": f"pb{hashlib.sha256(name.encode()).hexdigest()[:20]}",
        "state": State.CLAIMED.value,
        "picks": None,
        "more": 0,
        "attempts": 0,
        "owner": None,
        "wake_at": wake_at,
    }


def subscription_from_row(row: Row[Any]) -> Subscription:
    """What a newer version wrote as its content reads as trending papers."""
    return Subscription(
        id=row.id,
        person_id=row.person_id,
        address=row.address,
        address_hash=row.address_hash,
        salt=row.salt,
        plan=plan_of(row),
        asked_at=row.asked_at,
        confirmed_at=row.confirmed_at,
        next_due_at=row.next_due_at,
        last_mail_at=row.last_mail_at,
        paused_at=row.paused_at,
        paused_reason=row.paused_reason,
    )


def instead(now: datetime) -> dict[str, Any]:
    """What columns of a subscription say that can't be read."""
    return {"at": time(9), "asked_at": now, "confirmed_at": now, "next_due_at": now}


def plan_of(row: Row[Any]) -> MailPlan:
    """The plan in a row; a weekday that is none is some other."""
    content = next((each for each in Content if each == row.content), Content.TRENDING)
    pace = Pace.DAILY if row.pace == Pace.DAILY else Pace.WEEKLY
    times = InboxPlan(pace=pace, at=row.at, zone=row.zone, weekday=row.weekday % 7)
    return MailPlan(content, row.text, row.shown, times)


def values_of(plan: MailPlan) -> dict[str, Any]:
    """The columns of a plan."""
    return {
        "content": plan.content.value,
        "text": plan.text,
        "shown": plan.shown,
        "pace": plan.times.pace.value,
        "at": plan.times.at,
        "zone": plan.times.zone,
        "weekday": plan.times.weekday,
    }
