"""What every command and button has at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, cast

import discord

from bot.services import Services
from bot.views.buttons import Button

Interaction = discord.Interaction[Any]
Handler = Callable[[Interaction, Any], Awaitable[None]]
"""Answers a button: `await handler(interaction, button)`, a button of the type that it is kept under."""
Handlers = Mapping[type[Button], Handler]


class _HasServices(Protocol):
    services: Services


def services_of(interaction: Interaction) -> Services:
    return cast(_HasServices, interaction.client).services
