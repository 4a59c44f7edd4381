"""A restored state begins now: nothing is caught up, and nothing comes twice."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from bot.backup.archive import BackupError
from bot.backup.beginning import SCHEDULED, ledgers
from bot.backup.former import holds_anything
from bot.backup.rows_between import GAP
from bot.backup.snapshot import back_up
from bot.catalog import file
from bot.errors import SettingsError
from bot.inbox.finder import Finder
from bot.inbox.letter_times import next_letter
from bot.paper.model import Paper
from bot.readers.follows import InboxPlan, Kind, Match, Pace, Standing, Way
from bot.search.library import Library
from bot.state.address import engine_url
from bot.state.all_tables import metadata
from bot.state.deliveries import Deliveries, Pick, State
from bot.state.feeds import Feeds
from bot.state.followings import Followings
from bot.state.inbox import Inboxes
from bot.state.inbox_tables import inboxes, letters, looked_at, matches
from bot.state.letters import LetterClaims
from bot.state.migrating import upgrade
from bot.state.patience import USUAL
from bot.state.postgres import StateServer
from bot.state.presence import BeingRestored, Presence, StateInUse
from bot.state.reading_lists import ReadingLists
from bot.state.sqlite import StateFile
from bot.state.store import Store
from bot.state.tables import begun, feeds
from tests.backup.keeping import crowd, kill, opened, put_back, rows_of
from tests.state.examples import LEASE, add_feed, claims, tomorrow
from tests.support.putting import put, put_in

PICK = Pick("2401.00001", "Debate")
ANN = 7_000


def test_every_table_that_is_scheduled_or_under_way_is_set_right():
    due = {table.name for table in metadata.sorted_tables if "next_due_at" in table.c}
    assert due == SCHEDULED
    waking = {table.name for table in metadata.sorted_tables if "wake_at" in table.c}
    assert waking == {table.name for table in ledgers()}


async def test_what_was_due_since_is_missed(store, state_url, tmp_path, clock):
    """Even what is within the grace in which a bot that was off catches up."""
    feed = await add_feed(Feeds(store, clock), clock() + timedelta(minutes=30))
    later = await add_feed(Feeds(store, clock), clock() + timedelta(days=9), channel_id=21)
    await back_up(state_url, tmp_path / "a.backup", clock)
    clock.move(hours=1)
    restored = await put_back(tmp_path / "a.backup", state_url, clock)
    assert restored.missed.posts == 1
    async with opened(state_url) as other:
        assert await claims(other, clock).claim_due(10, tomorrow) == []
        kept = Feeds(other, clock)
        assert (await kept.get(feed.id)).next_due_at > clock()
        assert (await kept.get(later.id)).next_due_at == later.next_due_at


async def test_what_was_under_way_ends(store, state_url, tmp_path, clock):
    """What may have gone out counts as had; what certainly didn't is anybody's."""
    ledger = Deliveries(store, clock)
    for channel in (20, 21):
        await add_feed(Feeds(store, clock), clock(), channel_id=channel)
    (sure, _), (unsure, _) = await claims(store, clock).claim_due(10, tomorrow)
    begun_one = await ledger.begin_first(unsure, [PICK], lease_until=clock() + LEASE)
    waits = await ledger.begin_first(sure, [PICK], lease_until=clock() + LEASE)
    assert begun_one
    assert waits
    await ledger.not_there(waits)
    await back_up(state_url, tmp_path / "a.backup", clock)
    clock.move(hours=1)
    restored = await put_back(tmp_path / "a.backup", state_url, clock)
    assert restored.missed.under_way == 2
    async with opened(state_url) as other:
        assert await claims(other, clock).take_waiting(10) == []
        there = Deliveries(other, clock)
        assert (await there.get(unsure.id)).state is State.SKIPPED
        assert await there.had(unsure.channel_id) == {PICK.paper_id}
        assert await there.had(sure.channel_id) == set()


@pytest.fixture
async def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.db"
    today = date(2026, 1, 1)
    some = [
        Paper(id=f"2601.0000{number}", title=f"Web agents {number}", published=today, arxiv_version=2)
        for number in range(5)
    ]
    with closing(file.open_for_writing(path)) as database:
        put(database, some)
    return path


def with_version(version: int) -> dict[str, Standing]:
    return {"2601.00001": Standing("2601.00001", "Web agents 1", None, version)}


async def test_follows_begin_now(store, state_url, tmp_path, clock, catalog):
    followings, box = Followings(store, clock), Inboxes(store, clock, next_letter)
    plan = InboxPlan(Way.MESSAGE, Pace.COME, clock().time().replace(microsecond=0), "UTC", 0)
    await box.begin(ANN, plan)
    topic = await followings.add(ANN, Kind.TOPIC, "agents", "agents")
    await followings.add(ANN, Kind.PAPER, "2601.00001", "Web agents 1")
    await box.know(with_version(1))
    await box.found(["2601.00000"], [Match(ANN, "2601.00000", "Web agents 0", topic.id)])
    claiming = LetterClaims(store, clock, owner="one", lease=LEASE)
    assert len(await claiming.claim_due(10)) == 1
    await box.found(["2601.00009"], [Match(ANN, "2601.00009", "Web agents 9", topic.id)])
    await back_up(state_url, tmp_path / "a.backup", clock)
    clock.move(hours=1)
    restored = await put_back(tmp_path / "a.backup", state_url, clock, catalog=catalog)
    assert (restored.missed.untold, restored.missed.under_way) == (2, 1)
    async with opened(state_url) as other:
        again = LetterClaims(other, clock, owner="one", lease=LEASE)
        back = Inboxes(other, clock, next_letter)
        assert await back.unknown_papers() == {"2601.00001"}
        await back.know(with_version(2))
        assert await back.changed(with_version(2)) == 0, "it may have been told"
        assert await back.begun() == clock()
        assert await again.claim_due(10) == []
        assert await again.take_waiting(10) == []
        read = await other.read(
            lambda c: (
                set(c.scalars(select(looked_at.c.paper_id))),
                c.scalar(select(inboxes.c.next_due_at)),
                c.scalars(select(letters.c.state)).all(),
                c.scalars(select(matches.c.told_at)).all(),
            )
        )
        assert await back.changed(with_version(3)) == 1
    papers, due, letter, told = read
    assert papers >= {f"2601.0000{number}" for number in range(5)}, "the catalog's news count as looked at"
    assert (due, letter) == (None, ["skipped"])
    assert all(told)


async def test_servers_that_came_meanwhile_were_greeted(store, state_url, tmp_path, clock):
    await store.change(insert(begun).values(what="greeting", at=clock()))
    await back_up(state_url, tmp_path / "a.backup", clock)
    clock.move(days=2)
    await put_back(tmp_path / "a.backup", state_url, clock)
    async with opened(state_url) as other:
        greeting = select(begun.c.at).where(begun.c.what == "greeting")
        assert await other.read(lambda c: c.scalar(greeting)) == clock()


async def test_ids_given_since_the_backup_are_given_to_nothing_else(store, state_url, tmp_path, clock):
    """Buttons name them for ever. The backup is restored twice."""
    await back_up(state_url, tmp_path / "a.backup", clock)
    last = (await add_feed(Feeds(store, clock), clock())).id
    for _ in range(2):
        await put_back(tmp_path / "a.backup", state_url, clock)
        added = await add_feed(Feeds(store, clock), clock())
        assert added.id > last + GAP - 1
        last = added.id


async def migrate_to(url: str, revision: str) -> None:
    address = engine_url(url)
    database: StateFile | StateServer
    if address.get_backend_name() == "sqlite":
        database = StateFile(Path(address.database or ""))
    else:
        database = StateServer(address, USUAL)
    await database.migrate(lambda connection: upgrade(connection, revision))
    await database.close()


async def test_one_of_an_earlier_paperboy(tmp_path, clock, other_url):
    """Made before the last migration."""
    from bot.state.migrating import revisions

    earlier = revisions()[-2]
    await migrate_to(other_url, earlier)
    store = Store(other_url)
    row = {"guild_id": 1, "paper_id": "2401.00001", "person_id": 7, "voted_at": clock()}
    from bot.state.reader_tables import votes

    await store.change(insert(votes).values(**row))
    await store.close()
    about = await back_up(other_url, tmp_path / "a.backup", clock)
    assert about.revision == earlier
    await put_back(tmp_path / "a.backup", other_url, clock)
    async with opened(other_url) as other:
        version = await other.read(lambda c: c.scalar(text("SELECT version_num FROM alembic_version")))
        assert version == revisions()[-1]
        assert await other.read(lambda c: c.scalar(select(votes.c.person_id))) == 7


async def test_a_running_bot_is_not_robbed_of_its_state(state_url, store):
    one, another, restoring = Presence(state_url), Presence(state_url), Presence(state_url)
    try:
        await one.begin()
        await another.begin()
        with pytest.raises(StateInUse, match="is running on this state: stop it, then restore"):
            await restoring.begin_alone()
        await one.end()
        with pytest.raises(StateInUse):
            await restoring.begin_alone()
        await another.end()
        await restoring.begin_alone()
        with pytest.raises(BeingRestored, match="just being restored: start Paperboy again"):
            await one.begin()
        await restoring.end()
        await one.begin()
    finally:
        for each in (one, another, restoring):
            await each.end()


async def test_a_state_that_says_more_than_a_database_takes(tmp_path, clock, postgres_url):
    """SQLite takes any length."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    async with opened(url) as store:
        await store.migrate()
        await add_feed(Feeds(store, clock), clock())
        await store.change(update(feeds).values(draft="x" * 99))
    await back_up(url, tmp_path / "a.backup", clock)
    async with opened(postgres_url) as target:
        await target.migrate()
        await add_feed(Feeds(target, clock), clock(), channel_id=77)
        before = await rows_of(target)
        with pytest.raises(BackupError, match="holds what this database can't take"):
            await put_back(tmp_path / "a.backup", postgres_url, clock)
        assert await rows_of(target) == before


