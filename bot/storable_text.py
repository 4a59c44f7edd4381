"""Text that others wrote, as every database, file and answer takes it."""

from __future__ import annotations


def storable(text: str) -> str:
    """Without NUL, and with a question mark for each half of a surrogate pair: JSON can name both."""
    return text.replace("\0", "").encode(errors="replace").decode()
