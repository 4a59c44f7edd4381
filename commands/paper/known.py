"""A paper that a button names."""

from __future__ import annotations

from bot.catalog.models import Paper
from bot.errors import UnknownPaper
from bot.services import Services


async def known_paper(services: Services, paper_id: str) -> Paper:
    """The paper with this id; UnknownPaper where it has left the catalog."""
    found = await services.library.paper(paper_id)
    if found is None:
        raise UnknownPaper(paper_id)
    return found
