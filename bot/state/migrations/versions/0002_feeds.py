"""The daily feeds, their deliveries, and the papers that a channel had."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Feeds, their deliveries, and the papers that channels had."""
    op.create_table(
        "feeds",
        sa.Column("id", _ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("at", sa.Time, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("weekdays", sa.Integer, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("papers", sa.Integer, nullable=False),
        sa.Column("thread", sa.Boolean, nullable=False),
        sa.Column("publish", sa.Boolean, nullable=False),
        sa.Column("ping_role_id", sa.BigInteger),
        sa.Column("tag_id", sa.BigInteger),
        sa.Column("created_by", sa.BigInteger, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("next_due_at", _INSTANT),
        sa.Column("paused_at", _INSTANT),
        sa.Column("paused_reason", sa.Text),
        sa.Column("gone_at", _INSTANT),
        sa.Column("gone", sa.String(8)),
        sa.Column("tell_from", _INSTANT),
        sa.Column("told_exhausted", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("draft", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("draft", name="uq_feeds_draft"),
        sqlite_autoincrement=True,
    )
    for column in ("guild_id", "channel_id", "next_due_at", "gone_at", "tell_from"):
        op.create_index(f"ix_feeds_{column}", "feeds", [column])
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("feed_id", sa.BigInteger, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("channel_kind", sa.String(8), nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(9), nullable=False),
        sa.Column("picks", sa.Text),
        sa.Column("owner", sa.String(64)),
        sa.Column("wake_at", _INSTANT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_attempt_at", _INSTANT),
        sa.Column("unsure_since", _INSTANT),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("message_channel_id", sa.BigInteger),
        sa.Column("thread_due", sa.Boolean, nullable=False),
        sa.Column("publish_due", sa.Boolean, nullable=False),
        sa.Column("sent_at", _INSTANT),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("feed_id", "local_date", name="uq_deliveries_feed_id_local_date"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_channel_id", "deliveries", ["channel_id"])
    op.create_index("ix_deliveries_wake_at", "deliveries", ["wake_at"])
    op.create_table(
        "delivered",
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("local_date", sa.Date, nullable=False),
        sa.Column("delivery_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("message_channel_id", sa.BigInteger),
        sa.Column("delivered_at", _INSTANT),
        sa.PrimaryKeyConstraint("channel_id", "paper_id", name="pk_delivered"),
    )
    op.create_index("ix_delivered_guild_id", "delivered", ["guild_id"])
    op.create_index("ix_delivered_delivery_id", "delivered", ["delivery_id"])
