"""What people wrote themselves, what a server hides, what the operator removed; parked text ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Papers as people wrote them, hidden and removed ones."""
    op.add_column("added", sa.Column("origin", sa.String(1)))
    op.create_table(
        "written",
        sa.Column("owner_kind", sa.String(8), nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("own_id", sa.String(64), nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("owner_kind", "owner_id", "paper_id", name="pk_written"),
    )
    op.create_table(
        "hidden",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("hidden_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "paper_id", name="pk_hidden"),
    )
    op.create_table(
        "removed",
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("removed_as", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("removed_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name="pk_removed"),
    )
    op.create_index("ix_removed_removed_as", "removed", ["removed_as"])
    # Nobody knows when the buttons of what is there were last pressed: their time begins now.
    op.execute("UPDATE parked SET parked_at = CURRENT_TIMESTAMP")
