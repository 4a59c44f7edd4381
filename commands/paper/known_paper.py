"""A paper that a button names."""

from __future__ import annotations

from bot.errors import UnknownPaper
from bot.paper.model import Paper
from bot.services import ServicesHere


async def known_paper(services: ServicesHere, paper_id: str) -> Paper:
    """The paper with this id; UnknownPaper where it has left the catalog."""
    found = await services.library.paper(paper_id)
    if found is None:
        raise UnknownPaper(paper_id)
    return found
