"""Mail servers that answer what no mail server should."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.sending import TryLater, Unclear
from bot.reasons import Code
from tests.mail.conftest import ANN, BOB, Office
from tests.mail.examples import mail, paper
from tests.mail.test_giving_up import ADA, BEN, WEEKLY, tried_for
from tests.mail.test_sending import ours, sender_to
from tests.mail.test_unclear import DAILY, hours_pass, papers_by_mail
from tests.support.mail_server import Post, mail_server

NONSENSE = ["banana", "25 0", "354 Go ahead", "999 What", "100 Soon"]


@pytest.mark.parametrize("answer", ["252 Queued as 17", "200 OK", "221 Kept, bye"])
async def test_every_yes_after_the_mail_is_one(post: Post, answer: str) -> None:
    post.after_data = answer
    async with mail_server(post) as port:
        sender = sender_to(port)
        await sender.send(mail(paper()), ours)
        post.after_data = "250 Kept"
        await sender.send(mail(paper()), ours)
        await sender.close()
    assert len(post.raw) == 2


@pytest.mark.parametrize("answer", NONSENSE)
async def test_nonsense_after_the_mail_says_nothing_of_it_and_ends_the_connection(
    post: Post, answer: str
) -> None:
    post.after_data = answer
    async with mail_server(post) as port:
        sender = sender_to(port)
        with pytest.raises(Unclear) as unclear:
            await sender.send(mail(paper()), ours)
        assert unclear.value.reason.code == Code.MAIL_LOST
        post.after_data = "250 Kept"
        await sender.send(mail(paper()), ours)
        await sender.close()
    assert post.connections == 2


@pytest.mark.parametrize("answer", NONSENSE)
async def test_nonsense_to_a_recipient_puts_the_mail_off_and_ends_the_connection(
    post: Post, answer: str
) -> None:
    async with mail_server(post) as port:
        sender = sender_to(port)
        post.answers[ADA] = answer
        with pytest.raises(TryLater):
            await sender.send(replace(mail(paper()), address=ADA), ours)
        await sender.send(replace(mail(paper()), address=BEN), ours)
        await sender.close()
    assert post.connections == 2


async def test_papers_of_a_mail_that_was_answered_with_nonsense_come_in_no_other(office: Office) -> None:
    await office.subscribe(ANN, ADA, DAILY)
    await office.brings("Debate of Agents One", "Debate of Agents Two")
    office.post.after_data = "banana"
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    await office.at_rest()
    await hours_pass(office, 21)
    office.post.after_data = "250 Kept"
    await office.brings("Debate of Agents Three", first=7)
    await hours_pass(office, 6)
    first, second = papers_by_mail(office).values()
    assert first == {"Debate of Agents One", "Debate of Agents Two"}
    assert second == {"Debate of Agents Three"}


async def test_an_address_at_which_the_server_hangs_up_is_given_up_and_said_once_a_day(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.subscribe(ANN, ADA, WEEKLY)
    await office.subscribe(BOB, BEN, WEEKLY)
    office.post.hangs_up_at = ADA
    standing = await tried_for(office, 7)
    assert standing.paused is not None
    assert (standing.paused.code, standing.paused.params["days"]) == (Code.MAIL_GIVEN_UP, 5)
    assert (await office.service.standing(BOB)).paused is None
    assert caplog.text.count("Mails wait") == 1
