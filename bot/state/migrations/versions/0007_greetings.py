"""The commands' ids for clickable mentions, and the servers that were greeted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Ids of commands, and the servers that were said hello to."""
    op.add_column("synced_commands", sa.Column("ids", sa.Text))
    op.create_table(
        "greeted",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_greeted"),
    )
    op.create_table(
        "begun",
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_begun"),
    )
