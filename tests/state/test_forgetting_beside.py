"""Somebody's data is deleted while something else is done for them: nothing is left, and nobody stands in
another's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta

import asyncpg
import pytest
from sqlalchemy import Connection

from bot.inbox.letter_times import next_letter
from bot.paper.model import Paper
from bot.readers.follows import InboxPlan, Kind, Match
from bot.readers.lists import Status
from bot.readers.owner import Kind as OwnerKind
from bot.readers.owner import Owner
from bot.state import changed_ids, inbox, letters, mails
from bot.state import picked as picked_papers
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.letters import LetterClaims
from bot.state.personal import People, _held
from bot.state.picked import Pick, PickedPapers
from bot.state.reader_tables import votes
from bot.state.reading_lists import ReadingLists
from bot.state.server_votes import Votes
from bot.state.store import Store
from tests.support.beside import Beside
from tests.support.mail_desk import Desk
from tests.support.time import SettableClock

ANN, BOB, SERVER = 7, 8, 99
FORMER, CURRENT = "pb-0123456789abcdef", "2601.00001"
PAPER = Paper(id=FORMER, title="Reeds")
_WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    store = Store(postgres_url)
    await store.migrate()
    yield store
    await store.close()


async def test_whoever_follows_the_same_again_waits_with_nothing_that_the_deletion_needs(
    store: Store, postgres_url: str, clock: SettableClock
) -> None:
    """Between its statements, where another's may come: in the order in which `People.forget` has them."""
    order = [table.name for table, *_ in _held(ANN)]
    assert order.index("follows") < order.index("inboxes")
    followings = Followings(store, clock)
    await Inboxes(store, clock, next_letter).begin(ANN, InboxPlan())
    await followings.add(ANN, Kind.TOPIC, "debate", "debate")
    deletion, looks = await asyncpg.connect(postgres_url), await asyncpg.connect(postgres_url)
    async with deletion.transaction():
        await deletion.execute("DELETE FROM follows WHERE person_id = $1", ANN)
        again = asyncio.create_task(followings.add(ANN, Kind.TOPIC, "debate", "debate"))
        async with asyncio.timeout(10):
            while not await looks.fetchval(_WAITS):
                pass
        await deletion.execute("DELETE FROM inboxes WHERE person_id = $1", ANN)
    assert (await again).text == "debate"
    assert [each.text for each in await followings.of(ANN)] == ["debate"]
    await deletion.close()
    await looks.close()


async def _follows(store: Store, clock: SettableClock) -> Inboxes:
    inboxes = Inboxes(store, clock, next_letter)
    await inboxes.begin(ANN, InboxPlan())
    followed = await Followings(store, clock).add(ANN, Kind.TOPIC, "debate", "debate")
    assert await inboxes.found(["2601.1"], [Match(ANN, "2601.1", "One", followed.id)]) == 1
    return inboxes


async def _bring(store: Store, clock: SettableClock) -> Callable[[], object]:
    inboxes = await _follows(store, clock)
    (followed,) = await Followings(store, clock).of(ANN)
    return lambda: inboxes.found(["2601.2"], [Match(ANN, "2601.2", "Two", followed.id)])


async def _claim_letter(store: Store, clock: SettableClock) -> Callable[[], object]:
    await _follows(store, clock)
    clock.move(days=8)
    claims = LetterClaims(store, clock, owner="one", lease=timedelta(seconds=90))
    return lambda: claims.claim_due(5)


async def _pick(store: Store, clock: SettableClock) -> Callable[[], object]:
    await _follows(store, clock)
    picks = PickedPapers(store)
    return lambda: picks.keep(ANN, date(2026, 1, 2), [Pick("2601.3", date(2026, 1, 2))], most=5)


async def _claim_mail(store: Store, clock: SettableClock) -> Callable[[], object]:
    desk = Desk(store, clock)
    await desk.subscribe(ANN, "ada@example.org")
    clock.move(days=2)
    return lambda: desk.claims.claim_due(5)


