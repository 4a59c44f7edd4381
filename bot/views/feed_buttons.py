"""Buttons about daily papers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.views.button_base import Button, Home, Paged
from bot.views.custom_ids import Number, Page, Text, choice

_DAILY = Home("daily")


@dataclass(frozen=True)
class ConfirmFeed(Button, verb="daily-confirm", home=_DAILY):
    draft: Text


@dataclass(frozen=True)
class ProposeFeed(Button, verb="daily-propose", home=_DAILY):
    """Goes on with another draft: in the place, or on the topic, that is meant."""

    draft: Text


@dataclass(frozen=True)
class FillAgain(Button, verb="daily-fill", home=_DAILY):
    """Opens a form as somebody filled it in, where something in it couldn't be read."""

    filled: Text


@dataclass(frozen=True)
class CancelFeed(Button, verb="daily-cancel", home=_DAILY):
    """Nothing is changed: of a draft, and of what would be removed."""


@dataclass(frozen=True)
class RemoveFeed(Button, verb="daily-remove", home=_DAILY):
    feed: Number


@dataclass(frozen=True)
class SetUpFeed(Button, verb="daily-setup"):
    """Asks what a new daily paper should be like; on any message, for whoever may manage the server."""


@dataclass(frozen=True)
class OpenFeed(Button, verb="daily-open", home=_DAILY):
    """The panel of a daily paper; `page` is that of the list it came from, here and below."""

    feed: Number
    page: Page


@dataclass(frozen=True)
class EditFeed(Button, verb="daily-edit", home=_DAILY):
    feed: Number


@dataclass(frozen=True)
class PostFeed(Button, verb="daily-post", home=_DAILY):
    feed: Number
    page: Page


@dataclass(frozen=True)
class PreviewFeed(Button, verb="daily-preview", home=_DAILY):
    feed: Number


@dataclass(frozen=True)
class AskRemoveFeed(Button, verb="daily-ask-remove", home=_DAILY):
    """Asks before it goes."""

    feed: Number
    page: Page


class Doing(StrEnum):
    """What a command of `/daily` does with the one that is chosen."""

    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"
    PREVIEW = "preview"
    POST = "now"


@dataclass(frozen=True)
class ChooseFeed(Paged, verb="daily-choose", home=_DAILY):
    """A page of daily papers to choose one from."""

    doing: Annotated[Doing, choice(Doing)]
    page: Page


@dataclass(frozen=True)
class ListFeeds(Paged, verb="daily-list", home=_DAILY):
    page: Page


@dataclass(frozen=True)
class PauseFeed(Button, verb="daily-pause", home=_DAILY):
    feed: Number
    page: Page
    """Of the list that is shown again."""


@dataclass(frozen=True)
class ResumeFeed(Button, verb="daily-resume", home=_DAILY):
    feed: Number
    page: Page


@dataclass(frozen=True)
class History(Paged, verb="daily-history", home=_DAILY):
    channel: Number
    page: Page
