"""Save: from a card, a list of papers, a message, and `/list add`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui

from bot.errors import HiddenHere, UnknownPaper, UserError
from bot.paper.ids import Address
from bot.paper.model import Paper
from bot.readers.lists import ReadingList
from bot.readers.owner import Owner
from bot.search.meant_paper import looked_up_in, meant
from bot.search.query import parse_query
from bot.views.layout import Layout, Notice, button
from bot.views.list_buttons import FIRST_OF_SERVER, Save, SaveSome, SaveTo
from bot.views.list_notices import saved_some
from bot.views.paper_buttons import handle
from bot.views.reading_list import SavedPaper, Shelved, said_name_of
from commands.answering.context import Handlers, Interaction, inbox_of, me, server_of, services_of
from commands.answering.menus import chosen
from commands.answering.replies import Manner, answer
from commands.lists.list_group import (
    PLACES,
    Name,
    Place,
    list_names,
    list_of_button,
    list_to_save_to,
    lists,
    may_edit,
    owner_at,
    visible_lists,
)
from commands.message_papers import named_in
from commands.paper.known_paper import known_paper
from commands.paper.missing_papers import missing_layout
from commands.paper.one_paper import titles, which_paper
from commands.paper.paper_group import Typed

_MOST_AT_ONCE = 50
"""Papers of one message."""


async def kept(
    interaction: Interaction, paper: Paper, owner: Owner | None = None, to: ReadingList | None = None
) -> Layout:
    """Save `paper` for `owner`, by itself the person, and show where it is; where it was before, that."""
    services, person = services_of(interaction), interaction.user.id
    owner = owner or me(interaction)
    await inbox_of(interaction).finder.note([paper.id])
    saving = await services.lists.save(owner, [paper], by=person, to=to, server=server_of(interaction))
    line = await services.lists.where(owner, paper, person, on=to)
    if line is None:
        raise UserError("That paper was removed from your list just now. Press **Save** again.")
    on = saving.on if saving.new else await services.lists.get(line.list_id) or saving.on
    said = f"Saved to {said_name_of(on)}." if saving.new else f"Already on {said_name_of(on)}."
    targets = await visible_lists(interaction, to_edit=True)
    return SavedPaper(Shelved(line, paper), on, targets, said, frozen=not may_edit(interaction, on))


async def _kept_some(interaction: Interaction, papers: Sequence[Paper]) -> Layout:
    """Save several for the person, and say how many of them are new."""
    save = services_of(interaction).lists.save
    await inbox_of(interaction).finder.note([paper.id for paper in papers])
    return saved_some(
        await save(me(interaction), papers, by=interaction.user.id, server=server_of(interaction))
    )


@lists.command(name="add", description="Save a paper to a reading list.")
@app_commands.describe(
    wanted="A title, an arXiv id, or a link",
    name="The list; the one you saved to last when not given",
    place="Your own lists when not given",
)
@app_commands.rename(wanted="paper")
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(wanted=titles, name=list_names)
async def add_to_list(
    interaction: Interaction, wanted: Typed, name: Name | None = None, place: str = Place.MINE.value
) -> None:
    """`/list add`."""

    async def work() -> Layout:
        owner = owner_at(interaction, place)
        anywhere = name is None and owner == me(interaction)
        to = None if anywhere else await list_to_save_to(interaction, name, place)
        found = await meant(services_of(interaction).library, parse_query(wanted))
        if found.paper is None:
            does = _saves if anywhere else partial(_saves_to, to.id if to else FIRST_OF_SERVER)
            return await which_paper(interaction, wanted, found, does)
        return await kept(interaction, found.paper, owner, to)

    await answer(interaction, work(), Manner.PRIVATE)


def _saves(paper: Paper) -> ui.Button[Any]:
    return button("Save", Save(handle(paper)))


def _saves_to(list_id: int, paper: Paper) -> ui.Button[Any]:
    return button("Save", SaveTo(list_id, handle(paper)))


async def _press_save_to(interaction: Interaction, wanted: SaveTo) -> None:
    async def work() -> Layout:
        to = (
            await list_to_save_to(interaction, None, Place.SERVER.value)
            if wanted.list_id == FIRST_OF_SERVER
            else await list_of_button(interaction, wanted.list_id, to_edit=True)
        )
        owner = to.owner if to else owner_at(interaction, Place.SERVER.value)
        return await kept(interaction, await known_paper(services_of(interaction), wanted.paper), owner, to)

    await answer(interaction, work(), Manner.PRIVATE)


@app_commands.context_menu(name="Save papers in this message")
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.allowed_installs(guilds=True, users=True)
async def save_papers_in_message(interaction: Interaction, message: discord.Message) -> None:
    """The menu of a message: saves the papers that it names."""

    async def work() -> Layout:
        references = await named_in(interaction, message)
        services = services_of(interaction)
        named = references[:_MOST_AT_ONCE]
        looked_up = await looked_up_in(services.library, named) if named else []
        papers = list({paper.id: paper for _, paper in looked_up if paper}.values())
        missing = [named for named, paper in looked_up if not (paper or isinstance(named, Address))]
        if not papers and not missing:
            raise UserError("I found no papers in this message that I could save.")
        if not papers:
            return await missing_layout(interaction, missing, public=False)
        one = len(papers) == 1
        saved = await (kept(interaction, papers[0]) if one else _kept_some(interaction, papers))
        if missing:
            saved.beside = [await missing_layout(interaction, missing, public=False)]
        return saved

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_save(interaction: Interaction, wanted: Save) -> None:
    async def work() -> Layout:
        return await kept(interaction, await known_paper(services_of(interaction), wanted.paper))

    await answer(interaction, work(), Manner.PRIVATE)


async def _choose_some(interaction: Interaction, _: SaveSome) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        papers = []
        for each in chosen(interaction):
            try:
                papers.append(await known_paper(services, each))
            except (HiddenHere, UnknownPaper):
                continue
        if not papers:
            return Notice("I can't show any of these papers here.", private=True)
        if len(papers) == 1:
            return await kept(interaction, papers[0])
        return await _kept_some(interaction, papers)

    await answer(interaction, work(), Manner.PRIVATE)


BUTTONS: Handlers = {Save: _press_save, SaveTo: _press_save_to, SaveSome: _choose_some}
