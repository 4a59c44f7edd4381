"""All of the state store's tables, which the migrations in `migrations/` build; a test keeps the two equal.

Whoever needs every table imports `metadata` from here.
"""

from __future__ import annotations

# Each family makes itself known as it is imported.
from bot.state import feed_token_table, inbox_tables, mail_tables, reader_tables, tables  # noqa: F401
from bot.state.table_base import metadata as metadata
