"""The table of the addresses by which channels' daily papers are read outside of Discord."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from bot.state.columns import Instant
from bot.state.ended import FEED_ADDRESS
from bot.state.table_base import ended_as, metadata, told

feed_tokens = Table(
    "feed_tokens",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False, index=True),
    Column("token_hash", String(64), nullable=False, unique=True, info=ended_as(FEED_ADDRESS)),
    Column("made_at", Instant, nullable=False),
    info=told(
        holds="of the secret address of a channel's feed, made with `/daily rss`, a hash: the address itself "
        "is kept nowhere",
        person="nothing: not who asked for it",
        kept="until `/daily rss` replaces it, the channel has no daily paper any more, or 30 days after the "
        "bot or the channel has left",
    ),
)
"""`token_hash` is SHA-256 in hexadecimal: a token is random enough for that."""
