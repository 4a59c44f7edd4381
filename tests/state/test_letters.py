"""What follows bring and the letters that tell of it, as they are kept, on both databases."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import UserError
from bot.inbox.letter_times import next_letter
from bot.readers.follows import Inbox, InboxPlan, Kind, Match, Pace, Way
from bot.reasons import Code, reason
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.letters import LetterClaims, Letters
from bot.state.personal import People
from bot.state.plans import Pick
from bot.state.store import Store
from tests.support.statements import running
from tests.support.time import SettableClock

ANN, BOB = 1, 2
LEASE = timedelta(seconds=90)
CLOSED = reason(Code.DIRECT_MESSAGES_CLOSED)


class Post:
    """Everything about letters on one connection to the state."""

    def __init__(self, store: Store, clock: SettableClock, owner: str = "one") -> None:
        self.clock = clock
        self.followings = Followings(store, clock)
        self.inboxes = Inboxes(store, clock, next_letter)
        self.letters = Letters(store, clock, next_letter)
        self.claims = LetterClaims(store, clock, owner=owner, lease=LEASE)

    async def follow(self, person: int, text: str = "agents", plan: InboxPlan | None = None) -> int:
        """The id of the follow of somebody whose direct message is open."""
        made = await self.followings.add(person, Kind.TOPIC, text, text)
        await self.inboxes.begin(person, plan or InboxPlan())
        await self.inboxes.keep_channel(person, 100 + person)
        return made.id

    async def bring(self, person: int, follow: int, *ids: str) -> int:
        return await self.inboxes.found(
            ids, [Match(person, each, f"Title of {each}", follow) for each in ids]
        )

    async def send(self) -> list[int]:
        """Claim what is due and mark it as sent; whom it went to."""
        claimed = await self.claims.claim_due(10)
        for letter, _ in claimed:
            waiting = await self.inboxes.waiting(letter.person_id)
            picks = [Pick(each.match.paper_id, each.match.title) for each in waiting[:10]]
            begun = await self.letters.begin_first(letter, picks, lease_until=self.clock() + LEASE)
            assert begun is not None
            await self.letters.sent(begun, message_id=9, channel_id=101, steps_until=self.clock())
        return [letter.person_id for letter, _ in claimed]


@pytest.fixture
def post(store: Store, clock: SettableClock) -> Post:
    return Post(store, clock)


async def test_a_paper_is_brought_once_to_a_person_whatever_brings_it(post: Post) -> None:
    first, second = await post.follow(ANN), await post.follow(ANN, "games")
    assert await post.bring(ANN, first, "2601.1", "2601.2") == 2
    assert await post.bring(ANN, second, "2601.1") == 0, "it was compared with all follows before"
    assert await post.inboxes.looked_at(["2601.1", "2601.3"]) == {"2601.1"}
    assert {each.match.paper_id for each in await post.inboxes.waiting(ANN)} == {"2601.1", "2601.2"}


@pytest.mark.parametrize(("column", "value"), [("weekday", 9), ("at", "noon"), ("last_letter_at", "once")])
async def test_a_broken_row_holds_up_nobody_and_its_own_letter_comes(
    clock: SettableClock, tmp_path: Path, column: str, value: object
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")  # PostgreSQL takes no such value
    await store.migrate()
    post = Post(store, clock)
    for person in (ANN, BOB):
        await post.bring(person, await post.follow(person), f"2601.{person}")
    broken = text(f"UPDATE inboxes SET {column} = :value WHERE person_id = :person")
    await store.write(running(broken.bindparams(value=value, person=ANN)))
    clock.move(days=8)
    assert sorted(await post.send()) == [ANN, BOB]
    await store.close()


async def test_of_two_processes_that_compare_the_same_papers_one_keeps_it(
    post: Post, state_url: str, clock: SettableClock
) -> None:
    other_store = Store(state_url)
    other = Post(other_store, clock, "two")
    follow = await post.follow(ANN)
    ids = [f"2601.{number}" for number in range(900)]
    kept = await asyncio.gather(*(each.bring(ANN, follow, *ids) for each in (post, other) * 2))
    await other_store.close()
    assert sum(kept) == 900
    assert len(await post.inboxes.waiting(ANN)) == 900


async def test_what_breaks_while_it_is_kept_leaves_nothing_and_is_done_again(
    store: Store, clock: SettableClock
) -> None:
    def breaks(inbox: Inbox, now: datetime) -> datetime | None:
        raise RuntimeError("killed")

    post = Post(store, clock)
    follow = await post.follow(ANN)
    match = Match(ANN, "2601.1", "T", follow)
    with pytest.raises(RuntimeError):
        await Inboxes(store, clock, breaks).found(["2601.1"], [match])
    assert await post.inboxes.looked_at(["2601.1"]) == set()
    assert await post.inboxes.found(["2601.1"], [match]) == 1


async def test_a_letter_is_claimed_once_and_the_next_is_an_hour_later(
    post: Post, state_url: str, clock: SettableClock
) -> None:
    other_store = Store(state_url)
    other = Post(other_store, clock, "two")
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    claimed = await asyncio.gather(*(each.claims.claim_due(10) for each in (post, other) * 3))
    await other_store.close()
    ((letter, inbox),) = [each for some in claimed for each in some]
    assert (letter.person_id, inbox.channel_id) == (ANN, 101)
    await post.bring(ANN, follow, "2601.2")
    assert await post.claims.claim_due(10) == [], "while one is under way there is no other"
    picks = [Pick("2601.2", "T")]
    begun = await post.letters.begin_first(letter, picks, lease_until=clock() + LEASE)
    assert begun is not None
    await post.bring(ANN, follow, "2601.3")
    sent = await post.letters.sent(begun, message_id=9, channel_id=101, steps_until=clock())
    assert sent is not None
    assert (sent.more, sent.sent_at) == (1, clock())
    assert await post.claims.nearest_due() == clock() + timedelta(hours=1)
    clock.move(minutes=61)
    assert await post.send() == [ANN]
    assert await post.inboxes.waiting(ANN) == []
    assert await post.claims.nearest_due() is None, "no empty letter"


async def test_a_letter_that_is_given_up_frees_its_papers(post: Post) -> None:
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    ((letter, _),) = await post.claims.claim_due(10)
    begun = await post.letters.begin_first(letter, [Pick("2601.1", "T")], lease_until=post.clock() + LEASE)
    assert begun is not None
    begun = await post.letters.not_there(begun)
    assert begun is not None
    await post.letters.skip(begun, reason(Code.PAPER_GONE))
    post.clock.move(seconds=1)
    assert await post.send() == [ANN]


async def test_a_letter_that_may_have_arrived_brings_its_papers_no_more_and_holds_up_no_other(
    post: Post,
) -> None:
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    ((letter, _),) = await post.claims.claim_due(10)
    begun = await post.letters.begin_first(letter, [Pick("2601.1", "T")], lease_until=post.clock() + LEASE)
    assert begun is not None
    await post.letters.skip(begun, reason(Code.PAPER_GONE))
    post.clock.move(hours=2)
    assert await post.send() == []
    await post.bring(ANN, follow, "2601.2")
    post.clock.move(hours=2)
    assert [each.match.paper_id for each in await post.inboxes.waiting(ANN)] == ["2601.2"]
    assert await post.send() == [ANN]


async def test_closed_messages_pause_the_inbox_which_keeps_all_until_the_person_comes(post: Post) -> None:
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    ((letter, _),) = await post.claims.claim_due(10)
    begun = await post.letters.begin_first(letter, [Pick("2601.1", "T")], lease_until=post.clock() + LEASE)
    assert begun is not None
    await post.letters.wait(begun, post.clock() + timedelta(days=1), unsure=False, note=CLOSED)
    assert await post.claims.take_waiting(10) == [], "not before the day is over"
    post.clock.move(days=1)
    (again,) = await post.claims.take_waiting(10)
    assert again.refusals == 1
    await post.letters.fail(again, CLOSED, pause=True)
    await post.bring(ANN, follow, "2601.2")
    assert await post.claims.claim_due(10) == []
    mine = await post.inboxes.of(ANN)
    assert mine is not None
    assert mine.paused_reason == CLOSED
    assert len(await post.inboxes.waiting(ANN)) == 2
    assert await post.inboxes.resume(ANN)
    assert not await post.inboxes.resume(ANN)
    post.clock.move(seconds=1)
    assert await post.send() == [ANN]


async def test_a_weekly_letter_waits_for_its_day_and_brings_all_of_the_week(post: Post) -> None:
    plan = InboxPlan(pace=Pace.WEEKLY, zone="Asia/Tokyo", weekday=4)
    follow = await post.follow(ANN, plan=plan)
    await post.bring(ANN, follow, "2601.1")
    due = await post.claims.nearest_due()
    assert due is not None
    assert (due.weekday(), due.hour) == (4, 0), "nine in Tokyo"
    await post.bring(ANN, follow, "2601.2")
    assert await post.claims.nearest_due() == due
    post.clock.move(seconds=(due - post.clock()).total_seconds() + 1)
    assert await post.send() == [ANN]
    assert await post.inboxes.waiting(ANN) == []


async def test_who_wants_no_messages_gets_none_until_they_do(post: Post) -> None:
    follow = await post.follow(ANN, plan=InboxPlan(way=Way.KEPT))
    await post.bring(ANN, follow, "2601.1")
    assert await post.claims.claim_due(10) == []
    await post.inboxes.change(ANN, InboxPlan(), channel_id=101)
    assert await post.send() == [ANN]


async def test_what_is_no_longer_followed_brings_nothing_more(post: Post) -> None:
    follow, other = await post.follow(ANN), await post.follow(ANN, "games")
    await post.bring(ANN, follow, "2601.1")
    await post.bring(ANN, other, "2601.2")
    assert await post.followings.stop(ANN, follow)
    assert not await post.followings.stop(ANN, follow)
    assert not await post.followings.stop(BOB, other), "nobody stops another's"
    assert [each.match.paper_id for each in await post.inboxes.waiting(ANN)] == ["2601.2"]
    assert await post.bring(ANN, follow, "2601.3") == 0, "found while it was stopped"


async def test_a_hundred_things_can_be_followed_and_each_once(post: Post) -> None:
    for number in range(100):
        await post.followings.add(ANN, Kind.TOPIC, f"topic {number}", "T")
    with pytest.raises(UserError, match="You can follow 100 things"):
        await post.followings.add(ANN, Kind.TOPIC, "one more", "T")
    await post.followings.add(BOB, Kind.AUTHOR, "Ada  Lovelace", "Ada Lovelace")
    with pytest.raises(UserError, match="You follow that already"):
        await post.followings.add(BOB, Kind.AUTHOR, "ada lovelace", "Ada Lovelace")
    await post.followings.add(BOB, Kind.TOPIC, "ada lovelace", "ada lovelace")
    assert [each.kind for each in await post.followings.of(BOB)] == [Kind.TOPIC, Kind.AUTHOR]


async def test_what_is_paused_is_not_compared_until_the_pause_is_over(post: Post) -> None:
    follow = await post.follow(ANN)
    await post.followings.pause(ANN, [follow], post.clock() + timedelta(days=30))
    assert await post.followings.active() == []
    post.clock.move(days=31)
    assert [each.id for each in await post.followings.active()] == [follow]


async def test_a_letter_that_waits_does_not_make_the_next_one_due(post: Post) -> None:
    """Nothing can be claimed for the person meanwhile: whoever looks would look again at once."""
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    ((letter, _),) = await post.claims.claim_due(10)
    await post.letters.wait(letter, post.clock() + timedelta(days=1), unsure=False, note=CLOSED)
    await post.bring(ANN, follow, "2601.2")
    assert await post.claims.nearest_due() is None
    assert await post.claims.nearest_waking() == post.clock() + timedelta(days=1)


async def test_whoever_comes_back_is_tried_at_once(post: Post) -> None:
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    ((letter, _),) = await post.claims.claim_due(10)
    assert await post.inboxes.hindered(ANN) is None
    await post.letters.wait(letter, post.clock() + timedelta(days=1), unsure=False, note=CLOSED)
    assert await post.inboxes.hindered(ANN) == CLOSED
    assert await post.inboxes.resume(ANN)
    assert await post.claims.nearest_waking() == post.clock()


async def test_a_letter_is_looked_for_where_it_went_though_its_person_moves(post: Post) -> None:
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    ((letter, _),) = await post.claims.claim_due(10)
    begun = await post.letters.begin_first(letter, [Pick("2601.1", "T")], lease_until=post.clock() + LEASE)
    assert begun is not None
    assert begun.message_channel_id == 101
    await post.inboxes.change(ANN, InboxPlan(way=Way.THREAD), channel_id=777, guild_id=7)
    again = await post.letters.begin_attempt(begun, lease_until=post.clock() + LEASE)
    assert again is not None
    assert again.message_channel_id == 101


async def test_what_something_else_brought_too_outlasts_the_stopped_follow(post: Post) -> None:
    first, second = await post.follow(ANN), await post.follow(ANN, "debate of agents")
    await post.bring(ANN, first, "2601.1", "2601.2")
    await post.followings.stop(ANN, first, {"2601.1": second})
    assert [each.match.follow_id for each in await post.inboxes.waiting(ANN)] == [second]


async def test_a_clock_that_was_set_back_holds_no_letter(post: Post) -> None:
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    assert await post.send() == [ANN]
    post.clock.move(days=-30)
    await post.bring(ANN, follow, "2601.2")
    assert await post.claims.nearest_due() == post.clock()


async def test_letters_that_a_clock_far_ahead_put_off_come_when_it_is_set_right(post: Post) -> None:
    daily, weekly = InboxPlan(pace=Pace.DAILY), InboxPlan(pace=Pace.WEEKLY)
    post.clock.move(days=400)
    await post.bring(ANN, await post.follow(ANN, plan=daily), "2601.1")
    post.clock.move(days=-400)
    await post.bring(BOB, await post.follow(BOB, plan=weekly), "2601.2")
    theirs = await post.inboxes.of(BOB), await post.claims.nearest_due()
    assert await post.inboxes.set_right() == 1
    assert await post.inboxes.set_right() == 0
    post.clock.move(days=1)
    assert await post.send() == [ANN]
    assert (await post.inboxes.of(BOB), await post.claims.nearest_due()) == theirs


async def test_an_arrival_after_all_was_deleted_is_no_bug(post: Post, store: Store) -> None:
    follow = await post.follow(ANN)
    await post.bring(ANN, follow, "2601.1")
    ((letter, _),) = await post.claims.claim_due(10)
    begun = await post.letters.begin_first(letter, [Pick("2601.1", "T")], lease_until=post.clock() + LEASE)
    assert begun is not None
    await People(store).forget(ANN)
    assert await post.letters.sent(begun, message_id=9, channel_id=101, steps_until=post.clock()) is None


async def test_long_texts_that_begin_alike_are_two(post: Post) -> None:
    common = "agents " * 25
    await post.follow(ANN, f"{common} that plan")
    await post.follow(ANN, f"{common} that play")
    assert len(await post.followings.of(ANN)) == 2
