"""Recipients that are refused one after the other with the same words: then it is us, whatever they say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bot.reasons import Code
from bot.state.mail_tables import mail_subscriptions
from bot.state.mails import RefusedMail
from tests.mail.conftest import Office
from tests.mail.test_unclear import hours_pass

UNKNOWN = "550 5.1.1 No such user here"


async def one_after_the_other(office: Office, *addresses: str, dead: Sequence[str]) -> list[int]:
    """Each is due five minutes after the one before; nothing is due yet."""
    people = [900 + number for number in range(len(addresses))]
    for person, address in zip(people, addresses, strict=True):
        await office.subscribe(person, address)
    office.post.answers |= dict.fromkeys(dead, UNKNOWN)
    for number, person in enumerate(people):
        at = office.clock() + timedelta(minutes=5 * number + 5)
        theirs = update(mail_subscriptions).where(mail_subscriptions.c.person_id == person)
        await office.store.change(theirs.values(next_due_at=at))
    return people


async def minutes_pass(office: Office, minutes: int) -> None:
    for _ in range(0, minutes, 5):
        office.clock.move(minutes=5)
        await office.at_rest()


async def paused(office: Office, people: Sequence[int]) -> list[bool]:
    return [(await office.service.standing(each)).paused is not None for each in people]


async def test_when_all_are_refused_alike_it_is_us_and_the_first_ones_go_on(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    people = {900 + number: f"p{number}@uni{number}.example.org" for number in range(5)}
    for person, address in people.items():
        await office.subscribe(person, address)
        office.post.answers[address] = f"550 5.1.1 <{address}>: unknown at uni (q{person})"
    mine = await office.service.subscriptions.of(900)
    assert mine is not None
    assert mine.next_due_at is not None
    office.clock.now = mine.next_due_at + timedelta(minutes=1)
    for _ in range(500):
        office.service.wake()
        standings = [await office.service.standing(each) for each in people]
        if all(each.not_sent and each.not_sent.code == Code.MAIL_SERVER_AWAY for each in standings):
            break
        await asyncio.sleep(0.01)
    assert [each.paused for each in standings] == [None] * 5
    assert "several recipients in a row" in caplog.text
    office.post.answers.clear()
    # One that was under way meanwhile was refused once more, and waits longer.
    for _ in range(100):
        office.clock.move(minutes=5)
        office.service.wake()
        await asyncio.sleep(0.05)
        if all(len(office.post.to(each)) == 2 for each in people.values()):
            break
    await office.settled()
    assert [len(office.post.to(each)) for each in people.values()] == [2] * 5, "each has this week's, once"


async def test_who_was_paused_before_a_restart_goes_on_when_it_comes_out_that_it_is_us(
    office: Office,
) -> None:
    addresses = [f"p{number}@uni{number}.example.org" for number in range(4)]
    people = await one_after_the_other(office, *addresses, dead=addresses)
    await minutes_pass(office, 10)
    assert await paused(office, people) == [True, True, False, False]
    await office.restart()
    await minutes_pass(office, 10)
    assert await paused(office, people) == [False] * 4
    office.post.answers.clear()
    await hours_pass(office, 2)
    assert [len(office.post.to(each)) for each in addresses] == [2] * 4, "each has this week's, once"


async def test_a_state_that_is_away_when_it_comes_out_that_it_is_us_leaves_nobody_paused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [f"p{number}@uni{number}.example.org" for number in range(3)]
    people = await one_after_the_other(office, *addresses, dead=addresses)
    taken_up, failures = office.service.mails.take_up_again, [ConnectionError("the server closed it")]

    async def away(refused: Sequence[RefusedMail]) -> None:
        if refused and failures:
            raise OperationalError("UPDATE", {}, failures.pop())
        await taken_up(refused)

    monkeypatch.setattr(office.service.mails, "take_up_again", away)
    await minutes_pass(office, 15)
    assert failures == []
    assert await paused(office, people) == [False] * 3
    office.post.answers.clear()
    await hours_pass(office, 2)
    assert [len(office.post.to(each)) for each in addresses] == [2] * 3


async def test_dead_addresses_among_others_are_paused_though_they_are_refused_alike(office: Office) -> None:
    addresses = [f"p{number}@example.org" for number in range(6)]
    people = await one_after_the_other(office, *addresses, dead=addresses[::2])
    await minutes_pass(office, 40)
    assert await paused(office, people) == [True, False] * 3
    assert [len(office.post.to(each)) for each in addresses] == [1, 2] * 3


async def test_who_is_refused_at_the_same_moment_as_all_others_goes_on(office: Office) -> None:
    addresses = [f"p{number}@uni{number}.example.org" for number in range(3)]
    people = await one_after_the_other(office, *addresses, dead=addresses)
    office.clock.move(minutes=30)
    for _ in range(500):
        await office.at_rest()
        if not any(await paused(office, people)):
            break
        await asyncio.sleep(0.01)
    await minutes_pass(office, 5)
    assert await paused(office, people) == [False] * 3
