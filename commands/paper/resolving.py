"""From what a person typed to the paper that they mean, for every command that takes a paper."""

from __future__ import annotations

from discord import app_commands

from bot.catalog.ids import parse_arxiv_id
from bot.catalog.library import Library
from bot.catalog.models import Paper
from bot.catalog.results import Asked, Results
from bot.catalog.text import title_key
from bot.errors import SearchTooSlow, UnknownPaper
from bot.views.text import clip, clip_escaped
from commands.answering.context import Interaction, services_of

_CHOICES = 25
_CHOICE_LENGTH = 100


async def referenced(library: Library, text: str) -> Paper | None:
    """The paper whose id or address `text` is."""
    return await library.paper(parse_arxiv_id(text) or text.strip())


async def resolve(library: Library, text: str) -> Paper:
    """The paper that `text` names by id, address or title; UnknownPaper where none comes near."""
    found = await referenced(library, text)
    if found is not None:
        return found
    if arxiv_id := parse_arxiv_id(text):
        raise unknown_to_catalog(arxiv_id)
    results = await library.find(text, limit=1)
    found = await _begun(library, results) or next((hit.paper for hit in results.hits), None)
    if found is None:
        raise UnknownPaper(text, *_nearest(results))
    return found


def unknown_to_catalog(arxiv_id: str) -> UnknownPaper:
    return UnknownPaper(arxiv_id, f"`/paper add {arxiv_id}` fetches it.")


async def _begun(library: Library, results: Results) -> Paper | None:
    """For half a word, which finds nothing or only after a correction, the title that begins so."""
    if results.asked is not Asked.WORDS or (results.hits and results.corrected is None):
        return None
    for offered in await library.suggest(results.query, limit=1):
        if not results.hits or title_key(offered.title).startswith(title_key(results.query)):
            return await library.paper(offered.id)
    return None


def _nearest(results: Results) -> list[str]:
    """The hint that names the nearest titles, where there are any."""
    named = [f"“{clip_escaped(paper.title, 150)}”" for paper in results.nearest]
    return [f"The nearest titles: {', '.join(named)}."] if named else []


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
