"""Authors of the catalog, while a name is typed."""

from __future__ import annotations

from collections import Counter

from discord import app_commands

from bot.paper.text import words
from bot.paper.typed_names import name_of
from bot.search.author_names import is_by
from bot.search.query import parse_query
from commands.answering.context import Interaction, services_of

_LOOKED_AT = 25
"""Papers whose authors are offered."""
_CHOICES = 10
_LEAST = 2
"""Letters from which on names are offered."""


async def author_names(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Those of whom most papers are found come first."""
    name = name_of(current)
    typed = tuple(words(name))
    if len(name) < _LEAST or not typed:
        return []
    library = services_of(interaction).library
    found = await library.suggest(parse_query(f'author:"{name}"'), limit=_LOOKED_AT)
    papers = await library.known([each.id for each in found])
    names = Counter(
        author
        for paper in papers.values()
        for author in paper.authors
        if len(author) <= 100 and is_by(typed, [author], begun=True)
    )
    return [app_commands.Choice(name=each, value=each) for each, _ in names.most_common(_CHOICES)]
