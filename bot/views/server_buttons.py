"""Buttons of cards in servers: what its members do with a paper together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.readers.votes import Since
from bot.views.button_base import Button, Listing, Paged
from bot.views.custom_ids import Day, Page, PaperId, choice, switch


@dataclass(frozen=True)
class Vote(Button, verb="vote"):
    """The presser likes a paper in this server, or does no longer."""

    paper: PaperId


@dataclass(frozen=True)
class Discuss(Button, verb="discuss"):
    """Opens a thread on the message, or leads to the one there is."""

    paper: PaperId


@dataclass(frozen=True)
class DiscussPost(Button, verb="discussall"):
    """The same on a post of several papers, which has one thread for all of them: that of its day."""

    day: Day
    weekly: Annotated[bool, switch("weekly")] = False


@dataclass(frozen=True)
class Share(Button, verb="share"):
    """Posts the card for everybody in the channel."""

    paper: PaperId


@dataclass(frozen=True)
class Top(Paged, Listing, verb="top"):
    """What the server liked."""

    since: Annotated[Since, choice(Since)]
    page: Page = 1


def vote_label(votes: int) -> str:
    """`👍`, `👍 3`"""
    return f"👍 {votes:,}" if votes else "👍"
