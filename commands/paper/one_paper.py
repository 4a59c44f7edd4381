"""From what a person typed to the paper that they mean, for every command that takes a paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from discord import app_commands, ui

from bot.errors import SearchTooSlow, UserError
from bot.paper.citing import Style
from bot.paper.ids import Address
from bot.paper.model import Paper
from bot.search.meant_paper import Meant, meant, paper_of
from bot.search.query import Query, parse_query
from bot.services import ServicesHere
from bot.views.choices import Choices, going_on
from bot.views.layout import Layout
from bot.views.markdown import clip_escaped, title_label
from bot.views.paper_buttons import Choose, Then
from bot.views.paper_card import PaperCard
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer, manner
from commands.paper.details import citation, similar_to
from commands.paper.known_paper import known_paper
from commands.paper.missing_papers import missing_layout, notice_of
from commands.paper.several_papers import several

_CHOICES = 25
_SHOWN = 100


async def answer_about(interaction: Interaction, wanted: str, then: Then, *, private: bool) -> None:
    """Answer with the paper that `wanted` means without a doubt, else privately with what to choose from."""

    async def work() -> Layout:
        services = services_of(interaction)
        found = await meant(services.library, parse_query(wanted))
        if found.paper is not None:
            return await done_with(services, found.paper, then)
        does = partial(going_on, then=then, public=not private)
        return await which_paper(interaction, wanted, found, does, public=not private)

    await answer(interaction, work(), manner(private))


async def done_with(services: ServicesHere, paper: Paper, then: Then) -> Layout:
    """The answer of a command that is about one paper."""
    match then:
        case Then.SHOW:
            return PaperCard(paper)
        case Then.SIMILAR:
            return await similar_to(services, paper)
        case _:
            return await citation(paper, Style(then.value))


async def named(interaction: Interaction, query: Query, *, private: bool) -> Layout | None:
    """For a search: the papers whose ids or links were typed; None where it holds none.

    An address that is no paper is an error where nothing was typed beside it.
    """
    library = services_of(interaction).library
    same_id = await library.paper(query.typed.strip())
    if same_id is not None:
        return PaperCard(same_id)
    if not query.references:
        return None
    if not isinstance(alone := query.references[0], Address):
        return await several(interaction, query.references, "", public=not private)
    held = await paper_of(library, alone)
    return PaperCard(held) if held else await missing_layout(interaction, [alone], public=not private)


async def which_paper(
    interaction: Interaction,
    typed: str,
    found: Meant,
    does: Callable[[Paper], ui.Button[Any]],
    *,
    public: bool = False,
) -> Layout:
    """Where `meant` has found no one paper: what to choose from, each with a button, and what is missing.

    For every command that goes on with a paper: `does` makes its button. UserError where nothing comes near.
    """
    if not found.choices and not found.missing:
        shown = clip_escaped(typed, _SHOWN)
        raise UserError(
            f"I couldn't find a paper called “{shown}”. Try `/paper find` with a few words of its title."
        )
    if not found.choices:
        return await missing_layout(interaction, found.missing, public=public)
    question = f"Which paper do you mean by “{clip_escaped(typed, _SHOWN)}”?"
    if not found.missing:
        return Choices(question, found.choices, does)
    notice = await notice_of(interaction, found.missing, public=public)
    return Choices(f"{question}\n-# {notice.sentence}", found.choices, does, notice.row)


async def _press_choose(interaction: Interaction, wanted: Choose) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        return await done_with(services, await known_paper(services, wanted.paper), wanted.then)

    await answer(interaction, work(), Manner.PUBLIC if wanted.public else Manner.PRIVATE)


async def titles(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Titles while typing; choosing one sends the paper's id."""
    try:
        suggestions = await services_of(interaction).library.suggest(current, limit=_CHOICES)
    except SearchTooSlow:
        return []
    return [
        app_commands.Choice(name=title_label(suggestion.title), value=suggestion.id)
        for suggestion in suggestions
    ]


BUTTONS: Handlers = {Choose: _press_choose}
