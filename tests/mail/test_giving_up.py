"""No address is tried for ever, whatever the mail server says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.mail.mail_times import LEAST_ATTEMPTS
from bot.readers.mailing import MailPlan, MailStanding
from bot.reasons import Code
from tests.mail.conftest import ANN, BOB, Office

ADA, BEN = "ada@example.org", "ben@example.org"
WEEKLY = MailPlan()
UNCLEAR = "550 5.7.1 <ada@example.org>: Recipient address rejected: Access denied"


async def tried_for(office: Office, days: int) -> MailStanding:
    """Some hours after the other, until her mails are paused or so many days are over."""
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    end = office.clock() + timedelta(days=days)
    while True:
        await office.at_rest()
        standing = await office.service.standing(ANN)
        if standing.paused is not None or office.clock() >= end:
            return standing
        office.clock.move(hours=8)


@pytest.mark.parametrize("answer", [UNCLEAR, "451 4.7.1 Greylisted", "554 5.7.1 Relay access denied"])
async def test_an_address_that_alone_gets_nothing_for_days_is_paused_with_the_reason(
    office: Office, answer: str
) -> None:
    await office.subscribe(ANN, ADA, WEEKLY)
    await office.subscribe(BOB, BEN, WEEKLY)
    office.post.answers[ADA] = answer
    standing = await tried_for(office, 7)
    assert standing.paused is not None
    assert standing.paused.code == Code.MAIL_GIVEN_UP
    assert standing.paused.params["days"] == 5
    assert str(standing.paused.params["text"]).startswith(answer[:9])
    assert (await office.service.standing(BOB)).paused is None
    del office.post.answers[ADA]
    before = len(office.post.to(ADA))
    assert standing.subscription_id is not None
    await office.service.change(standing.subscription_id, WEEKLY)
    await office.move_to_due(ANN)
    assert len(office.post.to(ADA)) == before + 1, "it goes on as after other pauses"
    assert (await office.service.standing(ANN)).paused is None


async def test_while_nobody_gets_mails_an_address_is_tried_for_four_weeks(office: Office) -> None:
    await office.subscribe(ANN, ADA, WEEKLY)
    office.post.answers[ADA] = UNCLEAR
    assert (await tried_for(office, 20)).paused is None
    standing = await tried_for(office, 12)
    assert standing.paused is not None
    assert standing.paused.params["days"] == 28


async def test_a_server_that_takes_nothing_at_all_pauses_nobody(office: Office) -> None:
    await office.subscribe(ANN, ADA, WEEKLY)
    office.post.refuse_sender = "451 4.3.0 Not now"
    assert (await tried_for(office, 35)).paused is None
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    tried = await office.service.mails.tried(mine.id)
    assert tried is not None
    assert tried.attempts > LEAST_ATTEMPTS
    office.post.refuse_sender = ""
    await office.move_to_due(ANN)
    assert (await office.service.standing(ANN)).not_sent is None
