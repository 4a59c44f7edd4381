"""Values that are stored by name, and may come from a newer version."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Stored(StrEnum):
    """What this version does not know is read as the member UNKNOWN."""

    @classmethod
    def _missing_(cls, value: object) -> Self:
        return cls["UNKNOWN"]
