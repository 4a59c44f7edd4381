"""Readwise Reader's documents, as its API lists them: https://readwise.io/reader_api

`url` is the document's page for its reader alone, `source_url` where it was found, `location` how far it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_KEYS = frozenset({"source_url", "location", "reading_progress"})
"""What together no other program's records have."""
_ON_ANOTHER = frozenset({"highlight", "note"})


def is_document(record: Mapping[str, Any]) -> bool:
    """Whether a record is Readwise Reader's."""
    return record.keys() >= _KEYS


def is_on_another(record: Mapping[str, Any]) -> bool:
    """Whether it is no document, but a highlight or a note in one."""
    return is_document(record) and record.get("category") in _ON_ANOTHER


def in_common_names(record: Mapping[str, Any]) -> dict[str, Any]:
    """A document under names that mean here what they mean in other programs' records."""
    published = record.get("published_date")
    return {
        **{key: value for key, value in record.items() if key not in ("id", "category", "source_url")},
        "url": record.get("source_url"),
        "status": record.get("location"),
        "saved_at": record.get("saved_at") or record.get("created_at"),
        "published_date": _day(published) if isinstance(published, int | float) else published,
    }


def _day(milliseconds: float) -> str | None:
    """The day of an instant in milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(milliseconds / 1_000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
