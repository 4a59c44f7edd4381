"""Mails that may have arrived and were given up: their papers never come under another Message-ID."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from random import Random

import pytest

from bot.readers.follows import InboxPlan, Pace
from bot.readers.mailing import Content, MailPlan
from bot.reasons import Code
from tests.mail.conftest import ANN, Office
from tests.support.mail_server import text_in

ADA = "ada@example.org"
DAILY = MailPlan(content=Content.TOPIC, text="debate of agents", times=InboxPlan(pace=Pace.DAILY))


class _Always(Random):
    """Chance that always strikes, and keeps the mail."""

    def random(self) -> float:
        return 0.0


async def arrived_unclear(office: Office) -> None:
    """The day's mail is there, and the server's answer never came."""
    await office.subscribe(ANN, ADA, DAILY)
    await office.brings("Debate of Agents One", "Debate of Agents Two")
    office.post.lost, office.post.chance = 1.0, _Always()
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    while len(office.post.to(ADA)) == 1:
        office.service.wake()
        await asyncio.sleep(0)
    office.post.lost = 0.0


async def hours_pass(office: Office, hours: int) -> None:
    for _ in range(hours):
        office.clock.move(hours=1)
        await office.at_rest()


async def why_not_sent(office: Office) -> str | None:
    standing = await office.service.standing(ANN)
    return standing.not_sent.code if standing.not_sent else None


def papers_by_mail(office: Office) -> dict[str, set[str]]:
    """The papers of each Message-ID, but for the mail that confirms."""
    found: dict[str, set[str]] = {}
    for mail in office.post.to(ADA)[1:]:
        titles = re.findall(r"Debate of Agents \w+", text_in(mail, "plain"))
        found.setdefault(mail["Message-ID"], set()).update(titles)
    return found


@pytest.mark.parametrize("meanwhile", ["the bot was off", "put off", "refused for us"])
async def test_a_mail_that_may_have_arrived_keeps_its_papers_when_it_is_too_late(
    office: Office, meanwhile: str
) -> None:
    await arrived_unclear(office)
    if meanwhile == "the bot was off":
        office.clock.move(hours=20, minutes=30)
        await office.at_rest()
        office.clock.move(minutes=1)
        await office.at_rest()
    else:
        answer = "451 4.7.1 Greylisted" if meanwhile == "put off" else "554 5.7.1 Relay access denied"
        office.post.answers[ADA] = answer
        await hours_pass(office, 22)
        office.post.answers.clear()
    assert await why_not_sent(office) == Code.PERHAPS_ARRIVED
    await office.brings("Debate of Agents Three", first=7)
    await hours_pass(office, 6)
    first, second = papers_by_mail(office).values()
    assert first == {"Debate of Agents One", "Debate of Agents Two"}
    assert second == {"Debate of Agents Three"}
