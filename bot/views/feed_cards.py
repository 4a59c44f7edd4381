"""Feeds as admins see them: the draft to confirm, the list, the panel of each, the history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import discord
from discord import ui

from bot.views.button_base import Button
from bot.views.feed_buttons import (
    AskRemoveFeed,
    CancelFeed,
    ChooseFeed,
    ConfirmFeed,
    Doing,
    EditFeed,
    History,
    ListFeeds,
    OpenFeed,
    PauseFeed,
    PostFeed,
    PreviewFeed,
    RemoveFeed,
    ResumeFeed,
    SetUpFeed,
)
from bot.views.layout import Layout, button, container
from bot.views.markdown import clip_escaped, counted, day, instant, titled
from bot.views.outlook_lines import TopicOutlook
from bot.views.paging import PageOf, page_row, pages_of

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
    """The last post's address."""
    what: str = "daily paper"

    @property
    def saved_id(self) -> int:
        """ValueError for a feed that is not saved yet."""
        if self.id is None:
            raise ValueError("this daily paper is not saved yet")
        return self.id

    @property
    def lines(self) -> str:
        """The card's lines, in markdown."""
        name = f"**<#{self.channel_id}>** {self.when}"
        topic = f"Topic: {clip_escaped(self.topic, 200)}" if self.topic else ""
        extras = " · ".join(self.extras)
        extras = extras[:1].upper() + extras[1:]
        upcoming = f"Next post {instant(self.next_at)}" if self.next_at else ""
        last = f"[Last post]({self.last})" if self.last else ""
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
        clock: str = "",
        already: int = 0,
        previewed: bool = True,
    ) -> None:
        """`outlook` is of the topic, None without one; `already` other feeds go to the channel.

        `clock` says whose time was understood.
        """
        head = f"## {'Change' if changes else 'Set up'} this {facts.what}?"
        saved = "-# Nothing is saved until you confirm."
        if previewed:
            saved += " The first post would look as below."
        lines = (head, facts.lines, clock, outlook.text if outlook else "", _besides(already), saved)
        # What was probably meant comes first.
        meant = outlook.buttons if outlook else []
        style = discord.ButtonStyle.secondary if meant else discord.ButtonStyle.success
        super().__init__(
            container(ui.TextDisplay("\n".join(line for line in lines if line))),
            ui.ActionRow(*meant, button("Confirm", confirm, style=style), button("Cancel", CancelFeed())),
        )


def _besides(already: int) -> str:
    if not already:
        return ""
    there = "a daily paper" if already == 1 else counted(already, "daily paper")
    return f"⚠ This channel already has {there}. To change what's there, use `/daily edit`."


class FeedSaved(Layout):
    def __init__(self, facts: FeedFacts, *, changed: bool) -> None:
        head = f"## {facts.what.capitalize()} {'changed' if changed else 'set up'}"
        hint = "-# Change, pause or post it at once from `/daily list`."
        super().__init__(container(ui.TextDisplay(f"{head}\n{facts.lines}\n{hint}")))


class NoFeeds(Layout):
    """There is none yet, and how to get one."""

    def __init__(self) -> None:
        super().__init__(
            ui.TextDisplay(NO_FEEDS),
            ui.ActionRow(button("Set up", SetUpFeed(), style=discord.ButtonStyle.primary)),
        )


NO_FEEDS = "No daily paper yet. Set one up with `/daily setup`."


class FeedList(Layout):
    """A page of a server's feeds, each with a button that opens its panel."""

    def __init__(self, page: PageOf[FeedFacts]) -> None:
        items = _listed("## Daily papers", page, "Manage", lambda feed: OpenFeed(feed, page.number))
        super().__init__(container(*items), *page_row(ListFeeds(page.number), page.pages))


class FeedChoice(Layout):
    """A page of a server's feeds, to choose the one that a command is about."""

    def __init__(self, page: PageOf[FeedFacts], doing: Doing) -> None:
        label = _DOES[doing]
        items = _listed(f"## {_ASKS[doing]}", page, label, lambda feed: _does(doing, feed, page.number))
        super().__init__(container(*items), *page_row(ChooseFeed(doing, page.number), page.pages))


