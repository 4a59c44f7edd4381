"""What follows brought to somebody, and how they hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.paper.model import Paper
from bot.readers.follows import Followed, Found, Inbox
from bot.views.follow_buttons import RefuseSome, ShowInbox
from bot.views.follow_pages import told
from bot.views.layout import Layout, button, container, menu
from bot.views.letter_page import because
from bot.views.markdown import counted, facts_line, titled
from bot.views.paging import PageOf, page_row
from bot.views.paper_buttons import Open, handle
from bot.views.paper_list import paper_options, save_row
from bot.views.reason_sentences import sentence

A_PAGE = 5
_TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Arrived:
    """A line of the inbox."""

    found: Found
    paper: Paper | None
    """None where it has left the catalog, or is hidden here."""
    follow: Followed | None


class InboxPage(Layout):
    """The latest first."""

    private = True

    def __init__(
        self,
        page: PageOf[Arrived],
        total: int,
        waiting: int,
        inbox: Inbox | None,
        follows: int,
        mails: str = "",
    ) -> None:
        note = "\n".join(line for line in (_paused(inbox), mails) if line)
        if not total:
            nothing = (
                "Nothing new yet. I'll keep it here when something comes."
                if follows
                else "You don't follow anything yet. Try `/follow topic`."
            )
            super().__init__(ui.TextDisplay("\n".join(line for line in (nothing, note) if line)))
            return
        head = f"**Inbox** · {counted(total, 'paper')}" + (f" · {waiting:,} waiting" if waiting else "")
        items: list[ui.Item[Any]] = [ui.TextDisplay("\n".join(line for line in (head, note) if line))]
        here = ShowInbox(page.number)
        for arrived in page.items:
            items += [ui.Separator(), _entry(arrived, here)]
        papers = [each.paper for each in page.items if each.paper is not None]
        super().__init__(container(*items), *save_row(papers), *page_row(here, page.pages))


class InboxSettings(Layout):
    """How somebody hears of what they follow."""

    private = True

    def __init__(self, inbox: Inbox, said: str = "", note: str = "", mails: str = "") -> None:
        lines = (said, f"You hear of new papers: {told(inbox)}.", _paused(inbox), note, mails)
        super().__init__(
            container(ui.TextDisplay("\n".join(line for line in lines if line))),
            ui.ActionRow(button("Inbox", ShowInbox())),
        )


class ChooseRefused(Layout):
    """Asks which papers of a letter are not for the person."""

    private = True

    def __init__(self, papers: Sequence[Paper]) -> None:
        options = paper_options(papers)
        super().__init__(
            ui.TextDisplay("Which of these aren't for you?"),
            menu("Not for me…", RefuseSome(), options, most=len(options)),
        )


def _paused(inbox: Inbox | None) -> str:
    if inbox is None or inbox.paused_at is None:
        return ""
    why = f" {sentence(inbox.paused_reason)}" if inbox.paused_reason else ""
    return f"⚠ I couldn't write to you.{why} Everything is kept here, and I'll try again from now on."


def _entry(arrived: Arrived, here: ShowInbox) -> ui.Item[Any]:
    match, paper = arrived.found.match, arrived.paper
    came = discord.utils.format_dt(arrived.found.found_at, "R")
    lines = (
        f"**{titled(match.title, _TITLE_LIMIT)}**",
        facts_line(paper) if paper else "",
        f"-# {because(arrived.follow, match.news, match.version)} · {came}",
    )
    opens = button("Open", Open(handle(paper), here)) if paper else button("Gone", Open("-"), disabled=True)
    return ui.Section("\n".join(line for line in lines if line), accessory=opens)
