"""What every command and button has at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

import discord

from bot.services import Services

Interaction = discord.Interaction[Any]
Handler = Callable[..., Awaitable[None]]
"""Answers a button: `await handler(interaction, *fields)`, the fields being those of its custom_id."""


class _HasServices(Protocol):
    services: Services


def services_of(interaction: Interaction) -> Services:
    return cast(_HasServices, interaction.client).services
