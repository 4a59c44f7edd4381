"""From what a person typed to the paper that they mean, for every command that takes a paper."""

from __future__ import annotations

from discord import app_commands

from bot.catalog.ids import parse_arxiv_id
from bot.catalog.library import Library
from bot.catalog.models import Paper
from bot.catalog.results import Asked, Results
from bot.errors import SearchTooSlow, UnknownPaper
from bot.views.text import clip
from commands.answering.context import Interaction, services_of

_CHOICES = 25
_CHOICE_LENGTH = 100


async def referenced(library: Library, text: str) -> Paper | None:
    """The paper whose id or address `text` is."""
    return await library.paper(parse_arxiv_id(text) or text.strip())


async def resolve(library: Library, text: str) -> Paper:
    """The paper that `text` names by id, address or title; UnknownPaper where none comes near."""
    found = await referenced(library, text)
    if found is None and parse_arxiv_id(text) is None:
        results = await library.find(text, limit=1)
        found = results.hits[0].paper if results.hits else await _beginning(library, results)
    if found is None:
        raise UnknownPaper(text)
    return found


async def _beginning(library: Library, results: Results) -> Paper | None:
    """The first title that would be offered while typing: half a word finds nothing else."""
    offered = await library.suggest(results.query, limit=1) if results.asked is Asked.WORDS else []
    return await library.paper(offered[0].id) if offered else None


async def titles(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Titles while typing; choosing one sends the paper's id."""
    try:
        suggestions = await services_of(interaction).library.suggest(current, limit=_CHOICES)
    except SearchTooSlow:
        return []
    return [
        app_commands.Choice(name=clip(suggestion.title, _CHOICE_LENGTH), value=suggestion.id)
        for suggestion in suggestions
    ]
