"""Rows of reading lists within a transaction: whose they are, how many there may be, who holds them."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, text

from bot.errors import UserError
from bot.paper.cleaning import collapse, visible
from bot.readers import lists as limits
from bot.readers.lists import LONGEST_NAME, Line, ReadingList
from bot.readers.owner import Kind, Owner
from bot.state.inserting import insert_new
from bot.state.reader_tables import lists, saved


def make_list(
    connection: Connection,
    owner: Owner,
    name: str,
    now: datetime,
    edit_role_id: int | None = None,
    by: int | None = None,
) -> ReadingList | None:
    """A new one; None where there is one of this name. UserError where there are too many."""
    hold_owner(connection, owner)
    count = connection.scalar(select(func.count()).select_from(lists).where(owned(owner)))
    if (count or 0) >= limits.MOST_LISTS:
        most = limits.MOST_LISTS
        raise UserError(f"There is room for {most} lists. Delete one with `/list delete` first.")
    row: dict[str, Any] = {
        "owner_kind": owner.kind.value,
        "owner_id": owner.id,
        "name": name,
        "name_key": key_of(name),
        "edit_role_id": edit_role_id,
        "used_at": now,
        "created_by": by if owner.kind is Kind.SERVER else None,
    }
    made = insert_new(connection, lists, [row])
    return ReadingList(made[0].id, owner, name, 0, edit_role_id, row["created_by"]) if made else None


def key_of(name: str) -> str:
    """What two names that are one have in common."""
    return collapse(unicodedata.normalize("NFKC", name)).casefold()[:128]


def readable_name(name: str) -> str:
    """As it is kept; UserError where it can't be one."""
    readable = collapse(visible(name))
    if not readable or not key_of(readable):
        raise UserError("A list needs a name. Give it one such as `To read`.")
    if len(readable) > LONGEST_NAME:
        raise UserError(f"A list's name can have up to {LONGEST_NAME} characters.")
    return readable


def owned(owner: Owner) -> ColumnElement[bool]:
    """Of lists those of `owner`."""
    return and_(lists.c.owner_kind == owner.kind.value, lists.c.owner_id == owner.id)


def ids_of(owner: Owner) -> Any:
    """The ids of their lists."""
    return select(lists.c.id).where(owned(owner))


def this_line(line: Line) -> ColumnElement[bool]:
    """Of saved papers this one."""
    return and_(saved.c.list_id == line.list_id, saved.c.paper_id == line.paper_id)


def lists_of(connection: Connection, where: ColumnElement[bool]) -> list[ReadingList]:
    """The list that was last saved to first."""
    papers = select(func.count()).where(saved.c.list_id == lists.c.id).scalar_subquery()
    query = select(lists, papers.label("papers")).where(where).order_by(lists.c.used_at.desc(), lists.c.id)
    return [_list(row) for row in connection.execute(query)]


def hold(connection: Connection, on: ReadingList) -> None:
    """Nobody deletes the list before this transaction ends; UserError where somebody has."""
    if connection.scalar(select(lists.c.id).where(lists.c.id == on.id).with_for_update()) is None:
        raise UserError("That list was deleted meanwhile. See the lists there are with `/list show`.")


def hold_owner(connection: Connection, owner: Owner) -> None:
    """No other transaction counts and adds what this owner has before this one ends.

    SQLite has one that writes at a time by itself. Ids of people and of servers are never the same.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:owner)"), {"owner": owner.id})


def _list(row: Row[Any]) -> ReadingList:
    owner = Owner.of(row.owner_kind, row.owner_id)
    return ReadingList(row.id, owner, row.name, row.papers, row.edit_role_id, row.created_by)
