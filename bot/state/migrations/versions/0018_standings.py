"""News of papers on reading lists, and first messages that were refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.state.columns import Instant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """What is known of a paper is the same for all who follow it or have it on a list."""
    op.create_table(
        "standings",
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("has_code", sa.Boolean),
        sa.Column("version", sa.Integer),
        sa.PrimaryKeyConstraint("paper_id", name="pk_standings"),
    )
    # Each follow knew that by itself: what the latest of them knew is known.
    op.execute(
        "INSERT INTO standings (paper_id, has_code, version)"
        " SELECT text, max(CASE WHEN has_code THEN 1 ELSE 0 END) = 1, max(version)"
        " FROM follows WHERE kind = 'paper' GROUP BY text"
    )
    op.drop_column("follows", "has_code")
    op.drop_column("follows", "version")
    op.add_column("inboxes", sa.Column("retry_at", Instant))
