"""Papers get other ids while people like, note, read and remove them: what they do counts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy
from sqlalchemy import Connection, select

from bot.paper.model import Paper
from bot.readers.lists import Line, PaperLeft, ReadingList, Status
from bot.readers.owner import Kind, Owner
from bot.state import renaming
from bot.state.changed_ids import follow_on, follow_votes
from bot.state.reader_tables import reading, saved, votes
from bot.state.reading_lists import ReadingLists
from bot.state.server_votes import Votes
from bot.state.store import Store
from tests.support.beside import Beside
from tests.support.time import SettableClock

ANN, BOB, SERVER = 7, 8, 99
BEFORE = Paper(id="pb-0123456789abcdef", title="Reeds")
AFTER = Paper(id="2601.00001", title="Reeds")
OTHER = Paper(id="2601.00002", title="Rushes")
OWNER = Owner(Kind.PERSON, ANN)


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    store = Store(postgres_url)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
def lists(store: Store, clock: SettableClock) -> ReadingLists:
    return ReadingLists(store, clock)


def likes_follow(connection: Connection) -> None:
    follow_votes(connection, BEFORE.id, AFTER.id)


async def liked(store: Store) -> list[tuple[str, int]]:
    query = select(votes.c.paper_id, votes.c.person_id).order_by(votes.c.person_id)
    return [(row.paper_id, row.person_id) for row in await store.read(lambda c: c.execute(query).all())]


async def noted(lists: ReadingLists, paper: Paper, note: str) -> Line:
    await lists.save(OWNER, [paper], by=ANN)
    line = await lists.where(OWNER, paper, ANN)
    assert line is not None
    written = await lists.note(line, note)
    assert written is not None
    return written


async def test_a_like_that_is_taken_back_stays_so(store: Store, clock: SettableClock) -> None:
    board = Votes(store, clock)
    assert await board.toggle(SERVER, BEFORE, ANN, earlier=())
    taken_back = Beside(lambda: board.toggle(SERVER, AFTER, ANN, earlier=[BEFORE.id]))
    await store.write(taken_back.after(likes_follow))
    assert await taken_back.ended() is False
    assert await liked(store) == []


async def test_a_like_by_the_former_id_is_not_lost(
    store: Store, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may not know yet that the paper has another id."""
    board = Votes(store, clock)
    await board.toggle(SERVER, BEFORE, ANN, earlier=())
    late = Beside(lambda: board.toggle(SERVER, BEFORE, BOB, earlier=()))

    def work(connection: Connection) -> None:
        delete = sqlalchemy.delete

        def and_then(*arguments):
            late.begin(connection)
            return delete(*arguments)

        monkeypatch.setattr(renaming, "delete", and_then)
        likes_follow(connection)

    await store.write(work)
    assert await late.ended() is True
    counts = await board.counts(SERVER, [AFTER], earlier={AFTER.id: [BEFORE.id]})
    assert counts == {AFTER.id: 2}
    await store.write(likes_follow)
    assert await liked(store) == [(AFTER.id, ANN), (AFTER.id, BOB)]


async def test_who_likes_it_by_its_new_id_at_the_same_moment_likes_it_once(
    store: Store, clock: SettableClock
) -> None:
    board = Votes(store, clock)
    for person in (ANN, BOB):
        await board.toggle(SERVER, BEFORE, person, earlier=())
    follows = Beside(lambda: store.write(likes_follow))
    row = {"guild_id": SERVER, "paper_id": AFTER.id, "person_id": ANN, "voted_at": clock()}
    await store.write(follows.after(lambda connection: connection.execute(votes.insert().values(row))))
    await follows.ended()
    assert await liked(store) == [(AFTER.id, ANN), (AFTER.id, BOB)]


@pytest.mark.parametrize("is_there_too", [False, True])
async def test_a_note_that_is_written_meanwhile_is_kept(
    lists: ReadingLists, store: Store, is_there_too: bool
) -> None:
    line = await noted(lists, BEFORE, "old")
    if is_there_too:
        await noted(lists, OTHER, "of the other")
    current = OTHER.id if is_there_too else AFTER.id
    follows = Beside(lambda: lists.now_called({BEFORE.id: current}))
    this = saved.update().where(saved.c.paper_id == BEFORE.id).values(note="new")
    await store.write(follows.after(lambda connection: connection.execute(this)))
    await follows.ended()
    found = await store.read(lambda c: c.execute(select(saved.c.paper_id, saved.c.note)).one())
    assert found.paper_id == current
    assert sorted(found.note.splitlines()) == (["new", "of the other"] if is_there_too else ["new"])
    assert line.note == "old"


async def test_a_note_on_the_list_to_which_a_paper_moves_is_kept(lists: ReadingLists, store: Store) -> None:
    line = await noted(lists, BEFORE, "mine")
    to = await lists.make(OWNER, "Other")
    await lists.save(OWNER, [BEFORE], by=ANN, to=to)
    moves = Beside(lambda: lists.move(line, to))
    this = saved.update().where(saved.c.list_id == to.id).values(note="written meanwhile")
    await store.write(moves.after(lambda connection: connection.execute(this)))
    await moves.ended()
    (there,) = await lists.lines(to, ANN)
    assert sorted(there.note.splitlines()) == ["mine", "written meanwhile"]


@pytest.mark.parametrize("act", ["read_to", "remove"])
async def test_who_changes_or_removes_the_line_meanwhile_hears_that_it_is_another(
    lists: ReadingLists, store: Store, act: str
) -> None:
    line = await noted(lists, BEFORE, "")
    await lists.read_to(line, Status.READ, ANN)
    late = Beside(lambda: lists.remove(line) if act == "remove" else lists.read_to(line, Status.TO_READ, ANN))
    await store.write(late.after(lambda c: follow_on(c, line.list_id, BEFORE.id, AFTER.id)))
    with pytest.raises(PaperLeft):
        await late.ended()
    await lists.now_called({BEFORE.id: AFTER.id})
    (there,) = await lists.lines(await _only(lists), ANN)
    assert (there.paper_id, there.status) == (AFTER.id, Status.READ)


async def test_what_an_end_in_between_leaves_is_found_again(lists: ReadingLists, store: Store) -> None:
    line = await noted(lists, BEFORE, "")
    await lists.read_to(line, Status.READ, ANN)
    await store.write(lambda connection: follow_on(connection, line.list_id, BEFORE.id, AFTER.id))
    assert await lists.own_ids() == {BEFORE.id}
    await lists.now_called({BEFORE.id: AFTER.id})
    (line,) = await lists.lines(await _only(lists), ANN)
    assert line.status is Status.READ
    assert await lists.own_ids() == set()
    left = select(reading.c.paper_id)
    assert await store.read(lambda connection: list(connection.scalars(left))) == [AFTER.id]


async def _only(lists: ReadingLists) -> ReadingList:
    (on,) = await lists.of(OWNER)
    return on
