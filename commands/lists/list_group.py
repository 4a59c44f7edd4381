"""The `/list` group: whose list is meant, and who may edit it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import discord
from discord import app_commands

from bot.errors import NotAllowed, UserError
from bot.readers.lists import LONGEST_NAME, ReadingList
from bot.readers.owner import Kind, Owner
from bot.views.markdown import escape
from commands.answering.context import Interaction, me, owner_of, services_of

lists = app_commands.Group(
    name="list",
    description="Your reading lists, and this server's.",
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
)

Name = app_commands.Range[str, 1, LONGEST_NAME]
CHOICES = 25


class Place(StrEnum):
    MINE = "mine"
    SERVER = "server"


PLACES = [
    app_commands.Choice(name="My lists", value=Place.MINE.value),
    app_commands.Choice(name="This server's lists", value=Place.SERVER.value),
]


def owner_at(interaction: Interaction, place: str) -> Owner:
    """NotAllowed where there is no server, or the bot is not a member of it."""
    if Place(place) is Place.MINE:
        return me(interaction)
    owner = owner_of(interaction)
    if owner.kind is not Kind.SERVER:
        raise NotAllowed("Only servers that I'm a member of have lists of their own. Leave `place` out.")
    return owner


def may_edit(interaction: Interaction, on: ReadingList) -> bool:
    """A person their own lists; a server's those with its role, or everybody, and Manage Server."""
    if on.owner.kind is Kind.PERSON:
        return on.owner == me(interaction)
    if on.edit_role_id is None or interaction.permissions.manage_guild:
        return True
    member = interaction.user
    return isinstance(member, discord.Member) and member.get_role(on.edit_role_id) is not None


async def list_called(
    interaction: Interaction, name: str | None, place: str, *, to_edit: bool = False
) -> ReadingList:
    """The list of this name, without one that which was last saved to; UserError where there is none."""
    services, owner = services_of(interaction), owner_at(interaction, place)
    if name is None:
        found = next(iter(await services.lists.of(owner)), None)
        if found is None:
            raise UserError("There is no list here yet. Make one with `/list new`.")
    else:
        found = await services.lists.named(owner, name)
        if found is None:
            whose = "You have" if owner.kind is Kind.PERSON else "This server has"
            raise UserError(
                f"{whose} no list called “{escape(name)}”. See the lists with `/list show`, or make it with "
                "`/list new`."
            )
    if to_edit:
        check_may_edit(interaction, found)
    return found


async def list_to_save_to(interaction: Interaction, name: str | None, place: str) -> ReadingList | None:
    """The list of this name, without one that which was last saved to; None where saving makes the first."""
    owner = owner_at(interaction, place)
    if name is None and not await services_of(interaction).lists.of(owner):
        return None
    return await list_called(interaction, name, place, to_edit=True)


async def list_of_button(interaction: Interaction, list_id: int, *, to_edit: bool = False) -> ReadingList:
    """The list that a button names, if whoever pressed may see it; UserError otherwise."""
    found = await services_of(interaction).lists.get(list_id)
    if found is None or found.owner not in (me(interaction), owner_of(interaction)):
        raise UserError("That list is gone. See the lists there are with `/list show`.")
    if to_edit:
        check_may_edit(interaction, found)
    return found


def check_may_edit(interaction: Interaction, on: ReadingList) -> None:
    """NotAllowed, with who may, for anybody else."""
    if not may_edit(interaction, on):
        raise NotAllowed(f"Only members with <@&{on.edit_role_id}> can change this list.")


async def visible_lists(interaction: Interaction, *, to_edit: bool = False) -> list[ReadingList]:
    """The person's, then those of the server; `to_edit`: those that they may edit."""
    services = services_of(interaction)
    owners = dict.fromkeys((me(interaction), owner_of(interaction)))
    found = [each for owner in owners for each in await services.lists.of(owner)]
    return [each for each in found if not to_edit or may_edit(interaction, each)]


async def list_names(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Names while typing."""
    names = [each.name for each in await services_of(interaction).lists.of(owner_typed(interaction))]
    typed = current.casefold().strip()
    return [app_commands.Choice(name=name, value=name) for name in names if typed in name.casefold()][
        :CHOICES
    ]


def owner_typed(interaction: Interaction) -> Owner:
    """Of the lists that are meant by what has been typed so far."""
    place: Any = getattr(interaction.namespace, "place", None)
    return owner_of(interaction) if place == Place.SERVER.value else me(interaction)
