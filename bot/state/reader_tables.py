"""The tables of readers: their lists, what stands on them, how far they have read."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, UniqueConstraint

from bot.state.columns import Instant, RowId, Typed
from bot.state.table_base import metadata, part_of, person, told

lists = Table(
    "lists",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("owner_kind", String(8), nullable=False),
    Column("owner_id", BigInteger, nullable=False, info=person(row=True, where=("owner_kind", "person"))),
    Column("name", Typed, nullable=False),
    Column("name_key", String(128), nullable=False),
    Column("edit_role_id", BigInteger),
    Column("used_at", Instant, nullable=False),
    Column("created_by", BigInteger, info=person(row=False)),
    UniqueConstraint("owner_kind", "owner_id", "name_key"),
    sqlite_autoincrement=True,
    info=told(
        holds="reading lists: their names, when a paper was last saved there, and for a server's the role "
        "that may edit it and who made it, so that they may delete it",
        person="of a person's own list the id of who has it, and its name; of a server's the id "
        "of who made it",
        kept="until the list is deleted, its person uses `/privacy delete`, or the state is deleted; a "
        "server's without the id of who made it from then on",
    ),
)
"""Reading lists of a `person` or a `server`. Ids are never used twice, since buttons name them for ever."""

saved = Table(
    "saved",
    metadata,
    Column("list_id", BigInteger, primary_key=True, autoincrement=False, info=part_of(lists.c.id)),
    Column("paper_id", String(64), primary_key=True),
    Column("title", Typed, nullable=False),
    Column("record", Typed),
    Column("added_by", BigInteger, nullable=False, info=person(row=False)),
    Column("note", Typed, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Index(None, "paper_id"),
    Index(None, "added_by"),
    info=told(
        holds="the papers on reading lists, each with a note",
        person="the id of who saved the paper, and what they noted",
        kept="until the paper is removed from the list, the list is deleted, or the state is deleted; on a "
        "person's own list until they use `/privacy delete`, on a server's without their id from then on",
    ),
)
"""The papers on each list, by id and title, so that a catalog built anew loses none; `record` is the paper
itself where no catalog has it. A note on a server's list is everybody's."""

reading = Table(
    "reading",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False, info=person(row=True)),
    Column("paper_id", String(64), primary_key=True),
    Column("status", String(8), nullable=False),
    Column("changed_at", Instant, nullable=False),
    info=told(
        holds="which saved papers somebody is reading or has read",
        person="the id of who reads",
        kept="until they change it back to unread, use `/privacy delete`, or the state is deleted",
    ),
)
"""How far a person is with a paper, whichever lists it is on; a paper without a row is to be read."""

votes = Table(
    "votes",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False, info=person(row=True)),
    Column("voted_at", Instant, nullable=False),
    Index(None, "person_id"),
    info=told(
        holds="who likes which paper in a server; shown are counts alone",
        person="the id of who likes it",
        kept="until they take it back, use `/privacy delete`, or the state is deleted",
    ),
)
"""The thumbs up of a server's members, one a person and paper."""

vote_edits = Table(
    "vote_edits",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("edited_at", Instant, nullable=False),
    info=told(
        holds="which messages were edited just now to show how many like a paper, so that edits are few",
        person="nothing",
        kept="a minute, until the next is edited",
    ),
)
"""When the counts on messages were last drawn: two processes that have one's presses share one distance."""

server_saves = Table(
    "server_saves",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
    Column("person_id", BigInteger, primary_key=True, autoincrement=False, info=person(row=True)),
    Column("saved_at", Instant, nullable=False),
    Index(None, "person_id"),
    Index(None, "paper_id"),
    info=told(
        holds="who saved which paper while in a server; shown are counts alone, and none below three people",
        person="the id of who saved it",
        kept="until they remove the paper from their lists, use `/privacy delete`, or the state is deleted; "
        "of one that they put on a list of the server until it leaves that",
    ),
)
"""The saves of a server's members, one a person and paper, by the id that its line has. Which of their lists
the line is on, is nobody's business there."""

picked = Table(
    "picked",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False, info=person(row=True)),
    Column("paper_id", String(64), primary_key=True),
    Column("day", Date, nullable=False),
    Column("place", Integer, nullable=False),
    Column("because", String(64)),
    Column("refused", Boolean, nullable=False),
    info=told(
        holds="which papers `/paper for-me` picked for somebody, so that none comes on another day, and "
        "which of them were not for them",
        person="the id of whom they were picked for",
        kept="until they use `/privacy delete`, or the state is deleted",
    ),
)
"""The papers picked for a person, with the day and the place on it, and the liked paper `because` of which
each was; those `refused` say what they dislike."""
