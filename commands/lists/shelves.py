"""`/list new`, `/list rename` and `/list delete`."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.errors import NotAllowed
from bot.readers.owner import Kind
from bot.views.layout import Layout, Notice
from bot.views.list_buttons import DeleteList
from bot.views.markdown import counted
from bot.views.reading_list import DeletingList, name_of
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import Manner, answer
from commands.lists.list_group import (
    PLACES,
    Name,
    Place,
    list_called,
    list_names,
    list_of_button,
    lists,
    owner_at,
)

_PLACE = "Your own lists when not given"


@lists.command(name="new", description="Make a reading list.")
@app_commands.describe(
    name="What it's called",
    place=_PLACE,
    editors="For a server's list: the role that can edit it; everybody when not given",
)
@app_commands.choices(place=PLACES)
async def new_list(
    interaction: Interaction,
    name: Name,
    place: str = Place.MINE.value,
    editors: discord.Role | None = None,
) -> None:
    """`/list new`."""

    async def work() -> Layout:
        owner = owner_at(interaction, place)
        if editors is not None and owner.kind is Kind.PERSON:
            raise NotAllowed("Your own list is yours alone. For a server's list, choose it in `place`.")
        role_id = editors.id if editors is not None and not editors.is_default() else None
        made = await services_of(interaction).lists.make(owner, name, role_id)
        who = f" Members with <@&{role_id}> can edit it." if role_id else " Everybody here can edit it."
        of_server = owner.kind is Kind.SERVER
        return Notice(f"Made {name_of(made)}.{who if of_server else ''} Add papers with `/list add`.")

    await answer(interaction, work(), Manner.PRIVATE)


@lists.command(name="rename", description="Give a list another name.")
@app_commands.describe(name="The list", to="Its new name", place=_PLACE)
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(name=list_names)
async def rename_list(interaction: Interaction, name: Name, to: Name, place: str = Place.MINE.value) -> None:
    """`/list rename`."""

    async def work() -> Layout:
        on = await list_called(interaction, name, place, to_edit=True)
        renamed = await services_of(interaction).lists.rename(on, to)
        return Notice(f"{name_of(on)} is {name_of(renamed)} now.")

    await answer(interaction, work(), Manner.PRIVATE)


@lists.command(name="delete", description="Delete a list and all that's on it.")
@app_commands.describe(name="The list", place=_PLACE)
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(name=list_names)
async def delete_list(interaction: Interaction, name: Name, place: str = Place.MINE.value) -> None:
    """`/list delete`: asks first."""

    async def work() -> Layout:
        return DeletingList(await list_called(interaction, name, place, to_edit=True))

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_delete(interaction: Interaction, wanted: DeleteList) -> None:
    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id, to_edit=True)
        gone = await services_of(interaction).lists.delete(on)
        return Notice(f"Deleted {name_of(on)} with {counted(gone, 'paper')}.", private=True)

    await answer(interaction, work(), Manner.TURN)


BUTTONS: Handlers = {DeleteList: _press_delete}