_DOES = {
    Doing.PAUSE: "Pause",
    Doing.RESUME: "Resume",
    Doing.REMOVE: "Remove",
    Doing.PREVIEW: "Preview",
    Doing.POST: "Post now",
}
_ASKS = {
    Doing.PAUSE: "Pause which daily paper?",
    Doing.RESUME: "Resume which daily paper?",
    Doing.REMOVE: "Remove which daily paper?",
    Doing.PREVIEW: "Preview which daily paper?",
    Doing.POST: "Post which daily paper now?",
}


def _does(doing: Doing, feed: int, page: int) -> Button:
    match doing:
        case Doing.PAUSE:
            return PauseFeed(feed, page)
        case Doing.RESUME:
            return ResumeFeed(feed, page)
        case Doing.REMOVE:
            return AskRemoveFeed(feed, page)
        case Doing.PREVIEW:
            return PreviewFeed(feed)
        case Doing.POST:
            return PostFeed(feed, page)


def _listed(
    heading: str, page: PageOf[FeedFacts], label: str, does: Callable[[int], Button]
) -> list[ui.Item[Any]]:
    items: list[ui.Item[Any]] = [ui.TextDisplay(heading)]
    for each in page.items:
        items += [ui.Separator(), ui.Section(each.lines, accessory=button(label, does(each.saved_id)))]
    return items


class FeedPanel(Layout):
    """One feed, and all that can be done with it; `note` says what was just done.

    `page` is that of the list to go back to; None where there is only this one.
    """

    def __init__(self, facts: FeedFacts, page: int | None, note: str = "") -> None:
        feed, back = facts.saved_id, page or 1
        text: list[ui.Item[Any]] = [ui.TextDisplay(note), ui.Separator()] if note else []
        text.append(ui.TextDisplay(f"## {facts.what.capitalize()}\n{facts.lines}"))
        switch = button("Resume", ResumeFeed(feed, back), style=discord.ButtonStyle.success)
        if not facts.paused:
            switch = button("Pause", PauseFeed(feed, back))
        row = ui.ActionRow[Any](
            button("Edit", EditFeed(feed)),
            button("Post now", PostFeed(feed, back)),
            button("Preview", PreviewFeed(feed)),
            switch,
            button("Remove", AskRemoveFeed(feed, back), style=discord.ButtonStyle.danger),
        )
        leading = [ui.ActionRow[Any](_back_to_list(page))] if page else []
        super().__init__(container(*text), row, *leading)


class FeedRemoval(Layout):
    """Asks before a feed goes; Keep leads to its panel."""

    def __init__(self, facts: FeedFacts, page: int = 1) -> None:
        feed = facts.saved_id
        kept = "-# Past papers are remembered, so none repeats."
        super().__init__(
            container(ui.TextDisplay(f"## Remove this {facts.what}?\n{facts.lines}\n{kept}")),
            ui.ActionRow(
                button("Remove", RemoveFeed(feed), style=discord.ButtonStyle.danger),
                button("Keep", OpenFeed(feed, page)),
            ),
        )


class FeedRemoved(Layout):
    def __init__(self, channel_id: int) -> None:
        super().__init__(
            ui.TextDisplay(
                f"Removed the daily paper in <#{channel_id}>. Its past papers stay in `/daily history`."
            ),
            ui.ActionRow(_back_to_list(1)),
        )


def _back_to_list(page: int) -> ui.Button[Any]:
    return button("Back", ListFeeds(page), style=discord.ButtonStyle.primary)


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
            super().__init__(ui.TextDisplay(f"No daily papers in <#{channel_id}> yet."))
            return
        pages = pages_of(total, POSTED_A_PAGE)
        lines = "\n".join(f"- {day(each.day)}: [{titled(each.title, 150)}]({each.url})" for each in posted)
        head = f"## {counted(total, 'paper')} in <#{channel_id}>"
        super().__init__(
            container(ui.TextDisplay(f"{head}\n{lines}")), *page_row(History(channel_id, page), pages)
        )
