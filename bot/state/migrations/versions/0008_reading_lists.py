"""Reading lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_row_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Lists, the papers on them, and how far people have read."""
    op.create_table(
        "lists",
        sa.Column("id", _row_id, nullable=False),
        sa.Column("owner_kind", sa.String(8), nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.String(128), nullable=False),
        sa.Column("edit_role_id", sa.BigInteger),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lists"),
        sa.UniqueConstraint(
            "owner_kind", "owner_id", "name_key", name="uq_lists_owner_kind_owner_id_name_key"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "saved",
        sa.Column("list_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("record", sa.Text),
        sa.Column("added_by", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "paper_id", name="pk_saved"),
    )
    op.create_index("ix_saved_paper_id", "saved", ["paper_id"])
    op.create_index("ix_saved_added_by", "saved", ["added_by"])
    op.create_table(
        "reading",
        sa.Column("person_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("paper_id", sa.String(64), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "paper_id", name="pk_reading"),
    )
