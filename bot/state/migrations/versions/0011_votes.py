"""Thumbs up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Who likes which paper in a server."""
    op.create_table(
        "votes",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("voted_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "paper_id", "person_id", name="pk_votes"),
    )
    op.create_index("ix_votes_person_id", "votes", ["person_id"])
