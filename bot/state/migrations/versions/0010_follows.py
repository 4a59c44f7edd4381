"""What people follow, and the letters that tell them of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant, RowId, Typed, Why

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Follows, what they bring, how people hear of it, and the letters."""
    op.create_table(
        "follows",
        sa.Column("id", RowId, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("text", Typed, nullable=False),
        sa.Column("text_key", sa.String(128), nullable=False),
        sa.Column("shown", Typed, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("paused_until", Instant),
        sa.Column("has_code", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sa.UniqueConstraint("person_id", "kind", "text_key", name="uq_follows_person_id_kind_text_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "matches",
        sa.Column("person_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("news", sa.String(8), nullable=False),
        sa.Column("title", Typed, nullable=False),
        sa.Column("follow_id", sa.BigInteger, nullable=False),
        sa.Column("found_at", Instant, nullable=False),
        sa.Column("letter_id", sa.BigInteger),
        sa.Column("told_at", Instant),
        sa.PrimaryKeyConstraint("person_id", "paper_id", "news", name="pk_matches"),
    )
    op.create_index("ix_matches_follow_id", "matches", ["follow_id"])
    op.create_index("ix_matches_letter_id", "matches", ["letter_id"])
    op.create_table(
        "looked_at",
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name="pk_looked_at"),
    )
    op.create_index("ix_looked_at_at", "looked_at", ["at"])
    op.create_table(
        "inboxes",
        sa.Column("person_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("pace", sa.String(8), nullable=False),
        sa.Column("at", sa.Time, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.BigInteger),
        sa.Column("next_due_at", Instant),
        sa.Column("last_letter_at", Instant),
        sa.Column("paused_at", Instant),
        sa.Column("paused_reason", Why),
        sa.PrimaryKeyConstraint("person_id", name="pk_inboxes"),
    )
    op.create_index("ix_inboxes_next_due_at", "inboxes", ["next_due_at"])
    op.create_table(
        "letters",
        sa.Column("id", RowId, nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("nonce", sa.String(25), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("picks", sa.Text),
        sa.Column("more", sa.Integer, nullable=False),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("wake_at", Instant),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_attempt_at", Instant),
        sa.Column("unsure_since", Instant),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("message_channel_id", sa.BigInteger),
        sa.Column("sent_at", Instant),
        sa.Column("note", Why),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letters_wake_at", "letters", ["wake_at"])
    op.create_index("ix_letters_sent_at", "letters", ["sent_at"])
    op.create_index("ix_letters_person_id_due_at", "letters", ["person_id", "due_at"], unique=True)
