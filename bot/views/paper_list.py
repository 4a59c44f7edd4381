"""Papers in a column, an Open button beside each: results, similar papers, the newest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.paper.model import Paper
from bot.search.results import Passage
from bot.views.button_base import Listing
from bot.views.layout import Layout, button, container, menu
from bot.views.list_buttons import SaveSome
from bot.views.markdown import facts_line, marked, title_label, titled
from bot.views.paper_buttons import Open, handle

PAGE_SIZE = 5
_TITLE_LIMIT = 200
_MOST_OPTIONS = 25
_ENTRY_LIMIT = 640
"""Of an entry in markdown: a passage that is mostly signs, each with its backslash, is left out."""


def entry(paper: Paper, rank: int, origin: Listing, passage: Passage | None = None) -> ui.Section[Any]:
    """One paper of a list; `origin` shows the list again."""
    lines = [f"**{rank}. {titled(paper.title, _TITLE_LIMIT)}**", facts_line(paper)]
    text = "\n".join(line for line in lines if line)
    if passage is not None and passage.text and len(quoted := f"{text}\n> {marked(passage)}") <= _ENTRY_LIMIT:
        text = quoted
    return ui.Section(text, accessory=button("Open", Open(handle(paper), origin)))


def save_row(papers: Sequence[Paper]) -> list[ui.Item[Any]]:
    """A menu that saves some of these papers; nothing where there are none."""
    if not papers:
        return []
    options = paper_options(papers)
    return [menu("Save to your reading list…", SaveSome(), options, most=len(options))]


def paper_options(papers: Iterable[Paper]) -> list[discord.SelectOption]:
    """Each of them once, as many as a menu holds."""
    return [
        discord.SelectOption(label=title_label(paper.title), value=handle(paper))
        for paper in {handle(paper): paper for paper in papers}.values()
    ][:_MOST_OPTIONS]


class PaperList(Layout):
    """A headline, the papers, and what stands below them."""

    def __init__(
        self,
        headline: str,
        papers: Iterable[Paper],
        *,
        origin: Listing,
        first_rank: int = 1,
        below: Iterable[ui.Item[Any]] = (),
    ) -> None:
        items: list[ui.Item[Any]] = [ui.TextDisplay(headline)]
        shown = list(papers)
        for rank, paper in enumerate(shown, first_rank):
            items += [ui.Separator(), entry(paper, rank, origin)]
        super().__init__(container(*items), *save_row(shown), *below)
