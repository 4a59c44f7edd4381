"""Versions of followed papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """The version that a follower of a paper knows: unknown at first, so that the first sight is no news."""
    op.add_column("follows", sa.Column("version", sa.Integer))
