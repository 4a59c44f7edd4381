"""The `/list` group: whose list is meant, and who may edit it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NoReturn

import discord
from discord import app_commands

from bot.errors import NotAllowed, UserError
from bot.readers.lists import LONGEST_NAME, ReadingList, likely_name
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
IN_SERVER = "`place: This server's lists`"


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
    owner = owner_at(interaction, place)
    if name is None:
        found = (await lists_at(interaction, place))[0]
    else:
        named = await services_of(interaction).lists.named(owner, name)
        found = named or await _no_list_called(interaction, name, owner)
    if to_edit:
        check_may_edit(interaction, found)
    return found


async def lists_at(interaction: Interaction, place: str) -> list[ReadingList]:
    """Those of one place, the one last saved to first; UserError where there is none."""
    owner = owner_at(interaction, place)
    found = await services_of(interaction).lists.of(owner)
    if found:
        return found
    if owner.kind is Kind.PERSON:
        raise UserError("You have no list yet. Press **Save** on any paper, or make a list with `/list new`.")
    raise UserError(f"This server has no list yet. Make one with `/list new` and {IN_SERVER}.")


async def _no_list_called(interaction: Interaction, name: str, owner: Owner) -> NoReturn:
    """Says where there is a list of that name, or how to get one."""
    services, said = services_of(interaction), f"“{escape(name)}”"
    if owner.kind is Kind.SERVER:
        if await services.lists.named(me(interaction), name):
            raise UserError(f"{said} is your own list: leave `place` out.")
        whose, make = "This server has", f"`/list new` and {IN_SERVER}"
    else:
        here = owner_of(interaction)
        if here.kind is Kind.SERVER and await services.lists.named(here, name):
            raise UserError(f"{said} is this server's list: add {IN_SERVER}.")
        whose, make = "You have", "`/list new`"
    likely = await _likely(interaction, owner, name) or "See the lists with `/list show`"
    raise UserError(f"{whose} no list called {said}. {likely}, or make it with {make}.")


async def _likely(interaction: Interaction, owner: Owner, name: str) -> str:
    """Asks whether the owner's list is meant of whose name this is likely a slip; empty for none."""
    there = [each.name for each in await services_of(interaction).lists.of(owner)]
    likely = likely_name(name, there)
    return f"Did you mean **{escape(likely)}**? Choose that" if likely else ""


async def own_list(interaction: Interaction, name: str) -> ReadingList:
    """The person's of this name, where no server's can be chosen; UserError where there is none."""
    mine = me(interaction)
    found = await services_of(interaction).lists.named(mine, name)
    if found is None:
        likely = await _likely(interaction, mine, name) or "See your lists with `/list show`"
        raise UserError(f"You have no list called “{escape(name)}”. {likely}.")
    return found


async def list_seen(interaction: Interaction, name: str) -> ReadingList:
    """The person's of this name, or else the server's; UserError where neither has one."""
    services, place = services_of(interaction), Place.MINE
    if await services.lists.named(me(interaction), name) is None:
        here = owner_of(interaction)
        if here.kind is Kind.SERVER and await services.lists.named(here, name):
            place = Place.SERVER
    return await list_called(interaction, name, place)


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
    return await names_of(interaction, owner_typed(interaction), current)


async def names_of(interaction: Interaction, owner: Owner, current: str) -> list[app_commands.Choice[str]]:
    """Of one owner's lists those that hold what was typed so far."""
    names = [each.name for each in await services_of(interaction).lists.of(owner)]
    typed = current.casefold().strip()
    return [app_commands.Choice(name=name, value=name) for name in names if typed in name.casefold()][
        :CHOICES
    ]


def owner_typed(interaction: Interaction) -> Owner:
    """Of the lists that are meant by what has been typed so far."""
    place: Any = getattr(interaction.namespace, "place", None)
    return owner_of(interaction) if place == Place.SERVER.value else me(interaction)
