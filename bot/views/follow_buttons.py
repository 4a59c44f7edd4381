"""Buttons and menus of what people follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.readers.follows import Kind
from bot.views.button_base import Button, Listing, Paged
from bot.views.custom_ids import Number, Page, Token, choice


@dataclass(frozen=True)
class FollowThis(Button, verb="follow"):
    """Shows what following it would have brought, to be confirmed: a topic, an author, a paper, a list."""

    kind: Annotated[Kind, choice(Kind)]
    token: Token


@dataclass(frozen=True)
class ConfirmFollow(Button, verb="following"):
    """Follows it from now on."""

    kind: Annotated[Kind, choice(Kind)]
    token: Token


@dataclass(frozen=True)
class CancelFollow(Button, verb="nofollow"):
    """Turns the question to a sentence."""


@dataclass(frozen=True)
class PickFollow(Button, verb="follows"):
    """A menu: shows one thing that the person follows."""


@dataclass(frozen=True)
class ShowFollows(Paged, verb="allf"):
    """All that the person follows."""

    page: Page = 1


@dataclass(frozen=True)
class OfFollow(Button):
    """Changes one thing that the person follows."""

    follow_id: Number


@dataclass(frozen=True)
class ChangeFollow(OfFollow, verb="refollow"):
    """Opens a form with its words."""


@dataclass(frozen=True)
class ChangeTo(OfFollow, verb="refollowing"):
    """It asks for this from now on."""

    kind: Annotated[Kind, choice(Kind)]
    token: Token


@dataclass(frozen=True)
class PauseFollow(OfFollow, verb="pausef"):
    """It brings nothing for a month."""


@dataclass(frozen=True)
class ResumeFollow(OfFollow, verb="resumef"):
    """It goes on."""


@dataclass(frozen=True)
class StopFollow(OfFollow, verb="unfollow"):
    """It is followed no longer."""


@dataclass(frozen=True)
class StopSome(Button, verb="unfollows"):
    """A menu: what is chosen is followed no longer."""


@dataclass(frozen=True)
class OfLetter(Button):
    """About what a letter told of."""

    letter_id: Number


@dataclass(frozen=True)
class NotForMeIn(OfLetter, verb="notmein"):
    """Asks which of its papers are not for the person."""


@dataclass(frozen=True)
class PauseSome(Button, verb="pausing"):
    """A menu: those that were chosen bring nothing for a month."""


@dataclass(frozen=True)
class PauseLetter(OfLetter, verb="pausel"):
    """What brought it brings nothing for a month."""


@dataclass(frozen=True)
class StopLetter(OfLetter, verb="stopl"):
    """What brought it is followed no longer; asks which, where it was several things."""


@dataclass(frozen=True)
class RefuseSome(Button, verb="refuse"):
    """A menu: the chosen papers are not for the person."""


@dataclass(frozen=True)
class ShowInbox(Paged, Listing, verb="inbox"):
    """What the person's follows brought."""

    page: Page = 1
