"""The `/follow` and `/inbox` groups, to which the files beside this one add their commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from discord import app_commands

from bot.errors import UserError
from bot.paper.text import words
from bot.readers.follows import Followed, Kind
from bot.views.follow_pages import label
from commands.answering.context import Interaction, inbox_of, me, services_of

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
_CHOSEN = "follow:"
"""Before the id of what was chosen: a number that was typed is a word."""


class NotFollowed(UserError):
    """It was stopped meanwhile, or is somebody else's."""

    def __init__(self) -> None:
        super().__init__("You don't follow that anymore. See what you follow with `/follow show`.")


async def follow_of(interaction: Interaction, follow_id: int) -> Followed:
    """The person's follow with this id; NotFollowed where it is gone, or another's."""
    found = await inbox_of(interaction).followings.get(interaction.user.id, follow_id)
    if found is None:
        raise NotFollowed
    return found


async def live(interaction: Interaction, follows: Sequence[Followed]) -> list[Followed]:
    """The same, lists by the names that they have now."""
    if not any(each.kind is Kind.LIST for each in follows):
        return [*follows]
    names = {str(each.id): each.name for each in await services_of(interaction).lists.of(me(interaction))}
    return [
        replace(each, shown=names.get(each.text, f"{each.shown} (deleted)"))
        if each.kind is Kind.LIST
        else each
        for each in follows
    ]


def having_words(follows: Iterable[Followed], typed: str) -> list[Followed]:
    """Those whose names have all of the words, in any order, or what was typed as it stands."""
    wanted, whole = set(words(typed)), typed.casefold().strip()
    return [
        each
        for each in follows
        if whole in label(each).casefold() or (wanted and wanted <= set(words(label(each))))
    ]


async def follows_typed(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """What the person follows, while typing; choosing one sends its id."""
    mine = await live(interaction, await inbox_of(interaction).followings.of(interaction.user.id))
    found = having_words(mine, current)[:_CHOICES]
    return [app_commands.Choice(name=label(each), value=f"{_CHOSEN}{each.id}") for each in found]


def chosen_follow(value: str) -> int | None:
    """The id of the follow that was chosen while typing; None for what was typed."""
    text = value.removeprefix(_CHOSEN)
    return number(text) if text != value and text.isdecimal() else None


def number(value: str) -> int:
    """The id that a menu or a choice sent; UserError for what was typed instead."""
    if value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    raise UserError("Choose one of those that I offer while you type. See them all with `/follow show`.")
