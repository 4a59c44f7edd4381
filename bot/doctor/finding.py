"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    WELL = "well"
    NOTE = "note"
    """Worth knowing; nothing needs doing."""
    WRONG = "wrong"
    """Something needs doing; the sentence says what."""
    SKIPPED = "skipped"
    """Could not be looked at, or need not be; the sentence says why."""


WITHOUT_DISCORD = "Not looked at: Discord has to accept the token first."
SIGNS = {Mark.WELL: "✓", Mark.NOTE: "·", Mark.WRONG: "✗", Mark.SKIPPED: "-"}


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    """Of the check."""
    mark: Mark
    says: str
    """One sentence."""


def well(name: str, says: str) -> Finding:
    """All is as it should be."""
    return Finding(name, Mark.WELL, says)


def note(name: str, says: str) -> Finding:
    """All is well, but for what is worth knowing."""
    return Finding(name, Mark.NOTE, says)


def wrong(name: str, says: str) -> Finding:
    """Something needs doing."""
    return Finding(name, Mark.WRONG, says)


def skipped(name: str, says: str) -> Finding:
    """Nobody looked."""
    return Finding(name, Mark.SKIPPED, says)
