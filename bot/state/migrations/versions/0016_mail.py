"""E-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant, RowId, Typed, Why

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Whose address, what goes there, the mails, and what is never written to."""
    _subscriptions()
    _mails()
    op.create_table(
        "mail_links",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_mail_links"),
    )
    op.create_table(
        "mail_blocks",
        sa.Column("address_hash", sa.String(32), nullable=False),
        sa.Column("blocked_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name="pk_mail_blocks"),
    )
    op.create_table(
        "mail_asked",
        sa.Column("id", RowId, nullable=False),
        sa.Column("address_hash", sa.String(32), nullable=False),
        sa.Column("asker_hash", sa.String(32), nullable=False),
        sa.Column("mailed", sa.Boolean, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_asked"),
    )
    for column in ("address_hash", "asker_hash", "at"):
        op.create_index(f"ix_mail_asked_{column}", "mail_asked", [column])


def _subscriptions() -> None:
    op.create_table(
        "mail_subscriptions",
        sa.Column("id", RowId, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_hash", sa.String(32), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("confirm_hash", sa.String(64)),
        sa.Column("link_hash", sa.String(64), nullable=False),
        sa.Column("content", sa.String(8), nullable=False),
        sa.Column("text", Typed, nullable=False),
        sa.Column("shown", Typed, nullable=False),
        sa.Column("pace", sa.String(8), nullable=False),
        sa.Column("at", sa.Time, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("confirmed_at", Instant),
        sa.Column("next_due_at", Instant),
        sa.Column("last_mail_at", Instant),
        sa.Column("paused_at", Instant),
        sa.Column("paused_reason", Why),
        sa.PrimaryKeyConstraint("id", name="pk_mail_subscriptions"),
        sa.UniqueConstraint("link_hash", name="uq_mail_subscriptions_link_hash"),
        sqlite_autoincrement=True,
    )
    for column in ("person_id", "address_hash", "confirm_hash", "next_due_at"):
        op.create_index(f"ix_mail_subscriptions_{column}", "mail_subscriptions", [column])


def _mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", RowId, nullable=False),
        sa.Column("subscription_id", sa.BigInteger, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("picks", sa.Text),
        sa.Column("more", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("wake_at", Instant),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_attempt_at", Instant),
        sa.Column("unsure_since", Instant),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("message_channel_id", sa.BigInteger),
        sa.Column("sent_at", Instant),
        sa.Column("note", Why),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mails_wake_at", "mails", ["wake_at"])
    unique = ["subscription_id", "kind", "local_date"]
    op.create_index("ix_mails_subscription_id_kind_local_date", "mails", unique, unique=True)
    op.create_table(
        "mailed",
        sa.Column("subscription_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("mail_id", sa.BigInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", "paper_id", name="pk_mailed"),
    )
    for column in ("person_id", "mail_id", "at"):
        op.create_index(f"ix_mailed_{column}", "mailed", [column])
