"""What was picked for people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The papers that were picked for a person, and which of them they refused."""
    op.create_table(
        "picked",
        sa.Column("person_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("because", sa.String(64)),
        sa.Column("refused", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "paper_id", name="pk_picked"),
    )
