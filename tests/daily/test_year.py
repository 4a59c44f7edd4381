"""A year, day by day, in the zones that make it hard: what each channel got, and at what local time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.daily.service import DailyService
from bot.daily.when.due import next_due, turn_of
from bot.delivery.post import Post
from bot.delivery.sending import Sent, StillOurs
from bot.paper.model import Paper
from bot.search.library import Library
from bot.state.claims import Claims
from bot.state.deliveries import State
from bot.state.feeds import ChannelKind, Feed, Plan
from bot.state.store import Store
from tests.support.putting import put_in
from tests.support.time import SettableClock

START = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)


@dataclass
class Board:
    """Channels that take every post at once, and keep when each came."""

    clock: SettableClock
    posts: list[tuple[int, datetime, Post]] = field(default_factory=list)

    async def send(self, post: Post, _still_ours: StillOurs) -> Sent:
        self.posts.append((post.channel_id, self.clock(), post))
        return Sent(len(self.posts), post.channel_id)

    def of(self, channel_id: int) -> list[tuple[datetime, Post]]:
        return [(at, post) for channel, at, post in self.posts if channel == channel_id]


class Calendar:
    """The bot's daily papers on a clock that jumps from one due time to the next."""

    def __init__(self, store: Store, library: Library, clock: SettableClock) -> None:
        self.clock = clock
        self.board = Board(clock)
        self.daily = DailyService(
            library=library,
            store=store,
            clock=clock,
            sender=self.board,  # type: ignore[arg-type] # nothing here needs its other ways
            owner="calendar",
        )
        self._claims = Claims(store, clock, owner="calendar", lease=timedelta(seconds=90))

    async def subscribe(self, channel_id: int, zone: str, at: time) -> Feed:
        plan = Plan(
            guild_id=1,
            channel_id=channel_id,
            kind=ChannelKind.TEXT,
            at=at,
            zone=zone,
            weekdays=frozenset(range(7)),
        )
        due = next_due(plan, self.clock())
        return await self.daily.feeds.add(plan, created_by=1, next_due_at=due)

    async def work(self) -> None:
        """Everything that is due now."""
        while claimed := await self._claims.claim_due(50, lambda feed: turn_of(feed, self.clock())):
            for delivery, feed in claimed:
                await self.daily.lifecycle.deliver(delivery, feed)

    async def pass_to(self, end: datetime) -> None:
        while (due := await self.daily.feeds.nearest_due()) is not None and due < end:
            self.clock.now = max(due, self.clock.now)
            await self.work()
        self.clock.now = end


@pytest.fixture
async def calendar(tmp_path: Path) -> AsyncIterator[Calendar]:
    library = Library(tmp_path / "catalog.db")
    await put_in(
        library,
        (
            Paper(
                id=f"2501.{number:05}",
                title=f"Paper {number}",
                upvotes=number,
                featured=(date(2025, 1, 1) + timedelta(days=number),),
            )
            for number in range(400)
        ),
    )
    store = Store(f"sqlite:///{tmp_path / 'state.db'}")
    await store.migrate()
    yield Calendar(store, library, SettableClock(START))
    library.close()
    await store.close()


async def test_each_local_day_of_a_year_has_one_post_at_the_right_time(calendar):
    times = {zone: time(2, 30) if number % 2 else time(9) for number, zone in enumerate(ZONES)}
    for number, zone in enumerate(ZONES):
        await calendar.subscribe(number, zone, times[zone])

    await calendar.pass_to(START + timedelta(days=365))

    for number, zone in enumerate(ZONES):
        posts = calendar.board.of(number)
        days = [post.day for _, post in posts]
        assert days == [days[0] + timedelta(days=step) for step in range(len(days))], zone
        assert len(days) in (364, 365, 366), zone
        locally = [at.astimezone(ZoneInfo(zone)) for at, _ in posts]
        assert [local.date() for local in locally] == days
        moved = [local for local in locally if local.time() != times[zone]]
        assert len(moved) <= 1, zone  # where the clock jumped over it
        papers = [entry.paper.id for _, post in posts for entry in post.entries]
        assert len(papers) == len(set(papers)) == len(days)


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
@pytest.mark.parametrize(
    ("off", "late", "served"),
    [
        (timedelta(minutes=10), True, True),
        (timedelta(hours=5), True, True),
        (timedelta(days=3), False, False),
    ],
)
async def test_downtime_over_a_clock_change(calendar, change, off, late, served):
    """Off from a minute before the post of the day on which Berlin's clock changes."""
    calendar.clock.now = datetime.combine(change, time(), UTC) - timedelta(days=2)
    feed = await calendar.subscribe(1, "Europe/Berlin", time(9))
    due = datetime.combine(change, time(9), ZoneInfo("Europe/Berlin")).astimezone(UTC)
    await calendar.pass_to(due - timedelta(minutes=1))
    before = len(calendar.board.posts)

    calendar.clock.move(seconds=60 + off.total_seconds())
    await calendar.work()

    day = await calendar.daily.deliveries.of_day(feed.id, change)
    assert day.state is (State.SENT if served else State.SKIPPED)
    # After three days it is nine o'clock again: that day's own post comes, the days between do not.
    assert len(calendar.board.posts) == before + 1
    assert (calendar.board.posts[-1][2].day == change) is late


async def test_a_clock_set_back_an_hour_at_any_time_of_a_day_posts_nothing_twice(calendar):
    await calendar.subscribe(1, "Europe/Berlin", time(9))
    end = START + timedelta(days=10)
    while calendar.clock() < end:
        calendar.clock.move(minutes=37)
        await calendar.work()
        if calendar.clock().minute % 5 == 0:
            calendar.clock.move(hours=-1)
            await calendar.work()
            calendar.clock.move(minutes=61)
            await calendar.work()
    days = [post.day for _, post in calendar.board.of(1)]
    assert days == [date(2026, 1, 1) + timedelta(days=step) for step in range(len(days))]
    assert len(days) >= 9
