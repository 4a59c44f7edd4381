"""When the counts of votes on a message were last drawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """When the counts on messages were last drawn."""
    op.create_table(
        "vote_edits",
        sa.Column("message_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_vote_edits"),
    )
