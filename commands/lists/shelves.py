"""`/list new`, `/list rename` and `/list delete`."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.errors import NotAllowed
from bot.readers.lists import NameTaken, ReadingList
from bot.readers.owner import Kind
from bot.views.layout import Layout, Notice
from bot.views.list_buttons import DeleteList, KeepList
from bot.views.list_notices import DeletingList, NameOfAnother
from bot.views.markdown import escape
from bot.views.permission_names import named
from bot.views.reading_list import adding_to, name_of
from commands.answering.context import Handlers, Interaction, owner_of, services_of
from commands.answering.replies import Manner, answer
from commands.lists.list_group import (
    IN_SERVER,
    PLACES,
    Name,
    Place,
    check_may_edit,
    list_called,
    list_names,
    list_of_button,
    lists,
    names_of,
    owner_at,
)

_PLACE = "Your own lists when not given"


async def _names_here(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return await names_of(interaction, owner_of(interaction), current)


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
            raise NotAllowed(f"Your own list is yours alone. For a server's list, add {IN_SERVER}.")
        role_id = editors.id if editors is not None and not editors.is_default() else None
        try:
            made = await services_of(interaction).lists.make(owner, name, role_id, by=interaction.user.id)
        except NameTaken as taken:
            return NameOfAnother(taken.on)
        if owner.kind is Kind.SERVER:
            return Notice(f"Made {name_of(made)}. {_who(role_id)} Add papers with {adding_to(made)}.")
        return Notice(f"Made {name_of(made)}. Add papers with `/list add`, or press **Save** on any paper.")

    await answer(interaction, work(), Manner.PRIVATE)


@lists.command(name="rename", description="Give a list another name.")
@app_commands.describe(name="The list", to="Its new name", place=_PLACE)
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(name=list_names)
async def rename_list(interaction: Interaction, name: Name, to: Name, place: str = Place.MINE.value) -> None:
    """`/list rename`."""

    async def work() -> Layout:
        on = await list_called(interaction, name, place, to_edit=True)
        try:
            renamed = await services_of(interaction).lists.rename(on, to)
        except NameTaken as taken:
            return NameOfAnother(taken.on)
        if renamed.name == on.name:
            return Notice(f"It's called {name_of(on)} already.")
        return Notice(f"Renamed **{escape(on.name)}** to {name_of(renamed)}.")

    await answer(interaction, work(), Manner.PRIVATE)


@lists.command(name="editors", description="Choose who can edit a list of this server.")
@app_commands.describe(name="The server's list", role="Who can edit it from now on: a role, or @everyone")
@app_commands.autocomplete(name=_names_here)
async def choose_editors(interaction: Interaction, name: Name, role: discord.Role | None = None) -> None:
    """`/list editors`."""

    async def work() -> Layout:
        if owner_of(interaction).kind is not Kind.SERVER:
            raise NotAllowed("Only a server's lists have editors. Run this in a server that I'm a member of.")
        on = await list_called(interaction, name, Place.SERVER.value)
        _check_may_choose(interaction, on)
        if role is None:
            opens = " To open it to everybody, choose @everyone in `role`." if on.edit_role_id else ""
            return Notice(f"{name_of(on)}: {_who(on.edit_role_id)}{opens}")
        role_id = role.id if role is not None and not role.is_default() else None
        changed = await services_of(interaction).lists.give_to(on, role_id)
        return Notice(f"{name_of(changed)}: {_who(role_id)}")

    await answer(interaction, work(), Manner.PRIVATE)


def _check_may_choose(interaction: Interaction, on: ReadingList) -> None:
    """NotAllowed but for Manage Server and the list's editors, where these are some and not everybody."""
    if on.edit_role_id is None and not interaction.permissions.manage_guild:
        raise NotAllowed(f"You need {named(['manage_guild'])} to choose who can edit {name_of(on)}.")
    check_may_edit(interaction, on)


def _check_may_delete(interaction: Interaction, on: ReadingList) -> None:
    """NotAllowed but for who made a server's list, Manage Server, and its editors, where these are some."""
    if on.owner.kind is Kind.SERVER and on.created_by == interaction.user.id:
        return
    is_everybodys = on.owner.kind is Kind.SERVER and on.edit_role_id is None
    if is_everybodys and not interaction.permissions.manage_guild:
        raise NotAllowed(
            f"To delete {name_of(on)} you need {named(['manage_guild'])}: somebody else made it."
        )
    check_may_edit(interaction, on)


def _who(role_id: int | None) -> str:
    return f"Members with <@&{role_id}> can edit it." if role_id else "Everybody here can edit it."


@lists.command(name="delete", description="Delete a list and all that's on it.")
@app_commands.describe(name="The list", place=_PLACE)
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(name=list_names)
async def delete_list(interaction: Interaction, name: Name, place: str = Place.MINE.value) -> None:
    """`/list delete`: asks first."""

    async def work() -> Layout:
        on = await list_called(interaction, name, place)
        _check_may_delete(interaction, on)
        lines = await services_of(interaction).lists.lines(on, interaction.user.id)
        return DeletingList(on, len(lines), sum(bool(line.note) for line in lines))

    await answer(interaction, work(), Manner.PRIVATE)


async def _press_delete(interaction: Interaction, wanted: DeleteList) -> None:
    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id)
        _check_may_delete(interaction, on)
        await services_of(interaction).lists.delete(on)
        return Notice(f"Deleted {name_of(on)}.", private=True)

    await answer(interaction, work(), Manner.TURN)


async def _press_keep(interaction: Interaction, wanted: KeepList) -> None:
    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id)
        return Notice(f"Kept {name_of(on)}.", private=True)

    await answer(interaction, work(), Manner.TURN)


BUTTONS: Handlers = {DeleteList: _press_delete, KeepList: _press_keep}
