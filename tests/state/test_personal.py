"""What the state holds about a person: all of it is shown, and all of it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, insert, select
from sqlalchemy import types as sql

from bot.reasons import Code, reason
from bot.state.all_tables import metadata
from bot.state.columns import Instant, Typed, Weekdays, Why
from bot.state.feeds import Feeds
from bot.state.personal import People
from bot.state.store import Store
from bot.state.table_base import NOBODY
from tests.state.examples import add_feed
from tests.support.time import SettableClock

ANN, BOB = 700_000_000_000_000_001, 700_000_000_000_000_002
_NAMES_A_PERSON = re.compile(r"person|user|member|voter|(created|added|owned|shared|asked)_by|owner_id")
MARKED = [column for table in metadata.sorted_tables for column in table.columns if column.info.get("person")]


def example(column: Column[Any], number: int) -> Any:
    """A value that the column takes."""
    kind = column.type
    if isinstance(kind, Weekdays):
        return frozenset({0})
    if isinstance(kind, Why):
        return reason(Code.TOO_LATE)
    if isinstance(kind, Instant):
        return datetime(2026, 1, 1, tzinfo=UTC)
    if isinstance(kind, sql.Boolean):
        return False
    if isinstance(kind, sql.Date):
        return date(2026, 1, 1)
    if isinstance(kind, sql.Time):
        return time(9)
    if isinstance(kind, (sql.String, Typed)):
        return f"{number}"
    return number


def row_of(table: Table, number: int, person: int) -> Mapping[str, Any]:
    """A row about `person` where the table has a column for that."""
    values = {column.name: example(column, number) for column in table.columns}
    for column in table.columns:
        says = column.info.get("person")
        if says is not None:
            values[column.name] = person
            if says.where:
                values[says.where[0]] = says.where[1]
    return values


@pytest.fixture
async def people(store: Store) -> People:
    """Every table has a row about Ann and one about Bob, as far as it has any about people."""

    def fill(connection: Connection) -> None:
        for table in metadata.sorted_tables:
            for number, person in enumerate((ANN, BOB), 1):
                connection.execute(insert(table).values(row_of(table, number, person)))

    await store.write(fill)
    return People(store)


async def everything(store: Store) -> dict[str, list[Any]]:
    return await store.read(
        lambda connection: {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }
    )


def test_every_column_that_may_name_a_person_is_marked() -> None:
    named = {
        str(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if _NAMES_A_PERSON.search(column.name)
    }
    assert named == {str(column) for column in MARKED}


def test_what_the_documentation_says_of_people_is_what_is_marked() -> None:
    for table in metadata.sorted_tables:
        marked = any(
            column.info.get("person") or column.info.get("part_of") is not None for column in table.columns
        )
        says_something = not table.info["person"].startswith("nothing")
        # `parked` holds what somebody typed, without by whom; `mail_asked` hashes by which nobody is found.
        assert says_something == marked or table.name in ("parked", "mail_asked"), table.name


async def test_all_that_names_a_person_is_shown_to_them(people: People) -> None:
    shown = await people.about(ANN)
    assert set(shown) == {column.table.name for column in MARKED}
    assert str(BOB) not in str(shown)
    assert await people.about(BOB + 1) == {}


async def test_nothing_of_a_person_is_left_and_all_of_others_stays(people: People, store: Store) -> None:
    before = await everything(store)
    assert set(await people.forget(ANN)) == {column.table.name for column in MARKED}
    after = await everything(store)
    assert str(ANN) not in str(after)
    assert str(after).count(str(BOB)) == str(before).count(str(BOB)) > 0
    assert await people.about(ANN) == {}
    assert await people.forget(ANN) == {}
    untouched = set(before) - {column.table.name for column in MARKED}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}


async def test_a_daily_paper_stays_without_the_name(people: People, store: Store) -> None:
    await people.forget(ANN)
    feeds = metadata.tables["feeds"]
    rows = await store.read(lambda connection: connection.scalars(select(feeds.c.created_by)).all())
    assert sorted(rows) == [NOBODY, BOB]


async def test_a_server_with_the_number_of_a_person_keeps_its_papers(store: Store) -> None:
    written = metadata.tables["written"]
    row = {**row_of(written, 1, ANN), "owner_kind": "server"}
    await store.write(lambda connection: connection.execute(insert(written).values(row)))
    assert await People(store).about(ANN) == {}
    assert await People(store).forget(ANN) == {}


async def test_whoever_next_changes_a_nameless_daily_paper_is_told_of_it_from_then_on(
    store: Store, clock: SettableClock
) -> None:
    feeds = Feeds(store, clock)
    feed = await add_feed(feeds, clock())
    assert feed.created_by == 30
    kept = await feeds.resume(feed.id, next_due_at=clock(), by=BOB)
    assert kept is not None
    assert kept.created_by == 30, "whoever set it up stays"
    await People(store).forget(30)
    for by in (BOB, ANN):
        changed = await feeds.change(feed.id, feed.plan, next_due_at=clock(), by=by)
        assert changed is not None
        assert changed.created_by == BOB


async def test_a_persons_lists_go_with_all_that_is_on_them_and_a_servers_stay(store: Store) -> None:
    tables = metadata.tables

    def fill(connection: Connection) -> None:
        for list_id, kind, owner in ((1, "person", ANN), (2, "server", ANN), (3, "person", BOB)):
            named = {"id": list_id, "owner_kind": kind, "owner_id": owner}
            connection.execute(insert(tables["lists"]).values({**row_of(tables["lists"], 1, 0), **named}))
            line = {"list_id": list_id, "added_by": ANN}
            connection.execute(insert(tables["saved"]).values({**row_of(tables["saved"], 1, 0), **line}))

    await store.write(fill)
    assert {name: len(rows) for name, rows in (await People(store).about(ANN)).items()} == {
        "lists": 1,
        "saved": 3,
    }
    await People(store).forget(ANN)
    left = select(tables["saved"].c.list_id, tables["saved"].c.added_by)
    rows = await store.read(lambda connection: connection.execute(left).all())
    assert sorted(map(tuple, rows)) == [(2, NOBODY), (3, NOBODY)]
