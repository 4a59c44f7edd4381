"""Code and new versions of what people follow or have saved: each change once, none at first sight."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, text

from bot.inbox.letter_times import next_letter
from bot.paper.model import Paper
from bot.readers.follows import Followed, InboxPlan, Kind, Match, Standing
from bot.readers.owner import Kind as Owns
from bot.readers.owner import Owner
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.migrating import upgrade
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from bot.state.tables import delivered
from bot.state.watched import WatchedPapers
from tests.support.statements import running
from tests.support.time import SettableClock

ANN, BOB = 1, 2
PAPER = Paper(id="2601.00001", title="A Paper", upvotes=3, arxiv_version=1)


class News:
    """What people hear of one paper."""

    def __init__(self, store: Store, clock: SettableClock) -> None:
        self.clock = clock
        self.followings = Followings(store, clock)
        self.inboxes = Inboxes(store, clock, next_letter)
        self.lists = ReadingLists(store, clock)

    async def seen(
        self, version: int | None = None, *, code: bool | None = None, since: datetime | None = None
    ) -> list[tuple[int, str]]:
        """The paper is so now, and was last looked at then: whom that is told, and what."""
        before = {(each.person_id, each.key) for each in await self._told()}
        await self.inboxes.changed({PAPER.id: Standing(PAPER.id, PAPER.title, code, version)}, since)
        return sorted({(each.person_id, each.key) for each in await self._told()} - before)

    async def _told(self) -> list[Match]:
        return [each.match for who in (ANN, BOB) for each in await self.inboxes.all_of(who)]

    async def follow(self, person: int, kind: Kind = Kind.PAPER, text: str = PAPER.id) -> Followed:
        await self.inboxes.begin(person, InboxPlan())
        return await self.followings.add(person, kind, text, "A Paper")

    async def save(self, person: int, paper: Paper = PAPER) -> int:
        """The id of the list that the paper is on then."""
        saving = await self.lists.save(Owner(Owns.PERSON, person), [paper], by=person)
        return saving.on.id


@pytest.fixture
def news(store: Store, clock: SettableClock) -> News:
    return News(store, clock)


async def test_the_first_version_and_code_that_are_seen_are_no_news(news: News) -> None:
    await news.follow(ANN)
    assert await news.inboxes.unknown_papers() == {PAPER.id}
    await news.inboxes.know({PAPER.id: Standing(PAPER.id, "", None, None)})
    assert await news.seen(2) == []
    assert await news.seen(2, code=True) == [], "nobody had looked for code before"
    assert [await news.seen(each) for each in (1, 3, 3, 2, 5)] == [[], [(ANN, "v3")], [], [], [(ANN, "v5")]]


async def test_whoever_follows_a_list_hears_of_what_is_on_it_and_others_do_not(news: News) -> None:
    on = await news.save(ANN)
    await news.save(BOB)
    await news.follow(ANN, Kind.LIST, str(on))
    assert await news.inboxes.unknown_papers() == set(), "what a saved paper has is known by saving it"
    assert await news.seen(1, code=False) == []
    assert await news.seen(2, code=True) == [(ANN, "code"), (ANN, "v2")]
    await news.follow(BOB)
    await news.follow(ANN)
    assert await news.seen(2, code=True) == []
    assert await news.seen(3, code=True) == [(ANN, "v3"), (BOB, "v3")], "once a person, whatever brings it"


async def test_what_comes_during_a_pause_is_told_to_others_alone_and_never_later(news: News) -> None:
    paused = await news.follow(ANN)
    await news.follow(BOB)
    await news.inboxes.know({PAPER.id: Standing.of(PAPER)})
    await news.followings.pause(ANN, [paused.id], news.clock() + timedelta(days=30))
    assert await news.seen(2, code=True) == [(BOB, "code"), (BOB, "v2")]
    await news.followings.pause(ANN, [paused.id], None)
    assert await news.seen(2, code=True) == []
    assert await news.seen(3) == [(ANN, "v3"), (BOB, "v3")]


async def test_a_paper_that_gets_another_id_keeps_what_is_known_of_it(news: News) -> None:
    on = await news.save(ANN, PAPER.model_copy(update={"id": "pb-1"}))
    await news.follow(ANN, Kind.LIST, str(on))
    await news.lists.now_called({"pb-1": PAPER.id})
    assert await news.seen(2) == [(ANN, "v2")]


async def test_what_nobody_has_is_forgotten(news: News, store: Store) -> None:
    await news.save(ANN)
    followed = await news.follow(BOB)
    on = (await news.lists.of(Owner(Owns.PERSON, ANN)))[0]
    assert await WatchedPapers(store).ids() == [[PAPER.id], [], [PAPER.id]]
    await news.lists.delete(on)
    assert await news.inboxes.clean_up() == 0
    await news.followings.stop(BOB, followed.id)
    assert await news.inboxes.clean_up() == 1
    assert await WatchedPapers(store).ids() == [[], [], []]


async def test_what_is_followed_is_watched_before_what_is_merely_saved(news: News, store: Store) -> None:
    listed, other = (Paper(id=f"2601.0000{number}", title=f"Paper {number}") for number in (2, 3))
    on = await news.save(ANN, listed)
    await news.save(BOB, other)
    await news.follow(ANN, Kind.LIST, str(on))
    await news.follow(BOB)
    followed, on_lists, saved = await WatchedPapers(store).ids()
    assert (followed, on_lists, sorted(saved)) == ([PAPER.id], [listed.id], [listed.id, other.id])


async def test_what_is_saved_is_counted_before_what_was_merely_posted(news: News, store: Store) -> None:
    assert await WatchedPapers(store).counted() == [[], []]
    await news.save(ANN)
    await news.save(BOB)
    await news.follow(ANN, text="2601.00009")
    row = {"guild_id": 1, "title": "T", "local_date": news.clock().date(), "delivery_id": 1}
    rows = [
        row | {"channel_id": channel, "paper_id": paper_id, "message_id": message_id}
        for channel, paper_id, message_id in (
            (1, "2601.00002", 5),
            (2, "2601.00002", 6),
            (1, "2601.00003", None),
        )
    ]
    await store.write(lambda connection: connection.execute(insert(delivered), rows))
    assert await WatchedPapers(store).counted() == [[PAPER.id], ["2601.00002"]]


async def test_what_came_since_the_last_look_is_not_told_by_a_follow_that_was_paused_then(news: News) -> None:
    paused = await news.follow(ANN)
    await news.follow(BOB)
    await news.inboxes.know({PAPER.id: Standing.of(PAPER)})
    last_look = news.clock()
    await news.followings.pause(ANN, [paused.id], last_look + timedelta(minutes=5))
    news.clock.move(minutes=10)
    assert await news.seen(2, since=last_look) == [(BOB, "v2")]
    assert await news.seen(3, since=news.clock()) == [(ANN, "v3"), (BOB, "v3")]


async def test_of_a_paper_that_a_list_kept_itself_the_second_version_that_is_seen_is_news(news: News) -> None:
    saving = await news.lists.save(Owner(Owns.PERSON, ANN), [PAPER], by=ANN, records=[PAPER.id])
    await news.follow(ANN, Kind.LIST, str(saving.on.id))
    assert [await news.seen(each, code=True) for each in (4, 5)] == [[], [(ANN, "v5")]]


async def test_so_it_is_when_the_catalog_has_that_under_another_id(news: News) -> None:
    own = PAPER.model_copy(update={"id": "pb-1"})
    saving = await news.lists.save(Owner(Owns.PERSON, ANN), [own], by=ANN, records=[own.id])
    await news.follow(ANN, Kind.LIST, str(saving.on.id))
    (line,) = await news.lists.lines(saving.on, ANN)
    await news.lists.is_now(line, PAPER.id, ANN)
    assert [await news.seen(each) for each in (4, 5)] == [[], [(ANN, "v5")]]


async def test_processes_that_write_the_same_papers_at_once_are_in_nobodys_way(postgres_url: str) -> None:
    """In whatever order each has them: else PostgreSQL gives up on one after the other."""
    clock, stores = SettableClock(), [Store(postgres_url), Store(postgres_url)]
    await stores[0].migrate()
    one, other = (Inboxes(store, clock, next_letter) for store in stores)
    for turn in range(3):
        ids = [f"{turn}{'-' if number % 2 else 'a'}{number}" for number in range(2_000)]
        first = {each: Standing(each, "", None, None) for each in ids}
        await asyncio.gather(one.know(first), other.know(dict(reversed(first.items()))))
        then = {each: Standing(each, "", False, 1) for each in ids}
        await asyncio.gather(one.changed(then), other.changed(dict(reversed(then.items()))), one.clean_up())
    for store in stores:
        await store.close()


_FOLLOWED = (
    "INSERT INTO follows (person_id, kind, text, text_key, shown, made_at, has_code, version) VALUES"
    " (:person, 'paper', '2601.00001', '2601.00001', 'x', '2026-01-01 00:00:00', false, :version)"
)


async def test_what_each_follow_knew_by_itself_is_known_after_the_upgrade(
    empty_url: str, clock: SettableClock
) -> None:
    store = Store(empty_url)
    await store.write(lambda connection: upgrade(connection, "0017"))
    for person, version in ((ANN, None), (BOB, 1)):
        await store.write(running(text(_FOLLOWED).bindparams(person=person, version=version)))
    await store.migrate()
    news = News(store, clock)
    assert await news.inboxes.unknown_papers() == set()
    assert await news.seen(2, code=True) == [(ANN, "code"), (ANN, "v2"), (BOB, "code"), (BOB, "v2")]
    await store.close()