async def test_killed_while_it_restores_it_leaves_the_former_state(store, state_url, tmp_path, clock):
    await crowd(store, 20_000)
    backup = tmp_path / "a.backup"
    await back_up(state_url, backup, clock)
    await add_feed(Feeds(store, clock), clock() + timedelta(days=3650))
    before = await rows_of(store)
    path = tmp_path / "state.db"
    folder = path.parent if state_url.startswith("sqlite") else tmp_path / "data"
    (tmp_path / "data").mkdir()

    def begun_to() -> bool:
        return any(each.name.endswith(".paperboy-new-wal") for each in folder.iterdir())

    outcomes = set()
    for pause in (0.0, 0.2, 0.35):
        await asyncio.to_thread(
            kill,
            ["restore", str(backup), "--yes", "--without-deletions"],
            tmp_path,
            state_url,
            begun_to,
            pause,
        )
        now = await rows_of(store)
        outcomes.add("former" if now == before else "restored")
        if now != before:
            assert len(now["votes"]) == 20_000
            assert now["feeds"] == []
    assert "former" in outcomes
    done = await put_back(backup, state_url, clock)
    assert done.about.rows["votes"] == 20_000


async def test_a_state_that_cannot_be_read_is_kept_aside(tmp_path, clock):
    url, path = f"sqlite:///{tmp_path / 'state.db'}", tmp_path / "state.db"
    async with opened(url) as store:
        await store.migrate()
        await crowd(store, 3)
    await back_up(url, tmp_path / "a.backup", clock)
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    assert await holds_anything(url)
    restored = await put_back(tmp_path / "a.backup", url, clock)
    assert restored.kept_aside is not None
    assert restored.kept_aside.stat().st_size == 5_016
    async with opened(url) as store:
        assert len((await rows_of(store))["votes"]) == 3


