"""Recipients that are refused one after the other with the same words: then it is us, whatever they say."""

from __future__ import annotations

import re
from typing import Final

ENOUGH: Final = 3
"""Different recipients in a row: a list has a dead address or two."""
SEVERAL: Final = "several recipients in a row: "
"""Begins what is kept, and logged, of such a refusal."""
_VARIES = re.compile(r"\S*\d\S*")
"""What has a digit may differ with each mail: codes (the same in all where they matter), times, queue ids."""


def alike(words: str, address: str = "") -> str:
    """What stays the same from one mail to the next of what a server says to an address, for comparing."""
    words = words.removeprefix(SEVERAL)
    if domain := address.rpartition("@")[2]:
        words = re.sub(re.escape(domain), "…", words, flags=re.IGNORECASE)
    return _VARIES.sub("#", words).casefold()
