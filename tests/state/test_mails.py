"""Who gets mails, and how far each mail has come, as it is kept, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.mail.mail_keys import hash_of
from bot.mail.mail_times import next_mail, slot_of
from bot.readers.mailing import Asked, MailKind, MailPlan
from bot.reasons import Code, reason
from bot.state.mails import MailDelivery, Tried
from bot.state.store import Store
from tests.support.mail_desk import DAILY, KEYS, Desk
from tests.support.time import SettableClock

ANN, BOB = 1, 2


@pytest.fixture
def desk(store: Store, clock: SettableClock) -> Desk:
    return Desk(store, clock)


@pytest.fixture
async def other(state_url: str, clock: SettableClock):
    """Another process on the same state."""
    store = Store(state_url)
    yield Desk(store, clock, "two")
    await store.close()


async def test_who_asks_from_two_processes_at_once_has_one_mail_sent(desk: Desk, other: Desk) -> None:
    asked = await asyncio.gather(*(each.ask(ANN, "ada@example.org") for each in (desk, other) * 4))
    assert set(asked) == {Asked.TAKEN}
    waiting = await desk.claims.take_waiting(10)
    assert [each.kind for each in waiting] == [MailKind.CONFIRM]


async def test_a_day_has_no_more_unconfirmed_mails_however_many_ask_at_once(desk: Desk, other: Desk) -> None:
    # As many at a time as a process has connections, beside each other.
    asked: list[Asked] = []
    for first in range(0, 110, 22):
        some = range(first, first + 22)
        asked += await asyncio.gather(
            *((desk, other)[number % 2].ask(number, f"a{number}@example.org") for number in some)
        )
    assert (asked.count(Asked.TAKEN), asked.count(Asked.FULL)) == (100, 10)


async def test_of_two_addresses_that_are_confirmed_at_once_one_is_left(desk: Desk, other: Desk) -> None:
    tokens = []
    for address in ("ada@example.org", "ada@example.com"):
        salt = KEYS.new_salt()
        await desk.ask(ANN, address, salt)
        tokens.append(hash_of(KEYS.confirm_token(salt, KEYS.address_hash(address))))
    confirmed = await asyncio.gather(
        desk.subscriptions.confirm(tokens[0]), other.subscriptions.confirm(tokens[1])
    )
    assert None not in confirmed
    desk.clock.move(days=2)
    assert len(await desk.claims.claim_due(10)) == 1


async def test_a_mail_is_claimed_once_and_the_next_is_a_day_later(desk: Desk, other: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    assert mine.next_due_at is not None
    desk.clock.now = mine.next_due_at
    claimed = await asyncio.gather(*(each.claims.claim_due(10) for each in (desk, other) * 3))
    ((mail, subscription),) = [each for some in claimed for each in some]
    assert (mail.due_at, mail.local_date) == (mine.next_due_at, mine.next_due_at.date())
    assert subscription.id == mine.id
    assert await desk.subscriptions.nearest_due() == mine.next_due_at + timedelta(days=1)


async def test_the_same_day_has_the_same_nonce_and_another_day_another(desk: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    nonces = set()
    for _ in range(3):
        due = await desk.subscriptions.nearest_due()
        assert due is not None
        desk.clock.now = due
        ((mail, _),) = await desk.claims.claim_due(10)
        nonces.add(mail.nonce)
        # As if it were never claimed: the same day is not claimed again.
        await desk.subscriptions.change(mine.id, DAILY)
    assert len(nonces) == 3


async def test_a_paper_is_set_aside_for_one_mail_and_free_when_that_is_given_up(desk: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    pair = []
    for _ in range(2):
        due = await desk.subscriptions.nearest_due()
        assert due is not None
        desk.clock.now = due
        pair += [mail for mail, _ in await desk.claims.claim_due(10)]
    first, second = pair
    begun = await desk.begin(first, "2601.1", "2601.2")
    assert begun is not None
    assert await desk.begin(second, "2601.2", "2601.3") is None, "the whole of it, or nothing"
    assert await desk.mails.had(mine.id) == {"2601.1", "2601.2"}
    again = await desk.mails.get(second.id)
    assert again is not None
    assert (again.attempts, again.picks) == (0, None)
    begun = await desk.mails.not_there(begun)
    assert begun is not None
    await desk.mails.skip(begun, reason(Code.TOO_LATE))
    assert await desk.mails.had(mine.id) == set()
    assert await desk.begin(second, "2601.2", "2601.3") is not None


async def test_a_mail_that_may_have_arrived_keeps_its_papers_whatever_becomes_of_it(desk: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    for number in range(2):
        due = await desk.subscriptions.nearest_due()
        assert due is not None
        desk.clock.now = due
        ((mail, _),) = await desk.claims.claim_due(10)
        begun = await desk.begin(mail, f"2601.{number}")
        assert begun is not None
        await desk.mails.wait(begun, desk.clock(), unsure=True, note=reason(Code.MAIL_LOST))
        if number == 0:
            await desk.mails.skip(begun, reason(Code.PAPER_GONE))
        else:
            await desk.mails.fail(begun, reason(Code.PERHAPS_ARRIVED), pause=False, certain=False)
    assert await desk.mails.had(mine.id) == {"2601.0", "2601.1"}
    await desk.mails.clean_up()
    assert await desk.mails.had(mine.id) == {"2601.0", "2601.1"}


async def test_what_was_tried_in_vain_is_counted_since_the_last_mail_or_pause(desk: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    later = reason(Code.MAIL_LATER, text="451 busy")

    async def next_begun() -> MailDelivery:
        due = await desk.subscriptions.nearest_due()
        assert due is not None
        desk.clock.now = due
        ((mail, _),) = await desk.claims.claim_due(10)
        begun = await desk.begin(mail)
        assert begun is not None
        return begun

    assert await desk.mails.tried(mine.id) is None
    sent = await next_begun()
    await desk.mails.sent(sent, message_id=0, channel_id=0, steps_until=desk.clock())
    assert await desk.mails.tried(mine.id) is None
    first, second = await next_begun(), await next_begun()
    await desk.mails.skip(first, later)
    again = await desk.mails.begin_attempt(second, lease_until=desk.clock())
    assert again is not None
    assert await desk.mails.tried(mine.id) == Tried(3, first.due_at)
    await desk.mails.fail(again, reason(Code.MAIL_GIVEN_UP, days=5), pause=True)
    assert await desk.mails.tried(mine.id) is None, "who goes on begins anew"
    assert await desk.subscriptions.change(mine.id, DAILY)
    third = await next_begun()
    assert await desk.mails.tried(mine.id) == Tried(1, third.due_at)


async def test_others_are_served_from_the_first_mail_that_was_taken_for_them(desk: Desk) -> None:
    mine, other = await desk.subscribe(ANN, "ada@example.org"), await desk.subscribe(BOB, "bob@example.org")
    assert mine.next_due_at is not None
    assert other.next_due_at is not None
    desk.clock.now = since = max(mine.next_due_at, other.next_due_at)
    for mail, _ in await desk.claims.claim_due(10):
        desk.clock.move(hours=1)
        begun = await desk.begin(mail)
        assert begun is not None
        if mail.person_id == BOB:
            await desk.mails.sent(begun, message_id=0, channel_id=0, steps_until=desk.clock())
            sent_at = desk.clock()
    assert await desk.mails.others_served(mine.id, since) == sent_at
    assert await desk.mails.others_served(other.id, since) is None


async def test_who_is_refused_is_paused_until_they_change_something(desk: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    assert mine.next_due_at is not None
    desk.clock.now = mine.next_due_at
    ((mail, _),) = await desk.claims.claim_due(10)
    begun = await desk.begin(mail)
    assert begun is not None
    why = reason(Code.MAIL_REFUSED, text="550 no")
    await desk.mails.fail(begun, why, pause=True)
    desk.clock.move(days=3)
    assert await desk.claims.claim_due(10) == []
    assert await desk.subscriptions.nearest_due() is None
    paused = await desk.subscriptions.of(ANN)
    assert paused is not None
    assert paused.paused_reason == why
    assert await desk.subscriptions.change(mine.id, DAILY)
    desk.clock.move(days=1)
    assert len(await desk.claims.claim_due(10)) == 1


async def test_what_is_under_way_when_the_mails_are_ended_is_gone(desk: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    await desk.subscribe(BOB, "bob@example.org")
    assert mine.next_due_at is not None
    desk.clock.now = mine.next_due_at
    claimed = {mail.person_id: mail for mail, _ in await desk.claims.claim_due(10)}
    begun = await desk.begin(claimed[ANN], "2601.1")
    assert begun is not None
    assert await desk.subscriptions.stop(ANN)
    assert not await desk.subscriptions.stop(ANN)
    sent = await desk.mails.sent(begun, message_id=0, channel_id=0, steps_until=desk.clock())
    assert sent is None
    assert await desk.mails.get(begun.id) is None
    assert await desk.mails.get(claimed[BOB].id) is not None


async def test_what_was_long_ago_is_deleted(desk: Desk) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    assert mine.next_due_at is not None
    desk.clock.now = mine.next_due_at
    ((mail, _),) = await desk.claims.claim_due(10)
    begun = await desk.begin(mail, "2601.1")
    assert begun is not None
    await desk.mails.sent(begun, message_id=0, channel_id=0, steps_until=desk.clock())
    for confirming in await desk.claims.take_waiting(10):
        await desk.mails.skip(confirming, reason(Code.FEED_STOPPED))
    desk.clock.move(days=91)
    assert await desk.mails.clean_up() == 2
    assert await desk.mails.had(mine.id) == set()


@pytest.mark.parametrize("days", [0, 1, 6, 9, 400])
def test_of_what_came_due_while_nobody_was_there_the_last_counts(days: int, clock: SettableClock) -> None:
    for plan in (DAILY, MailPlan()):
        due = next_mail(plan, clock())
        now = due + timedelta(days=days, hours=1)
        slot = slot_of(plan, due, now)
        assert due <= slot.due_at <= now < slot.next_due_at
        assert now - slot.due_at <= timedelta(days=7 if plan.is_weekly else 1)
        assert slot.local_date == slot.due_at.date()


@pytest.mark.parametrize("said", ["550 d\udce9sactiv\udce9", "550 \0nul", "550 \ud83d half"])
async def test_what_a_server_said_is_kept_whatever_it_holds(desk: Desk, said: str) -> None:
    mine = await desk.subscribe(ANN, "ada@example.org")
    assert mine.next_due_at is not None
    desk.clock.now = mine.next_due_at
    ((mail, _),) = await desk.claims.claim_due(5)
    await desk.mails.fail(mail, reason(Code.MAIL_REFUSED, text=said), pause=True)
    paused = await desk.subscriptions.of(ANN)
    assert paused is not None
    assert paused.paused_reason == reason(Code.MAIL_REFUSED, text=said)
    assert str(paused.paused_reason).isprintable()


async def test_what_was_refused_since_a_mail_was_taken_is_known_to_every_process(
    desk: Desk, other: Desk
) -> None:
    for person in (1, 2, 3, 4):
        mine = await desk.subscribe(person, f"a{person}@example.org")
    assert mine.next_due_at is not None
    desk.clock.now = mine.next_due_at
    found = [mail for mail, _ in await desk.claims.claim_due(5)]
    refused = []
    for number, mail in enumerate(found):
        desk.clock.move(seconds=1)
        begun = await desk.begin(mail, f"2601.0000{number}")
        assert begun is not None
        if number == 1:
            await desk.mails.sent(begun, message_id=0, channel_id=0, steps_until=desk.clock())
            continue
        refused.append(begun.id)
        why = reason(Code.MAIL_REFUSED, text=f"550 a{number} is unknown")
        await desk.mails.fail(begun, why, pause=True)
    first, *later = refused
    lately = await other.mails.refused_lately()
    assert [(each.id, each.is_paused) for each in lately] == [(each, True) for each in reversed(later)]
    assert [each.words for each in lately] == ["550 a3 is unknown", "550 a2 is unknown"]
    await other.mails.take_up_again(lately)
    again = await desk.mails.refused_lately()
    assert {(each.id, each.words, each.is_paused) for each in again} == {
        (each.id, each.words, False) for each in lately
    }
    assert {mail.id for mail in await desk.claims.take_waiting(10)} >= set(later)
    for person, is_paused in ((1, True), (3, False), (4, False)):
        theirs = await desk.subscriptions.of(person)
        assert theirs is not None
        assert (theirs.paused_at is not None) is is_paused
    assert first not in {each.id for each in again}


async def test_mails_that_a_clock_far_ahead_put_off_come_when_it_is_set_right(desk: Desk) -> None:
    start = desk.clock()
    other = await desk.subscribe(BOB, "ben@example.org", MailPlan())
    desk.clock.move(days=400)
    mine = await desk.subscribe(ANN, "ada@example.org")
    waiting = KEYS.new_salt()
    await desk.ask(ANN, "ada@example.com", waiting)
    desk.clock.now = start
    assert await desk.subscriptions.set_right() == 1
    assert await desk.subscriptions.set_right() == 0
    again = await desk.subscriptions.get(mine.id)
    assert again is not None
    assert again.next_due_at == next_mail(again.plan, start)
    assert (again.confirmed_at, again.asked_at) == (start, start)
    assert await desk.subscriptions.get(other.id) == other
    desk.clock.move(hours=25)
    assert await desk.subscriptions.waiting(ANN) is None, "an address waits for a day"
    assert await desk.subscriptions.clean_up() == 1
    assert await desk.ask(BOB, "ada@example.com") is Asked.TAKEN
    latest = await desk.claims.take_waiting(10)
    assert MailKind.CONFIRM in {each.kind for each in latest if each.person_id == BOB and each.due_at > start}
