"""Papers in a column, an Open button beside each: results, similar papers, the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from discord import ui

from bot.catalog.models import Paper
from bot.catalog.results import Passage
from bot.views.custom_ids import compose, handle
from bot.views.layout import Layout, button, container
from bot.views.text import clip_escaped, facts_line, marked

PAGE_SIZE = 5
_TITLE_LIMIT = 200
_ENTRY_LIMIT = 640
"""Of an entry in markdown: a passage that is mostly signs, each with its backslash, is left out."""


def pages_of(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def entry(
    paper: Paper, rank: int, origin: tuple[object, ...], passage: Passage | None = None
) -> ui.Section[Any]:
    """One paper of a list; `origin` is the verb and the fields that show the list again."""
    lines = [f"**{rank}. {clip_escaped(paper.title, _TITLE_LIMIT)}**", facts_line(paper)]
    text = "\n".join(line for line in lines if line)
    if passage is not None and passage.text and len(quoted := f"{text}\n> {marked(passage)}") <= _ENTRY_LIMIT:
        text = quoted
    return ui.Section(text, accessory=button("Open", compose("open", handle(paper), *origin)))


def page_row(page: int, pages: int, at: Callable[[int], str], jump: str) -> list[ui.Item[Any]]:
    """Previous, page n of m, Next; nothing where there is one page. `at` gives a page's custom_id."""
    if pages <= 1:
        return []
    return [
        ui.ActionRow(
            button("← Previous", at(page - 1), disabled=page <= 1),
            button(f"Page {page:,} of {pages:,}", jump),
            button("Next →", at(page + 1), disabled=page >= pages),
        )
    ]


class PaperList(Layout):
    """A headline, the papers, and what stands below them."""

    def __init__(
        self,
        headline: str,
        papers: Iterable[Paper],
        *,
        origin: tuple[object, ...],
        first_rank: int = 1,
        below: Iterable[ui.Item[Any]] = (),
    ) -> None:
        items: list[ui.Item[Any]] = [ui.TextDisplay(headline)]
        for rank, paper in enumerate(papers, first_rank):
            items += [ui.Separator(), entry(paper, rank, origin)]
        super().__init__(container(*items), *below)
