"""The papers that members added, and who may add in a server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Papers that members added, and who may."""
    op.create_table(
        "added",
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name="pk_added"),
    )
    op.create_table(
        "add_rules",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("who", sa.String(16), nullable=False),
        sa.Column("role_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("guild_id", name="pk_add_rules"),
    )