async def _fill_mail(store: Store, clock: SettableClock) -> Callable[[], object]:
    desk = Desk(store, clock)
    await desk.subscribe(ANN, "ada@example.org")
    clock.move(days=2)
    ((mail, _),) = await desk.claims.claim_due(5)
    return lambda: desk.begin(mail, "2601.1", "2601.2")


@pytest.mark.parametrize(
    ("room", "begun"),
    [
        (inbox, _bring),
        (letters, _claim_letter),
        (picked_papers, _pick),
        (mails, _claim_mail),
        (mails, _fill_mail),
    ],
)
async def test_what_is_under_way_for_somebody_leaves_nothing_of_them(
    store: Store, clock: SettableClock, monkeypatch: pytest.MonkeyPatch, room, begun
) -> None:
    work = await begun(store, clock)
    deletion = Beside(lambda: People(store).forget(ANN))
    monkeypatch.setattr(room, "insert_new", deletion.after(room.insert_new))
    await work()
    assert await deletion.ended()
    assert await People(store).about(ANN) == {}


async def _likes(store: Store, clock: SettableClock) -> Callable[[Connection], None]:
    await Votes(store, clock).toggle(SERVER, PAPER, ANN, earlier=())
    return lambda connection: changed_ids.follow_votes(connection, FORMER, CURRENT)


async def _has_read(store: Store, clock: SettableClock) -> Callable[[Connection], None]:
    lists = ReadingLists(store, clock)
    await _read_by_ann(lists, Owner(OwnerKind.SERVER, SERVER))
    (on,) = await lists.of(Owner(OwnerKind.SERVER, SERVER))
    await lists.delete(on)
    return lambda connection: changed_ids.follow_readers(connection, FORMER, CURRENT)


async def _has_read_of_two(store: Store, clock: SettableClock) -> Callable[[Connection], None]:
    await _read_by_ann(ReadingLists(store, clock), Owner(OwnerKind.SERVER, SERVER))
    return lambda connection: changed_ids.follow_readers(connection, FORMER, CURRENT)


async def _saved(store: Store, clock: SettableClock) -> Callable[[Connection], None]:
    lists = ReadingLists(store, clock)
    on = (await lists.save(Owner(OwnerKind.PERSON, ANN), [PAPER], by=ANN, server=SERVER)).on
    return lambda connection: changed_ids.follow_on(connection, on.id, FORMER, CURRENT)


async def _saved_for_all(store: Store, clock: SettableClock) -> Callable[[Connection], None]:
    lists = ReadingLists(store, clock)
    on = (await lists.save(Owner(OwnerKind.SERVER, SERVER), [PAPER], by=ANN, server=SERVER)).on
    return lambda connection: changed_ids.follow_on(connection, on.id, FORMER, CURRENT)


async def _read_by_ann(lists: ReadingLists, owner: Owner) -> None:
    on = (await lists.save(owner, [PAPER], by=BOB)).on
    line = await lists.line(on, FORMER, ANN)
    assert line is not None
    await lists.read_to(line, Status.READ, ANN)


@pytest.mark.parametrize("had", [_likes, _has_read, _has_read_of_two, _saved, _saved_for_all])
async def test_a_paper_that_gets_another_id_brings_nobody_back(
    store: Store, clock: SettableClock, had
) -> None:
    work = await had(store, clock)
    deletion = Beside(lambda: People(store).forget(ANN))
    await store.write(deletion.after(work))
    assert await deletion.ended()
    assert await People(store).about(ANN) == {}


async def test_nor_where_the_deletion_comes_first(store: Store, clock: SettableClock) -> None:
    work = await _likes(store, clock)
    follows = Beside(lambda: store.write(work))
    await store.write(follows.after(lambda connection: connection.execute(votes.delete())))
    await follows.ended()
    assert await People(store).about(ANN) == {}
