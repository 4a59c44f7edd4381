"""The tables of what people follow, what that brings, and the letters that tell them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from bot.state.columns import Instant, RowId, Typed, Why
from bot.state.table_base import metadata, person, told

follows = Table(
    "follows",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("person_id", BigInteger, nullable=False, info=person(row=True)),
    Column("kind", String(8), nullable=False),
    Column("text", Typed, nullable=False),
    Column("text_key", String(128), nullable=False),
    Column("shown", Typed, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("paused_until", Instant),
    UniqueConstraint("person_id", "kind", "text_key"),
    sqlite_autoincrement=True,
    info=told(
        holds="what people follow: topics, authors, papers, lists, what is picked for them",
        person="the id of who follows, and what",
        kept="until they stop following it, use `/privacy delete`, or the state is deleted",
    ),
)
"""What people follow. Ids are never used twice, since buttons name them for ever."""

matches = Table(
    "matches",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False, info=person(row=True)),
    Column("paper_id", String(64), primary_key=True),
    Column("news", String(8), primary_key=True),
    Column("title", Typed, nullable=False),
    Column("follow_id", BigInteger, nullable=False, index=True),
    Column("found_at", Instant, nullable=False),
    Column("letter_id", BigInteger, index=True),
    Column("told_at", Instant),
    info=told(
        holds="the new papers that somebody's follows brought, so that each comes once",
        person="the id of whom they were brought to",
        kept="until they use `/privacy delete`, or the state is deleted",
    ),
)
"""What follows brought, each news of a paper (`new`, `code`, `v2`) once a person, whatever brought it. With a
letter's id and untold it is set aside for a letter under way."""

standings = Table(
    "standings",
    metadata,
    Column("paper_id", String(64), primary_key=True),
    Column("has_code", Boolean),
    Column("version", Integer),
    info=told(
        holds="of papers that are followed or saved whether their code is known, and arXiv's latest "
        "version, so that each change is told once",
        person="nothing",
        kept="while somebody follows the paper or has it on a list",
    ),
)
"""What is known of a paper, by the id by which it is followed or saved: empty until a source has told. Who is
told of a change is looked up when it comes, so that nobody hears later of what came while they had paused."""

looked_at = Table(
    "looked_at",
    metadata,
    Column("paper_id", String(64), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    info=told(
        holds="which new papers were compared with what people follow",
        person="nothing",
        kept="60 days",
    ),
)
"""The papers that were compared with all follows: whichever process did, none does again."""

inboxes = Table(
    "inboxes",
    metadata,
    Column("person_id", BigInteger, primary_key=True, autoincrement=False, info=person(row=True)),
    Column("way", String(8), nullable=False),
    Column("pace", String(8), nullable=False),
    Column("at", Time, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("channel_id", BigInteger),
    Column("guild_id", BigInteger),
    Column("thread_id", BigInteger),
    Column("next_due_at", Instant, index=True),
    Column("last_letter_at", Instant),
    Column("paused_at", Instant),
    Column("paused_reason", Why),
    Column("retry_at", Instant),
    info=told(
        holds="how somebody hears of what they follow: where, how often, at what time; why that is paused",
        person="the id of who it is, and the direct message's or the thread's and its server's",
        kept="until they use `/privacy delete`, or the state is deleted",
    ),
)
"""How people hear of what they follow. `channel_id` is the direct message or the thread, `guild_id` its
server, `thread_id` the thread that they had last, to be used again. `next_due_at` is when their next letter
may go; empty while there is nothing to tell. `retry_at` is set where Discord would not have the
message that opens all: from then on a letter tries again, for the second time."""

letters = Table(
    "letters",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("person_id", BigInteger, nullable=False, info=person(row=True)),
    Column("due_at", Instant, nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("state", String(8), nullable=False),
    Column("picks", Text),
    Column("more", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),
    Column("owner", String(64)),
    Column("wake_at", Instant, index=True),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Instant),
    Column("unsure_since", Instant),
    Column("message_id", BigInteger),
    Column("message_channel_id", BigInteger),
    Column("sent_at", Instant, index=True),
    Column("note", Why),
    Index(None, "person_id", "due_at", unique=True),
    sqlite_autoincrement=True,
    info=told(
        holds="the messages that told people of new papers, and how far each has come",
        person="the id of whom it went to",
        kept="90 days; until they use `/privacy delete`",
    ),
)
"""One row for each message to a person: a delivery, with the columns of one. `more` papers are in it beside
those that it shows; `refusals` counts how often Discord would not have it."""
