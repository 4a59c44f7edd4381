"""The `/follow` and `/inbox` groups, to which the files beside this one add their commands."""

from __future__ import annotations

from typing import Protocol, cast

from discord import app_commands

from bot.errors import UserError
from bot.inbox.inbox_service import InboxService
from bot.readers.follows import Followed
from bot.views.follow_pages import label
from commands.answering.context import Interaction

_CONTEXTS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_INSTALLS = app_commands.AppInstallationType(guild=True, user=True)

follow = app_commands.Group(
    name="follow",
    description="Hear of new papers by topic, author, or what they're like.",
    allowed_contexts=_CONTEXTS,
    allowed_installs=_INSTALLS,
)
inbox = app_commands.Group(
    name="inbox",
    description="What your follows brought, and how you hear of it.",
    allowed_contexts=_CONTEXTS,
    allowed_installs=_INSTALLS,
)

_CHOICES = 25


class NotFollowed(UserError):
    """It was stopped meanwhile, or is somebody else's."""

    def __init__(self) -> None:
        super().__init__("You don't follow that anymore. See what you follow with `/follow show`.")


class _HasInbox(Protocol):
    inbox: InboxService


def inbox_of(interaction: Interaction) -> InboxService:
    """What knows of follows and inboxes."""
    return cast(_HasInbox, interaction.client).inbox


async def follow_of(interaction: Interaction, follow_id: int) -> Followed:
    """The person's follow with this id; NotFollowed where it is gone, or another's."""
    found = await inbox_of(interaction).followings.get(interaction.user.id, follow_id)
    if found is None:
        raise NotFollowed
    return found


async def follows_typed(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """What the person follows, while typing; choosing one sends its id."""
    typed = current.casefold().strip()
    mine = await inbox_of(interaction).followings.of(interaction.user.id)
    named = [(label(each), str(each.id)) for each in mine]
    return [app_commands.Choice(name=name, value=value) for name, value in named if typed in name.casefold()][
        :_CHOICES
    ]


def number(value: str) -> int:
    """The id that a menu or a choice sent; UserError for what was typed instead."""
    if value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    raise UserError("Choose one of those that I offer while you type. See them all with `/follow show`.")
