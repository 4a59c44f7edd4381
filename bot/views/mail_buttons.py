"""Buttons and menus of e-mail. Each counts for whoever presses it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.readers.follows import Pace
from bot.views.button_base import Button
from bot.views.custom_ids import choice


@dataclass(frozen=True)
class ChangeAddress(Button, verb="mailto"):
    """Opens a form for an address."""


@dataclass(frozen=True)
class ChooseContent(Button, verb="mailwhat"):
    """A menu: what mails bring."""


@dataclass(frozen=True)
class ChangePace(Button, verb="mailpace"):
    """How often they come."""

    pace: Annotated[Pace, choice(Pace)]


@dataclass(frozen=True)
class RetryMail(Button, verb="mailon"):
    """What was paused goes on."""


@dataclass(frozen=True)
class StopMails(Button, verb="mailoff"):
    """Ends them, and deletes the address."""
