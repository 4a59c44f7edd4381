"""What was deleted since a backup, deleted again in what is restored of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, delete, select

from bot.backup.deletion_keys import hashed
from bot.backup.deletions import BLOCK, PAPER, PAPER_BACK, PERSON, Deletion
from bot.clock import Clock
from bot.state.all_tables import metadata
from bot.state.ended import FEED_ADDRESS, MAIL
from bot.state.personal import People
from bot.state.removed import RemovedPapers
from bot.state.store import Store
from bot.state.subscriptions import block, end_linked, keep_links
from bot.state.table_base import NOBODY


@dataclass(frozen=True, slots=True)
class DeletedAgain:
    people: int
    """Whose data was deleted since."""
    mails: int
    """Addresses whose mails were stopped since."""
    feed_addresses: int
    """Secret ones that were replaced since, or ended with their channel's last daily paper."""
    papers: int
    """That the operator took out since."""


_WAYS: Final[Mapping[str, Callable[[Connection, str], int]]] = {MAIL: end_linked}
"""By kind how something ends that is more than a row."""


async def delete_again(
    store: Store, clock: Clock, deletions: Sequence[Deletion], keys: Sequence[bytes]
) -> DeletedAgain:
    """Delete what these name, each of them hashed with one of `keys`."""
    await store.write(keep_links)
    people = await _forget(store, deletions, keys)
    ended = await store.write(lambda connection: _end(connection, deletions, keys))
    papers = await _remove(store, clock, deletions)
    return DeletedAgain(people, ended[MAIL], ended[FEED_ADDRESS], papers)


async def _forget(store: Store, deletions: Sequence[Deletion], keys: Sequence[bytes]) -> int:
    """Delete what is kept of people who had it deleted; how many that are."""
    gone = {each.of for each in deletions if each.kind == PERSON}
    if not gone:
        return 0
    people = People(store)
    everybody = await store.read(_everybody)
    found = [person for person in everybody if any(hashed(key, PERSON, str(person)) in gone for key in keys)]
    for person in found:
        await people.forget(person)
    return len(found)


def _end(connection: Connection, deletions: Sequence[Deletion], keys: Sequence[bytes]) -> Counter[str]:
    """End what was ended, of whatever table marks it, and block who was blocked; by kind how many."""
    gone = {(each.kind, each.of) for each in deletions}
    ended: Counter[str] = Counter()
    for column in _names_of_what_ends():
        kind = column.info["ended_as"]
        for name in connection.scalars(select(column)).all():
            if any((kind, hashed(key, kind, name)) in gone for key in keys):
                ended[kind] += _ended(connection, column, name)
    for each in deletions:
        if each.kind == BLOCK:
            block(connection, each.of, each.at)
    return ended


def _ended(connection: Connection, column: Column[Any], name: str) -> int:
    if way := _WAYS.get(column.info["ended_as"]):
        return way(connection, name)
    return connection.execute(delete(column.table).where(column == name)).rowcount


def _names_of_what_ends() -> list[Column[Any]]:
    return [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info.get("ended_as") is not None
    ]


def _everybody(connection: Connection) -> set[int]:
    found: set[int] = set()
    for table, column, where in _columns_of_people():
        this = select(column).distinct()
        found |= set(connection.scalars(this.where(table.c[where[0]] == where[1]) if where else this))
    return found - {NOBODY}


def _columns_of_people() -> list[tuple[Table, Any, tuple[str, str] | None]]:
    return [
        (table, column, says.where)
        for table in metadata.sorted_tables
        for column in table.columns
        if (says := column.info.get("person")) is not None
    ]


async def _remove(store: Store, clock: Clock, deletions: Sequence[Deletion]) -> int:
    """Take out again what the operator took out; how many papers stay out for it."""
    kept, out = RemovedPapers(store, clock), set()
    for each in deletions:
        if each.kind == PAPER:
            await kept.remove(each.of, each.title, each.also)
            out.add(each.of)
        elif each.kind == PAPER_BACK:
            await kept.undo(each.of)
            out.discard(each.of)
    return len(out)
