"""Column types that behave alike in SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from bot.reasons import Reason, reason_from_text
from bot.storable_text import storable

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A key that the database counts up: SQLite does that for INTEGER alone."""


class Typed(TypeDecorator[str]):
    """Text as people typed it, but for what no database takes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """See `storable`."""
        return storable(value) if value is not None else None


class Instant(TypeDecorator[datetime]):
    """An aware instant, UTC on both sides; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC. Raises ValueError for an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Weekdays(TypeDecorator[frozenset[int]]):
    """Days of the week, 0 for Monday, as the bits of a number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> int | None:
        """Bit 0 for Monday."""
        return None if value is None else sum(1 << day for day in value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> frozenset[int] | None:
        """The days whose bits are set."""
        return None if value is None else frozenset(day for day in range(7) if value >> day & 1)


class Why(TypeDecorator[Reason]):
    """A reason, as JSON text: its code and what a sentence about it needs."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Reason | None, dialect: Dialect) -> str | None:
        """As `Reason.to_text` writes it."""
        return value.to_text() if value is not None else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> Reason | None:
        """The reason that the text is of."""
        return reason_from_text(value) if value is not None else None
