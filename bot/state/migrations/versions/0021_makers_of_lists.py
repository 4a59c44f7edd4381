"""Who made a server's list: they may delete it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Nobody is known to have made those that there are."""
    op.add_column("lists", sa.Column("created_by", sa.BigInteger))