async def test_another_programs_file_is_left_untouched(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'state.db'}"
    async with opened(url) as store:
        await store.migrate()
    await back_up(url, tmp_path / "a.backup", clock)
    theirs = tmp_path / "theirs.db"
    with closing(sqlite3.connect(theirs)) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    before = theirs.read_bytes()
    with pytest.raises(SettingsError, match="is another program's: it holds photos"):
        await put_back(tmp_path / "a.backup", f"sqlite:///{theirs}", clock)
    assert theirs.read_bytes() == before


async def test_what_came_out_before_the_restore_is_news_to_nobody(store, state_url, tmp_path, clock, catalog):
    """Not even where the catalog hears of it only now: the lost state may have told of it."""
    followings = Followings(store, clock)
    plan = InboxPlan(Way.MESSAGE, Pace.COME, clock().time(), "UTC", 0)
    await Inboxes(store, clock, next_letter).begin(ANN, plan)
    await followings.add(ANN, Kind.TOPIC, "agents", "agents")
    await back_up(state_url, tmp_path / "a.backup", clock)
    clock.move(days=3)
    await put_back(tmp_path / "a.backup", state_url, clock, catalog=catalog)
    days = {"2601.10001": clock().date() - timedelta(days=1), "2601.10002": clock().date()}
    late = [Paper(id=each, title="Agents that trade", published=day) for each, day in days.items()]
    with closing(Library(catalog)) as library:
        await put_in(library, late)
        boxes = Inboxes(store, clock, next_letter)
        finder = Finder(
            catalog=library.background,
            followings=followings,
            inboxes=boxes,
            lists=ReadingLists(store, clock),
            clock=clock,
        )
        assert await finder.look() == 1
    assert [found.match.paper_id for found in await boxes.waiting(ANN)] == ["2601.10002"]
