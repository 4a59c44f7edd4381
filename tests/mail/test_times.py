"""When mails come, and when none does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.readers.follows import InboxPlan, Pace
from bot.readers.mailing import Content, MailPlan
from bot.reasons import Code
from tests.mail.conftest import ANN, Office
from tests.support.mail_server import text_in

ADA = "ada@example.org"
DAILY = MailPlan(times=InboxPlan(pace=Pace.DAILY))


async def test_a_week_without_papers_is_said(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    await office.move_to_due(ANN)
    papers = office.post.to(ADA)[-1]
    assert papers["Subject"] == "Nothing new this week: trending papers"
    assert "All is well" in text_in(papers, "plain")


async def test_days_without_papers_bring_no_mail_until_a_week_has_passed(office: Office) -> None:
    await office.subscribe(ANN, ADA, DAILY)
    for _ in range(7):
        await office.move_to_due(ANN)
    assert len(office.post.to(ADA)) == 1
    standing = await office.service.standing(ANN)
    assert standing.not_sent is not None
    assert standing.not_sent.code == Code.NOTHING_NEW
    await office.move_to_due(ANN)
    assert office.post.to(ADA)[-1]["Subject"].startswith("Nothing new this week")


async def test_a_bot_that_was_off_for_days_sends_one_mail(office: Office) -> None:
    await office.subscribe(ANN, ADA, DAILY)
    office.clock.move(days=12, hours=2)
    await office.brings("Debate of Agents", upvotes=3, featured=(office.clock().date(),))
    await office.settled()
    assert len(office.post.to(ADA)) == 2
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    assert timedelta() < mine.next_due_at - office.clock() <= timedelta(days=1)


async def test_a_day_has_one_mail_also_where_its_time_is_changed(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    await office.move_to_due(ANN)
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    later = (office.clock() + timedelta(hours=1)).time().replace(second=0)
    await office.service.change(mine.id, replace(mine.plan, times=replace(mine.plan.times, at=later)))
    office.clock.move(hours=2)
    await office.settled()
    assert len(office.post.to(ADA)) == 2


async def test_who_stops_while_a_mail_waits_gets_none(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    office.post.answers[ADA] = "450 4.2.1 Busy"
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    for _ in range(500):
        office.service.wake()
        latest = await office.service.mails.latest(mine.id)
        if latest is not None and latest.note is not None:
            break
        await asyncio.sleep(0.01)
    assert await office.service.subscriptions.stop(ANN)
    office.post.answers.clear()
    office.clock.move(minutes=5)
    await office.settled()
    assert len(office.post.to(ADA)) == 1


async def test_a_mail_of_a_person_who_stops_as_it_leaves_is_no_bug(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.subscribe(ANN, ADA)
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    await office.move_to_due(ANN)
    sent = await office.service.mails.latest(mine.id)
    assert sent is not None
    await office.service.subscriptions.stop(ANN)
    again = await office.service.mails.sent(sent, message_id=0, channel_id=0, steps_until=office.clock())
    assert again is None
    assert "bug" not in caplog.text


async def next_mail_of(office: Office, holds: Callable[[datetime], bool]) -> bool:
    """Whether her next mail comes to be at such an instant."""
    for _ in range(500):
        office.service.wake()
        await asyncio.sleep(0.01)
        at = (await office.service.standing(ANN)).next_at
        if at is not None and holds(at):
            return True
    return False


async def test_a_clock_that_was_far_ahead_and_is_set_right_silences_nobody(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    plan = replace(DAILY, content=Content.TOPIC, text="debate of agents")
    await office.subscribe(ANN, ADA, plan)
    start = office.clock()
    office.clock.move(days=400)
    assert await next_mail_of(office, lambda at: at > start + timedelta(days=300))
    office.clock.now = start + timedelta(hours=1)
    assert await next_mail_of(office, lambda at: at < start + timedelta(days=2))
    assert "The clock was set back: 1 subscriptions to mails" in caplog.text
    await office.brings("Debate of Agents One")
    await office.move_to_due(ANN)
    assert "Debate of Agents One" in text_in(office.post.to(ADA)[-1], "plain")
