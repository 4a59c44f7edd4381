"""Private threads of readers, and their servers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """A thread that somebody had is used again, and shows nothing that its server hides."""
    op.add_column("inboxes", sa.Column("guild_id", sa.BigInteger))
    op.add_column("inboxes", sa.Column("thread_id", sa.BigInteger))
    op.execute("UPDATE inboxes SET thread_id = channel_id WHERE way = 'thread'")
