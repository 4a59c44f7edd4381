"""Feeds as admins see them: the draft to confirm, the list, what is asked before one goes, the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import discord
from discord import ui

from bot.views.buttons import (
    CancelFeed,
    ConfirmFeed,
    History,
    ListFeeds,
    PauseFeed,
    RemoveFeed,
    ResumeFeed,
)
from bot.views.layout import Layout, button, container
from bot.views.outlook import TopicOutlook
from bot.views.paging import PageOf, page_row, pages_of
from bot.views.text import clip_escaped, counted, day, instant

FEEDS_A_PAGE = 5
POSTED_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A feed in words."""

    id: int | None
    """None for one that is not saved yet."""
    channel_id: int
    when: str
    """`every day at 09:00, Europe/Berlin`"""
    extras: tuple[str, ...]
    topic: str
    next_at: datetime | None
    paused: bool = False
    trouble: str = ""
    """Why it is paused, or what did not work the last time."""
    last: str = ""
    """The last post, as a link."""

    @property
    def saved_id(self) -> int:
        """ValueError for a feed that is not saved yet."""
        if self.id is None:
            raise ValueError("this daily paper is not saved yet")
        return self.id

    @property
    def lines(self) -> str:
        name = f"**<#{self.channel_id}>** {self.when}"
        topic = f"Topic: {clip_escaped(self.topic, 200)}" if self.topic else ""
        extras = " · ".join(self.extras)
        upcoming = f"Next post {instant(self.next_at)}" if self.next_at else ""
        last = f"Last post {self.last}" if self.last else ""
        trouble = f"{'**Paused.** ' if self.paused else '⚠ '}{self.trouble}" if self.trouble else ""
        return "\n".join(line for line in (name, topic, extras, upcoming, last, trouble) if line)


class FeedDraft(Layout):
    """What would be saved, and the buttons that save it or don't."""

    def __init__(
        self,
        facts: FeedFacts,
        outlook: TopicOutlook | None,
        *,
        confirm: ConfirmFeed,
        changes: bool,
        already: int = 0,
        previewed: bool = True,
    ) -> None:
        """`outlook` is of the topic, None without one; `already` other feeds go to the channel."""
        head = "## Change this daily paper?" if changes else "## Set up this daily paper?"
        saved = "-# Nothing is saved until you confirm."
        if previewed:
            saved += " The first post would look as below."
        lines = (head, facts.lines, outlook.text if outlook else "", _besides(already), saved)
        super().__init__(
            container(ui.TextDisplay("\n".join(line for line in lines if line))),
            ui.ActionRow(
                button("Confirm", confirm, style=discord.ButtonStyle.success),
                button("Cancel", CancelFeed()),
            ),
        )


def _besides(already: int) -> str:
    if not already:
        return ""
    return f"⚠ The channel has {counted(already, 'daily paper')} already; `/daily edit` changes one."


class FeedSaved(Layout):
    def __init__(self, facts: FeedFacts, *, changed: bool) -> None:
        head = "## The daily paper is changed" if changed else "## The daily paper is set up"
        hint = "-# `/daily list` shows all of them, `/daily now` posts today's at once."
        super().__init__(container(ui.TextDisplay(f"{head}\n{facts.lines}\n{hint}")))


class FeedList(Layout):
    """A page of a server's feeds, each with a button to pause or resume it."""

    def __init__(self, page: PageOf[FeedFacts]) -> None:
        if not page.items:
            super().__init__(
                ui.TextDisplay("There is no daily paper in this server yet. `/daily setup` makes one.")
            )
            return
        items: list[ui.Item[Any]] = [ui.TextDisplay("## Daily papers")]
        for each in page.items:
            items += [ui.Separator(), ui.Section(each.lines, accessory=_switch(each, page.number))]
        super().__init__(container(*items), *page_row(ListFeeds(page.number), page.pages))


def _switch(facts: FeedFacts, page: int) -> ui.Button[Any]:
    if facts.paused:
        return button("Resume", ResumeFeed(facts.saved_id, page))
    return button("Pause", PauseFeed(facts.saved_id, page))


class FeedRemoval(Layout):
    """Asks before a feed goes."""

    def __init__(self, facts: FeedFacts) -> None:
        kept = "-# What the channel had stays known, so that no paper comes twice."
        super().__init__(
            container(ui.TextDisplay(f"## Remove this daily paper?\n{facts.lines}\n{kept}")),
            ui.ActionRow(
                button("Remove", RemoveFeed(facts.saved_id), style=discord.ButtonStyle.danger),
                button("Keep", CancelFeed()),
            ),
        )


@dataclass(frozen=True, slots=True)
class PostedLine:
    title: str
    day: date
    url: str
    """Of the message."""


class FeedHistory(Layout):
    """A page of what a channel had, the latest first."""

    def __init__(self, channel_id: int, posted: Sequence[PostedLine], total: int, page: int) -> None:
        if not total:
            super().__init__(ui.TextDisplay(f"<#{channel_id}> has had no daily paper yet."))
            return
        pages = pages_of(total, POSTED_A_PAGE)
        lines = "\n".join(
            f"- {day(each.day)}: [{clip_escaped(each.title, 150)}]({each.url})" for each in posted
        )
        head = f"## {counted(total, 'paper')} in <#{channel_id}>"
        super().__init__(
            container(ui.TextDisplay(f"{head}\n{lines}")), *page_row(History(channel_id, page), pages)
        )
