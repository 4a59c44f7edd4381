"""What people type: a room for each command group, and how all of them are answered."""

from __future__ import annotations

from typing import Any

from discord import app_commands

from commands import help, message_papers, privacy
from commands.answering import page_turns
from commands.answering.context import Handlers
from commands.daily import (
    form,
    manage,
    posts,
    rss,  # noqa: F401
    setup,
)
from commands.daily.daily_group import daily
from commands.following import inbox_commands, mail_commands, managing, proposing
from commands.following.follow_group import follow, inbox
from commands.lists import (
    lines,
    list_files,  # noqa: F401 # its commands join their group as it is imported
    saving,
    shelves,
    showing,
)
from commands.lists.list_group import lists
from commands.paper import (
    add,
    daily_lists,
    details,
    find,
    for_me,
    hiding,
    one_paper,
    reading,
    refusing,
    several_papers,
)
from commands.paper.paper_group import paper
from commands.together import discussing, voting

COMMANDS: tuple[app_commands.Group | app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    paper,
    lists,
    follow,
    inbox,
    daily,
    add.settings,
    help.help_command,
    help.about,
    privacy.privacy,
    message_papers.papers_in_message,
    saving.save_papers_in_message,
)

BUTTONS: Handlers = {
    **page_turns.BUTTONS,
    **help.BUTTONS,
    **privacy.BUTTONS,
    **find.BUTTONS,
    **for_me.BUTTONS,
    **refusing.BUTTONS,
    **proposing.BUTTONS,
    **managing.BUTTONS,
    **inbox_commands.BUTTONS,
    **mail_commands.BUTTONS,
    **voting.BUTTONS,
    **discussing.BUTTONS,
    **reading.BUTTONS,
    **details.BUTTONS,
    **daily_lists.BUTTONS,
    **hiding.BUTTONS,
    **add.BUTTONS,
    **one_paper.BUTTONS,
    **several_papers.BUTTONS,
    **saving.BUTTONS,
    **showing.BUTTONS,
    **lines.BUTTONS,
    **shelves.BUTTONS,
    **setup.BUTTONS,
    **manage.BUTTONS,
    **posts.BUTTONS,
    **form.BUTTONS,
}
"""What answers each button."""
