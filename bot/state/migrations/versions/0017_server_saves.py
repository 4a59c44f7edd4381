"""Saves that count in a server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Who saved which paper in a server."""
    op.create_table(
        "server_saves",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("saved_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "paper_id", "person_id", name="pk_server_saves"),
    )
    for column in ("person_id", "paper_id"):
        op.create_index(f"ix_server_saves_{column}", "server_saves", [column])
