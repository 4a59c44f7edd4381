"""What people wrote themselves, what servers hide, and what the operator removed, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select

from bot.paper.harvest import Origin
from bot.paper.ids import own_id
from bot.paper.model import Paper
from bot.paper.text import title_key
from bot.readers.owner import Kind, Owner
from bot.state.added import AddedPapers
from bot.state.deliveries import Deliveries
from bot.state.hidden import HiddenPapers
from bot.state.parked import KEPT, Parked
from bot.state.removed import RemovedPapers
from bot.state.store import Store
from bot.state.tables import parked
from bot.state.tables import written as table
from bot.state.written import WrittenPapers
from tests.support.statements import value
from tests.support.time import SettableClock

LAB, OTHER, PERSON = Owner(Kind.SERVER, 1), Owner(Kind.SERVER, 2), Owner(Kind.PERSON, 1)
TITLE = "A Book of Bargains"
BOOK = Paper(id=own_id(title_key(TITLE)), title=TITLE, abstract="The lab's words.")


async def test_two_servers_and_a_person_write_of_one_title_and_each_finds_its_own(
    store: Store, clock: SettableClock
) -> None:
    written = WrittenPapers(store, clock)
    for owner, words in ((LAB, "The lab's."), (OTHER, "The other's."), (PERSON, "Mine.")):
        assert await written.keep(owner, BOOK.model_copy(update={"abstract": words}))
    for owner, words in ((LAB, "The lab's."), (OTHER, "The other's."), (PERSON, "Mine.")):
        found = await written.get(owner, BOOK.id)
        assert found is not None
        assert found.abstract == words
        assert await written.of_title(owner, "a book of BARGAINS") == found
    assert await written.get(Owner(Kind.SERVER, 3), BOOK.id) is None


async def test_the_same_words_again_are_nothing_new_and_others_replace_them(
    store: Store, clock: SettableClock
) -> None:
    written = WrittenPapers(store, clock)
    assert await written.keep(LAB, BOOK)
    assert not await written.keep(LAB, BOOK)
    better = BOOK.model_copy(update={"abstract": "Better."})
    assert await written.keep(LAB, better)
    assert await written.get(LAB, BOOK.id) == better


async def test_what_another_process_wrote_is_found_within_a_minute(
    store: Store, clock: SettableClock
) -> None:
    here, there = WrittenPapers(store, clock), WrittenPapers(store, clock)
    assert await here.get(LAB, BOOK.id) is None
    await there.keep(LAB, BOOK)
    for _ in range(5):  # a machine that has much to do may answer too late once
        clock.move(minutes=1)
        found = await here.get(LAB, BOOK.id)
        if found is not None:
            break
    assert found == BOOK


async def test_nothing_that_people_wrote_is_kept_of_a_paper_that_a_source_knows(
    store: Store, clock: SettableClock
) -> None:
    written = WrittenPapers(store, clock)
    for owner in (LAB, PERSON):
        await written.keep(owner, BOOK)
    await written.forget(BOOK.id)
    clock.move(minutes=1)
    assert await written.get(LAB, BOOK.id) is None
    assert await written.get(PERSON, BOOK.id) is None


async def test_a_server_hides_papers_for_itself_alone(store: Store, clock: SettableClock) -> None:
    hidden = HiddenPapers(store, clock)
    assert await hidden.hide(1, BOOK)
    assert not await hidden.hide(1, BOOK)
    assert await hidden.ids(1) == {BOOK.id}
    assert await hidden.ids(2) == frozenset()
    assert await hidden.count(1) == 1
    assert [each.title for each in await hidden.page(1, limit=5)] == [TITLE]
    assert await Deliveries(store, clock).had(20, 1) == {BOOK.id}
    assert await Deliveries(store, clock).had(20, 2) == set()
    assert await hidden.show(2, BOOK.id) is None
    shown = await hidden.show(1, BOOK.id)
    assert shown is not None
    assert shown.title == TITLE
    assert await hidden.ids(1) == frozenset()


async def test_a_removed_paper_is_known_by_each_of_its_ids_until_that_is_undone(
    store: Store, clock: SettableClock
) -> None:
    removed, added = RemovedPapers(store, clock), AddedPapers(store, clock)
    written = WrittenPapers(store, clock)
    await added.keep(BOOK, Origin.HUGGING_FACE)
    await written.keep(LAB, BOOK)
    await removed.remove("2411.13543", TITLE, [BOOK.id])
    assert await removed.ids() == {"2411.13543": "2411.13543", BOOK.id: "2411.13543"}
    assert [each.id for each in await removed.all()] == ["2411.13543"]
    assert await added.all() == []
    clock.move(minutes=1)
    assert await written.get(LAB, BOOK.id) is None
    undone = await removed.undo(BOOK.id)
    assert undone is not None
    assert undone.title == TITLE
    assert await removed.ids() == {}
    assert await removed.undo(BOOK.id) is None


async def test_what_is_parked_ends_ninety_days_after_its_last_press(
    store: Store, clock: SettableClock
) -> None:
    keeper = Parked(store, clock)
    pressed, forgotten = await keeper.park("pressed"), await keeper.park("forgotten")
    for _ in range(3):
        clock.move(days=60)
        assert await keeper.fetch(pressed) == "pressed"
    assert await keeper.fetch(forgotten) is None
    clock.now += KEPT + timedelta(days=1)
    assert await keeper.fetch(pressed) is None
    await keeper.park("another")
    assert await store.read(value(select(func.count()).select_from(parked))) == 1


async def test_a_text_of_a_newer_version_is_not_found_and_holds_up_no_other(
    store: Store, clock: SettableClock
) -> None:
    written = WrittenPapers(store, clock)
    await written.keep(LAB, BOOK)
    newer = {
        "owner_kind": "server",
        "owner_id": 1,
        "paper_id": "2501.00001",
        "own_id": BOOK.id,
        "record": '{"id": "2501.00001", "tune": 1}',
        "written_at": clock(),
    }
    await store.write(lambda connection: connection.execute(insert(table), [newer]))
    assert await written.get(LAB, "2501.00001") is None
    assert await written.of_title(LAB, TITLE) == BOOK
