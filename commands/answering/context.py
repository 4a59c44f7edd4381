"""What every command and button has at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, cast

import discord

from bot.inbox.inbox_service import InboxService
from bot.readers.owner import Kind, Owner
from bot.services import Services, ServicesHere
from bot.views.button_base import Button

Interaction = discord.Interaction[Any]
Handler = Callable[[Interaction, Any], Awaitable[None]]
"""Answers a button: `await handler(interaction, button)`, a button of the type that it is kept under."""
Handlers = Mapping[type[Button], Handler]


class _HasServices(Protocol):
    services: Services


def services_of(interaction: Interaction) -> ServicesHere:
    """The services, with the library as it is seen where the interaction comes from."""
    return cast(_HasServices, interaction.client).services.here(owner_of(interaction))


class _HasInbox(Protocol):
    inbox: InboxService


def inbox_of(interaction: Interaction) -> InboxService:
    """What knows of follows and inboxes."""
    return cast(_HasInbox, interaction.client).inbox


def me(interaction: Interaction) -> Owner:
    """Whoever asks, wherever they do."""
    return Owner(Kind.PERSON, interaction.user.id)


def server_of(interaction: Interaction) -> int | None:
    """The id of the server, where the bot is a member of it."""
    owner = owner_of(interaction)
    return owner.id if owner.kind is Kind.SERVER else None


def owner_of(interaction: Interaction) -> Owner:
    """The server, where the bot is a member of it; else the person."""
    guild_id = interaction.guild_id
    if guild_id is not None and interaction.client.get_guild(guild_id) is not None:
        return Owner(Kind.SERVER, guild_id)
    return me(interaction)
