"""The tables of e-mail: whose address, what goes there, and how far each mail has come."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
)

from bot.state.columns import Instant, RowId, Typed, Why
from bot.state.ended import MAIL
from bot.state.table_base import ended_as, metadata, person, told

mail_subscriptions = Table(
    "mail_subscriptions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("person_id", BigInteger, nullable=False, index=True, info=person(row=True)),
    Column("address", Text, nullable=False),
    Column("address_hash", String(32), nullable=False, index=True),
    Column("salt", String(32), nullable=False),
    Column("confirm_hash", String(64), index=True),
    Column("link_hash", String(64), nullable=False, unique=True, info=ended_as(MAIL)),
    Column("content", String(8), nullable=False),
    Column("text", Typed, nullable=False),
    Column("shown", Typed, nullable=False),
    Column("pace", String(8), nullable=False),
    Column("at", Time, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("next_due_at", Instant, index=True),
    Column("last_mail_at", Instant),
    Column("paused_at", Instant),
    Column("paused_reason", Why),
    sqlite_autoincrement=True,
    info=told(
        holds="the e-mail addresses that people want papers at, encrypted with the operator's key; what goes "
        "there, when, and why that is paused",
        person="the id of whose address it is, and the address",
        kept="until they unsubscribe, use `/privacy delete`, or the state is deleted; 24 hours where nobody "
        "confirms it",
    ),
)
"""One row for each address that somebody named: unconfirmed until its link was used, of confirmed ones one a
person. Ids are never used twice."""

mails = Table(
    "mails",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("subscription_id", BigInteger, nullable=False),
    Column("person_id", BigInteger, nullable=False, info=person(row=True)),
    Column("kind", String(8), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("state", String(8), nullable=False),
    Column("picks", Text),
    Column("more", Integer, nullable=False),
    Column("owner", String(64)),
    Column("wake_at", Instant, index=True),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Instant),
    Column("unsure_since", Instant),
    Column("message_id", BigInteger),
    Column("message_channel_id", BigInteger),
    Column("sent_at", Instant),
    Column("note", Why),
    Index(None, "subscription_id", "kind", "local_date", unique=True),
    sqlite_autoincrement=True,
    info=told(
        holds="the mails that were sent, and how far each has come",
        person="the id of whom it went to",
        kept="90 days; until they unsubscribe or use `/privacy delete`",
    ),
)
"""One row for each mail: a delivery, with the columns of one. `nonce` makes its Message-ID."""

mailed = Table(
    "mailed",
    metadata,
    Column("subscription_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
    Column("person_id", BigInteger, nullable=False, index=True, info=person(row=True)),
    Column("mail_id", BigInteger, nullable=False, index=True),
    Column("at", Instant, nullable=False, index=True),
    info=told(
        holds="which papers were in whose mails, so that each comes once",
        person="the id of whom they went to",
        kept="90 days; until they unsubscribe or use `/privacy delete`",
    ),
)
"""What is set aside for a mail, or was in one."""

mail_links = Table(
    "mail_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    info=told(
        holds="hashes of the links in mails, so that one of a mail that was stopped says so",
        person="nothing: not whose",
        kept="until the state is deleted",
    ),
)
"""The links by which mails were ever stopped: they work for ever."""

mail_blocks = Table(
    "mail_blocks",
    metadata,
    Column("address_hash", String(32), primary_key=True),
    Column("blocked_at", Instant, nullable=False),
    info=told(
        holds="keyed hashes of the addresses whose owners said “that wasn't me”, so that nobody has the bot "
        "write there again",
        person="nothing: not whose; without the operator's key the address can't be told from it",
        kept="until the state is deleted",
    ),
)
"""Addresses that are never written to."""

mail_asked = Table(
    "mail_asked",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("address_hash", String(32), nullable=False, index=True),
    Column("asker_hash", String(32), nullable=False, index=True),
    Column("mailed", Boolean, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    info=told(
        holds="which addresses were named lately, as keyed hashes, and whether they were written to, so that "
        "nobody has the bot send many mails to strangers",
        person="a keyed hash of who named it",
        kept="24 hours",
    ),
)
"""The day's account of unconfirmed mails. It outlives `/privacy delete`, which would otherwise void it."""
