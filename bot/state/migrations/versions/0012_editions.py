"""Weekly digests, and channels that learn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Feeds are daily until an admin says otherwise, and learn from nothing."""
    op.add_column("feeds", sa.Column("edition", sa.String(8), nullable=False, server_default="daily"))
    op.add_column("feeds", sa.Column("learn", sa.Boolean, nullable=False, server_default=sa.false()))
