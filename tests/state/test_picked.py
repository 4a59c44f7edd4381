"""What is picked for people and brought to them, on both databases."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.backup.beginning import begin_now
from bot.delivery.outage import Outage
from bot.following.personal_picks import A_DAY, PersonalPicks
from bot.inbox.daily_picks import DailyPicks
from bot.inbox.letter_times import next_letter
from bot.paper.model import Paper
from bot.readers.follows import InboxPlan, Kind
from bot.readers.owner import Kind as OwnerKind
from bot.readers.owner import Owner
from bot.search.library import Library
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.inbox_tables import matches
from bot.state.liked_papers import LikedPapers
from bot.state.personal import People
from bot.state.picked import PickedPapers
from bot.state.reader_tables import picked
from bot.state.reading_lists import ReadingLists
from bot.state.store import Store
from tests.support.putting import put_in
from tests.support.time import SettableClock

SAVED = ("2411.13543", "2502.12110", "2307.13854")
ANN, BOB = 1, 2


@pytest.fixture
def library(built_seed: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copy(built_seed, tmp_path / "catalog.db")
    with closing(Library(tmp_path / "catalog.db")) as library:
        yield library


def picks_of(store: Store, library: Library, clock: SettableClock) -> DailyPicks:
    """As a process that has just started has it."""
    return DailyPicks(
        catalog=library.background,
        followings=Followings(store, clock),
        inboxes=Inboxes(store, clock, next_letter),
        personal=PersonalPicks(LikedPapers(store), PickedPapers(store)),
        outage=Outage(),
        clock=clock,
    )


async def follow(store: Store, library: Library, clock: SettableClock, *people: int) -> None:
    papers = [paper for each in SAVED if (paper := await library.paper(each))]
    for person in people:
        await ReadingLists(store, clock).save(Owner(OwnerKind.PERSON, person), papers, by=person)
        await Inboxes(store, clock, next_letter).begin(person, InboxPlan())
        await Followings(store, clock).add(person, Kind.FOR_ME, "", "papers picked for you")


async def brought(store: Store, person: int = ANN) -> set[str]:
    query = select(matches.c.paper_id).where(matches.c.person_id == person)
    return await store.read(lambda connection: set(connection.scalars(query)))


async def used_up(store: Store) -> int:
    query = select(func.count()).select_from(picked)
    return await store.read(lambda connection: connection.scalar(query) or 0)


def morning(day: int) -> datetime:
    """Just after the time of a letter."""
    return datetime(2026, 1, day, 9, 0, 1, tzinfo=UTC)


def like_saved(numbers: Iterable[int], on: date = date(2026, 1, 1)) -> list[Paper]:
    return [
        Paper(id=f"2601.{each:05}", title=f"Agents in debate {each}", abstract="Agents debate.", published=on)
        for each in numbers
    ]


async def test_processes_whose_catalogs_differ_bring_everybody_the_same_five(
    store, state_url, library, clock, tmp_path
):
    other, people = Store(state_url), range(1, 9)
    shutil.copy(tmp_path / "catalog.db", tmp_path / "ahead.db")
    with closing(Library(tmp_path / "ahead.db")) as ahead:
        await put_in(ahead, like_saved(range(9)))
        await ahead.background.wait_until_current()
        await follow(store, library, clock, *people)
        for day in (1, 2):
            clock.now = morning(day)
            one, two = picks_of(store, library, clock), picks_of(other, ahead, clock)
            await asyncio.gather(one.bring(), two.bring())
            assert {len(await brought(store, person)) for person in people} == {A_DAY * day}
            assert await used_up(store) == A_DAY * day * len(people)
    await other.close()


async def test_a_paper_that_this_catalog_lacks_waits_to_be_told(store, library, clock, tmp_path):
    await follow(store, library, clock, ANN)
    shutil.copy(tmp_path / "catalog.db", tmp_path / "ahead.db")
    with closing(Library(tmp_path / "ahead.db")) as ahead:
        await put_in(ahead, like_saved(range(30)))
        personal = PersonalPicks(LikedPapers(store), PickedPapers(store))
        await personal.of_day(ANN, date(2026, 1, 1), ahead.background)
    clock.now = morning(1)
    await picks_of(store, library, clock).bring()
    found = await brought(store)
    assert len(found) == A_DAY
    assert any(each.startswith("2601.") for each in found)


async def test_a_process_that_starts_again_uses_up_nothing_that_is_not_told(store, tmp_path, clock):
    liked = like_saved(range(3), date(2025, 1, 1))
    with closing(Library(tmp_path / "few.db")) as few:
        await put_in(few, [*liked, *like_saved((11, 12))])
        await ReadingLists(store, clock).save(Owner(OwnerKind.PERSON, ANN), liked, by=ANN)
        await Inboxes(store, clock, next_letter).begin(ANN, InboxPlan())
        await Followings(store, clock).add(ANN, Kind.FOR_ME, "", "papers picked for you")
        clock.now = morning(1)
        await picks_of(store, few, clock).bring()
        assert await brought(store) == {"2601.00011", "2601.00012"}
        await put_in(few, like_saved((13, 14)))
        clock.move(hours=2)
        await picks_of(store, few, clock).bring()
        assert len(await brought(store)) == 2, "once a day"
        clock.now = morning(2)
        await picks_of(store, few, clock).bring()
        assert await brought(store) == {f"2601.000{each}" for each in (11, 12, 13, 14)}


async def test_after_a_restore_nothing_comes_that_may_have_been_told(store, library, clock):
    await follow(store, library, clock, ANN)
    await put_in(library, like_saved(range(9)))
    clock.now = datetime(2026, 1, 2, 8, 30, tzinfo=UTC)
    await store.write(lambda connection: begin_now(connection, clock(), None))
    clock.move(minutes=1)
    await follow(store, library, clock, BOB)
    # What somebody asks for is shown, and what was shown isn't told.
    personal = PersonalPicks(LikedPapers(store), PickedPapers(store))
    await personal.of_day(ANN, date(2026, 1, 3), library.background)
    for day in (2, 3, 4):
        clock.now = morning(day)
        await picks_of(store, library, clock).bring()
        assert await brought(store) == set()
    assert len(await brought(store, BOB)) == 3 * A_DAY, "who followed since then was told of none"
    await put_in(library, like_saved((21, 22), date(2026, 1, 3)))
    clock.now = morning(5)
    await picks_of(store, library, clock).bring()
    assert await brought(store) == {"2601.00021", "2601.00022"}


async def test_who_has_all_deleted_meanwhile_leaves_nothing_behind(store, library, clock):
    await follow(store, library, clock, ANN)

    class Meanwhile:
        """The catalog, in which looking takes as long as deleting."""

        remembered = staticmethod(library.background.remembered)

        async def fitting(self, *args: Any, **options: Any) -> Any:
            found = await library.background.fitting(*args, **options)
            await People(store).forget(ANN)
            return found

    personal = PersonalPicks(LikedPapers(store), PickedPapers(store))
    found = await personal.of_day(ANN, date(2026, 1, 1), Meanwhile())
    assert list(found.picks) == []
    assert await People(store).about(ANN) == {}


async def test_a_clock_that_was_ahead_once_silences_nobody(store, library, clock):
    await follow(store, library, clock, ANN)
    clock.now = morning(31)
    await picks_of(store, library, clock).bring()
    for day in (2, 3):
        clock.now = morning(day)
        await picks_of(store, library, clock).bring()
    assert len(await brought(store)) == 3 * A_DAY


async def test_one_persons_rows_that_cannot_be_read_hold_up_nobody_else(library, clock, tmp_path, caplog):
    store = Store(f"sqlite:///{tmp_path / 'state.db'}")
    await store.migrate()
    await follow(store, library, clock, ANN, BOB)
    bad = f"INSERT INTO picked VALUES ({ANN}, '2411.00001', 'no day', 0, NULL, 0)"
    await store.write(lambda connection: connection.execute(text(bad)))
    clock.now = morning(1)
    picks = picks_of(store, library, clock)
    await picks.bring()
    assert len(await brought(store, BOB)) == A_DAY
    assert "Picking papers for somebody failed" in caplog.text
    caplog.clear()
    await store.write(lambda connection: connection.execute(text("DELETE FROM picked WHERE day = 'no day'")))
    await picks.bring()
    assert len(await brought(store, ANN)) == A_DAY, "it is tried again"
    await store.close()
