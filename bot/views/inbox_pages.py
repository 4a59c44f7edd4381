"""What follows brought to somebody, and how they hear of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.paper.model import Paper
from bot.readers.follows import Followed, Found, Inbox
from bot.reasons import Reason
from bot.views.follow_buttons import ShowInbox
from bot.views.follow_pages import told
from bot.views.layout import Layout, button, container
from bot.views.letter_page import because
from bot.views.letter_reasons import letter_sentence
from bot.views.markdown import counted, facts_line, titled
from bot.views.paging import PageOf, page_row
from bot.views.paper_buttons import Open, handle
from bot.views.paper_list import save_row

A_PAGE = 5
_TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Arrived:
    """A line of the inbox."""

    found: Found
    paper: Paper | None
    """None where it has left the catalog, or is hidden here."""
    follow: Followed | None
    hidden: bool = False
    """Whether this server's admins want it nowhere here."""


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
        hindered: Reason | None = None,
        mails: str = "",
    ) -> None:
        """`hindered` is why a letter under way has not arrived, `mails` what there is to say of mails."""
        note = "\n".join(line for line in (hindrance(inbox, hindered), mails) if line)
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

    def __init__(
        self,
        inbox: Inbox,
        said: str = "",
        note: str = "",
        mails: str = "",
        *,
        hindered: Reason | None = None,
    ) -> None:
        lines = (f"{said} {told(inbox)}".strip(), hindrance(inbox, hindered), note, mails)
        super().__init__(
            container(ui.TextDisplay("\n".join(line for line in lines if line))),
            ui.ActionRow(button("Inbox", ShowInbox())),
        )


def hindrance(inbox: Inbox | None, waits_for: Reason | None = None) -> str:
    """That somebody could not be written to, and why: they are now, since they have come."""
    why = inbox.paused_reason if inbox is not None and inbox.paused_at is not None else waits_for
    if why is None and (inbox is None or inbox.paused_at is None):
        return ""
    said = " ".join(part for part in ("⚠ I couldn't write to you.", letter_sentence(why)) if part)
    return f"{said} I'll try again now; what came waits in `/inbox show`."


def _entry(arrived: Arrived, here: ShowInbox) -> ui.Item[Any]:
    match, paper = arrived.found.match, arrived.paper
    came = discord.utils.format_dt(arrived.found.found_at, "R")
    lines = (
        f"**{titled(match.title, _TITLE_LIMIT)}**" if not arrived.hidden else "*Hidden in this server*",
        facts_line(paper) if paper else "",
        f"-# {because(arrived.follow, match.news, match.version)} · {came}",
    )
    gone = "Hidden" if arrived.hidden else "Gone"
    opens = button("Open", Open(handle(paper), here)) if paper else button(gone, Open("-"), disabled=True)
    return ui.Section("\n".join(line for line in lines if line), accessory=opens)
