"""What people type: a room for each command group, and how all of them are answered."""

from __future__ import annotations

from typing import Any

from discord import app_commands

from commands import help, message_papers
from commands.answering import paging
from commands.answering.context import Handlers
from commands.daily import feeds, form, posts, setup
from commands.daily.group import daily
from commands.paper import adding, days, details, find, hiding, reading, resolving, several
from commands.paper.group import paper

COMMANDS: tuple[app_commands.Group | app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    paper,
    daily,
    adding.settings,
    help.help_command,
    help.about,
    message_papers.papers_in_message,
)

BUTTONS: Handlers = {
    **paging.BUTTONS,
    **help.BUTTONS,
    **find.BUTTONS,
    **reading.BUTTONS,
    **details.BUTTONS,
    **days.BUTTONS,
    **hiding.BUTTONS,
    **adding.BUTTONS,
    **resolving.BUTTONS,
    **several.BUTTONS,
    **setup.BUTTONS,
    **feeds.BUTTONS,
    **posts.BUTTONS,
    **form.BUTTONS,
}
"""What answers each button."""
