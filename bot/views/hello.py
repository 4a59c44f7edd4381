"""What a server is told when the bot joins it."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.views.feed_buttons import SetUpFeed
from bot.views.layout import Layout, button, container

_HELLO = """## Hi, I'm Paperboy
I find research papers, and I can post one a day in a channel. Try one:
> `/paper find multi-agent debate`
> `/paper trending`
> `/help`"""


class Hello(Layout):
    def __init__(self) -> None:
        set_up = button("Set up", SetUpFeed(), style=discord.ButtonStyle.primary)
        for_admins: ui.TextDisplay[Any] = ui.TextDisplay("-# Admins: set up a daily paper.")
        super().__init__(
            container(ui.TextDisplay(_HELLO), ui.Separator(), ui.Section(for_admins, accessory=set_up))
        )
