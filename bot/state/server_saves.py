"""Saves that count for the server in which they were made, within a transaction that changes the lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select

from bot.readers.owner import Kind, Owner
from bot.state.inserting import insert_new
from bot.state.reader_tables import lists, saved, server_saves
from bot.state.renaming import rename
from bot.state.saved_rows import parts


def count_in(
    connection: Connection, guild_id: int, person: int, paper_ids: Iterable[str], now: datetime
) -> None:
    """The person saved the papers of these lines in that server; what counts already stays as it is."""
    rows = [
        {"guild_id": guild_id, "paper_id": each, "person_id": person, "saved_at": now}
        for each in dict.fromkeys(paper_ids)
    ]
    for some in parts(rows):
        insert_new(connection, server_saves, some)


def let_go(connection: Connection, owner: Owner, paper_ids: Sequence[str]) -> None:
    """These have left a list of `owner`: a save that nobody keeps any more counts no longer.

    One is kept by its person's own lists, and by the line that they put on a list of the server.
    """
    of_owner = server_saves.c.person_id if owner.kind is Kind.PERSON else server_saves.c.guild_id
    for some in parts(paper_ids):
        these = and_(of_owner == owner.id, server_saves.c.paper_id.in_(some))
        connection.execute(delete(server_saves).where(these, ~_is_kept()))


def follow_saves(connection: Connection, list_id: int, former: str, current: str) -> None:
    """The paper has another id on that list: saves go along of those whose line was that one.

    On a server's list it was that of all who saved the paper there, but for those who have a line of their
    own. Saves stay, too, of those who have a line with the former id still.
    """
    on = connection.execute(select(lists.c.owner_kind, lists.c.owner_id).where(lists.c.id == list_id)).first()
    if on is None:
        return
    if on.owner_kind == Kind.PERSON.value:
        theirs, is_kept = server_saves.c.person_id == on.owner_id, _is_kept()
    else:
        theirs = and_(server_saves.c.guild_id == on.owner_id, ~_on_a_list(_own()))
        is_kept = _on_a_list(_of_server())
    rename(connection, server_saves, former, current, theirs, stays=is_kept)


def _is_kept() -> ColumnElement[bool]:
    put_there = and_(_of_server(), saved.c.added_by == server_saves.c.person_id)
    return _on_a_list(or_(_own(), put_there))


def _on_a_list(where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a line with the id of the save is on such a list."""
    line = and_(saved.c.list_id == lists.c.id, saved.c.paper_id == server_saves.c.paper_id)
    return exists().where(line, where)


def _own() -> ColumnElement[bool]:
    return and_(lists.c.owner_kind == Kind.PERSON.value, lists.c.owner_id == server_saves.c.person_id)


def _of_server() -> ColumnElement[bool]:
    return and_(lists.c.owner_kind == Kind.SERVER.value, lists.c.owner_id == server_saves.c.guild_id)
