"""How mails get to a mail server, whatever it answers."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text, update

from bot.delivery.sending import Refused, TryLater, Unclear
from bot.log_ids import current_ids
from bot.mail.mail_keys import MailKeys
from bot.mail.mime import From
from bot.mail.smtp_sender import Server, SmtpSender
from bot.readers.mailing import MailPlan
from bot.reasons import Code
from bot.state.mail_tables import mail_subscriptions
from tests.mail.conftest import ANN, BOB, Office
from tests.mail.examples import PUBLIC, mail, paper
from tests.support.mail_server import HOST, Post, mail_server, text_in
from tests.support.statements import running

ADA, BEN = "ada@example.org", "ben@example.org"


async def ours() -> bool:
    return True


def sender_to(port: int, **more: object) -> SmtpSender:
    server = Server(host=HOST, port=port, tls="none", per_minute=60_000)
    return SmtpSender(
        replace(server, **more),  # type: ignore[arg-type]
        From.of("papers@example.org"),
        public_url=PUBLIC,
        later=0.1,
        away=0.1,
        refused=0.1,
    )


async def test_many_mails_take_one_connection(office: Office) -> None:
    for number in range(20):
        await office.service.ask(number, f"a{number}@example.org", MailPlan())
    await office.settled()
    assert (len(office.post.raw), office.post.connections) == (20, 1)


async def test_mails_are_counted_as_mails(office: Office) -> None:
    await office.service.ask(ANN, ADA, MailPlan())
    await office.settled()
    assert office.figures.deliveries.all() == [(("mail", "sent", ""), 1)]
    ((kind,),) = [words for words, _, _ in office.figures.lateness.all()]
    assert kind == "mail"


async def test_a_mail_that_is_refused_is_found_by_its_own_id_and_no_persons(office: Office) -> None:
    lines: list[tuple[str, dict[str, int]]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append((record.getMessage(), dict(current_ids())))

    await office.subscribe(ANN, ADA)
    office.post.answers[ADA] = "550 5.1.1 No such user"
    logging.getLogger().addHandler(kept := Kept())
    try:
        await office.move_to_due(ANN)
    finally:
        logging.getLogger().removeHandler(kept)
    (ids,) = [ids for message, ids in lines if "is refused" in message]
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    latest = await office.service.mails.latest(mine.id)
    assert latest is not None
    assert ids == {"mail_id": latest.id}


async def test_mails_leave_at_a_steady_pace(post: Post) -> None:
    async with mail_server(post) as port:
        sender = sender_to(port, per_minute=1_200)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(sender.send(mail(paper()), ours) for _ in range(5)))
        assert loop.time() - began >= 4 * 0.05 * 0.9, "four pauses between five"
        await sender.close()


async def test_who_is_put_off_gets_the_mail_later_and_once(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    await office.subscribe(BOB, BEN)
    office.post.answers[ADA] = "451 4.7.1 Greylisted, come back"
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    await office.until(lambda: len(office.post.to(BEN)) == 2)
    standing = await office.service.standing(ANN)
    assert standing.paused is None
    for _ in range(500):
        standing = await office.service.standing(ANN)
        if standing.not_sent is not None:
            break
        await asyncio.sleep(0.01)
    assert standing.not_sent is not None
    assert standing.not_sent.code == Code.MAIL_LATER
    assert "Greylisted" in str(standing.not_sent)
    del office.post.answers[ADA]
    office.clock.move(minutes=2)
    await office.until(lambda: len(office.post.to(ADA)) == 2)
    await office.settled()
    assert len(office.post.to(ADA)) == 2
    assert (await office.service.standing(ANN)).not_sent is None


async def test_who_is_refused_is_paused_with_the_reason_and_without_the_address(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.subscribe(ANN, ADA)
    await office.subscribe(BOB, BEN)
    office.post.answers[ADA] = "550 5.1.1 <Ada@Example.org>: user ada unknown"
    with caplog.at_level(logging.DEBUG):
        await office.move_to_due(ANN)
    standing = await office.service.standing(ANN)
    assert standing.paused is not None
    assert standing.paused.code == Code.MAIL_REFUSED
    assert standing.paused.params["text"] == "550 5.1.1 <…>: user … unknown"
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "is refused" in ours
    assert "ada" not in ours.lower()
    assert len(office.post.to(BEN)) == 2, "nobody else is held up"
    del office.post.answers[ADA]
    office.clock.move(days=7)
    await office.settled()
    assert len(office.post.to(ADA)) == 1, "paused until they say so"
    assert standing.subscription_id is not None
    await office.service.change(standing.subscription_id, MailPlan())
    await office.move_to_due(ANN)
    assert len(office.post.to(ADA)) == 2


async def test_a_server_that_takes_nothing_from_us_pauses_nobody(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.subscribe(ANN, ADA)
    office.post.refuse_sender = "553 5.7.1 Sender not allowed"
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    for _ in range(500):
        office.service.wake()
        standing = await office.service.standing(ANN)
        if standing.not_sent is not None:
            break
        await asyncio.sleep(0.01)
    assert standing.not_sent is not None
    assert (standing.not_sent.code, standing.paused) == (Code.MAIL_SERVER_AWAY, None)
    assert caplog.text.count("Sender not allowed") == 1, "said once"
    office.post.refuse_sender = ""
    office.clock.move(minutes=1)
    await office.until(lambda: len(office.post.to(ADA)) == 2)


@pytest.mark.parametrize("after_data", [False, True])
async def test_a_sender_who_is_refused_at_the_recipient_or_later_pauses_nobody_and_is_said_once(
    post: Post, caplog: pytest.LogCaptureFixture, after_data: bool
) -> None:
    words = "553 5.7.1 <papers@example.org>: Sender address rejected: not owned by user"
    async with mail_server(post) as port:
        sender = sender_to(port)
        for number, address in enumerate(("cy@example.org", ADA, BEN)):
            post.refuse_message = words if after_data and number != 1 else ""
            post.answers = {} if after_data or number == 1 else {address: words}
            addressed = replace(mail(paper()), address=address)
            if number == 1:
                await sender.send(addressed, ours)
                continue
            with pytest.raises(TryLater) as later:
                await sender.send(addressed, ours)
            assert later.value.reason.code == Code.MAIL_SERVER_AWAY
        await sender.close()
    (said,) = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert "Sender address rejected" in said
    assert "Ask `paperboy doctor`" in said


async def test_no_address_is_logged_however_short(post: Post) -> None:
    async with mail_server(post) as port:
        sender = sender_to(port)
        post.answers["ab@example.org"] = "550 5.1.1 ab: no such user, about that"
        with pytest.raises(Refused) as refused:
            await sender.send(replace(mail(paper()), address="ab@example.org"), ours)
        assert "550 5.1.1 …: no such user, about that" in str(refused.value.reason)
        await sender.close()


@pytest.mark.parametrize(("column", "value"), [("weekday", 9), ("at", "noon"), ("asked_at", "once")])
async def test_a_broken_row_holds_up_nobody_and_its_own_mail_comes(
    office: Office, column: str, value: object
) -> None:
    for person, address in ((ANN, ADA), (BOB, BEN)):
        await office.subscribe(person, address)
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    broken = text(f"UPDATE mail_subscriptions SET {column} = :value WHERE person_id = :person")
    await office.store.write(running(broken.bindparams(value=value, person=ANN)))
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    await office.settled()
    assert [len(office.post.to(each)) for each in (ADA, BEN)] == [2, 2]


async def test_a_connection_that_breaks_after_the_mail_is_unclear(post: Post) -> None:
    post.lost = 1.0
    async with mail_server(post) as port:
        sender = sender_to(port)
        with pytest.raises(Unclear) as unclear:
            await sender.send(mail(paper()), ours)
        assert unclear.value.reason.code == Code.MAIL_LOST
        post.lost = 0.0
        await sender.send(mail(paper()), ours)
        await sender.close()
    assert post.connections == 2


async def test_what_may_have_arrived_is_sent_again_with_the_same_message_id(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    office.post.lost, office.post.chance = 1.0, _Always(1)
    mine = await office.service.subscriptions.of(ANN)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(seconds=1)
    await office.until(lambda: len(office.post.to(ADA)) >= 2)
    office.post.lost = 0.0
    await office.at_rest()
    office.clock.move(minutes=3)
    await office.until(lambda: len(office.post.to(ADA)) >= 3)
    await office.settled()
    _, *papers = office.post.to(ADA)
    assert len({each["Message-ID"] for each in papers}) == 1
    assert len({text_in(each, "plain") for each in papers}) == 1, "the same papers"


class _Always(Random):
    """Chance that always strikes, and keeps the mail."""

    def random(self) -> float:
        return 0.0


async def test_a_server_that_closed_the_connection_meanwhile_is_called_again(post: Post) -> None:
    async with mail_server(post) as port:
        sender = sender_to(port)
        await sender.send(mail(paper()), ours)
        post.open[0].abort()
        await asyncio.sleep(0.05)
        await sender.send(mail(paper()), ours)
        await sender.close()
    assert (len(post.raw), post.connections) == (2, 2)


async def test_a_server_that_is_away_is_not_tried_by_every_mail(post: Post) -> None:
    async with mail_server(post) as port:
        pass
    sender = sender_to(port)
    for _ in range(3):
        with pytest.raises(TryLater) as later:
            await sender.send(mail(paper()), ours)
        assert later.value.reason.code == Code.MAIL_SERVER_AWAY
    assert later.value.after <= 0.1


async def test_with_the_right_login_mails_leave_and_with_another_all_wait(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.login = ("paperboy", "a secret password")
    async with mail_server(post) as port:
        sender = sender_to(port, user="paperboy", password="a secret password")
        await sender.send(mail(paper()), ours)
        await sender.close()
        for wrong in (sender_to(port, user="paperboy", password="a secret past"), sender_to(port)):
            with pytest.raises(TryLater) as later:
                await wrong.send(mail(paper()), ours)
            assert later.value.reason.code == Code.MAIL_SERVER_AWAY, "no recipient is to blame"
            await wrong.close()
    assert len(post.raw) == 1
    told = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert len(told) == 2
    assert "secret" not in " ".join(told)


async def test_a_server_that_closes_in_the_middle_is_called_again_later(post: Post) -> None:
    post.answers["ada@example.org"] = "421 4.3.2 Closing now"
    async with mail_server(post) as port:
        sender = sender_to(port)
        with pytest.raises(TryLater) as later:
            await sender.send(mail(paper()), ours)
        assert later.value.reason.code == Code.MAIL_LATER
        post.answers.clear()
        await sender.send(mail(paper()), ours)
        await sender.close()
    assert (len(post.raw), post.connections) == (1, 2)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_without_the_encryption_that_was_asked_for_nothing_leaves(
    post: Post, tls: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with mail_server(post) as port:
        sender = sender_to(port, tls=tls, user="paperboy", password="a secret password")
        with pytest.raises(TryLater):
            await sender.send(mail(paper()), ours)
        await sender.close()
    assert post.raw == []
    assert "secret" not in caplog.text


async def test_a_mail_that_another_process_has_by_now_is_left_to_it(post: Post) -> None:
    async def theirs() -> bool:
        return False

    async with mail_server(post) as port:
        sender = sender_to(port)
        with pytest.raises(Exception, match="taken-over"):
            await sender.send(mail(paper()), theirs)
        await sender.close()
    assert post.attempts == 0


async def test_an_address_that_the_key_of_today_does_not_open_is_said(office: Office) -> None:
    await office.subscribe(ANN, ADA)
    sealed = MailKeys("another key that is just as long as the other was").seal(ADA)
    await office.store.change(update(mail_subscriptions).values(address=sealed))
    await office.move_to_due(ANN)
    standing = await office.service.standing(ANN)
    assert standing.address is None
    assert standing.not_sent is not None
    assert standing.not_sent.code == Code.ADDRESS_UNREADABLE
    assert len(office.post.to(ADA)) == 1
