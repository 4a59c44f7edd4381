"""What has happened to a paper that people follow, told from what the catalog held before and after a merge.

The catalog keeps no versions of papers, so that a new one is no event here.
"""

from __future__ import annotations

from enum import StrEnum

from bot.paper.model import Paper


class PaperEvent(StrEnum):
    """Something that happens to a paper once."""

    CODE = "code"
    """Its code has appeared."""


def events_of(before: Paper | None, after: Paper | None) -> tuple[PaperEvent, ...]:
    """What a merge changed of one paper, None where the catalog did not hold it or no longer does.

    A paper at first sight has no event, though it has code; nor has other code in the place of earlier code.
    """
    if before is None or after is None:
        return ()
    return (PaperEvent.CODE,) if after.code_url and not before.code_url else ()
