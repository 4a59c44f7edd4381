"""One paper, whole: the card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import discord
from discord import ui

from bot.catalog.doi import doi_address
from bot.catalog.models import Paper
from bot.views.buttons import Cite, Listing, Similar, handle
from bot.views.layout import TEXT_LIMIT, Layout, button, container, link_button
from bot.views.text import authors_line, categories_line, clip_escaped, day, joined, upvotes

_NAMED_AUTHORS = 10
_TITLE_LIMIT = 400
_SUMMARY_LIMIT = 400
_VENUE_LIMIT = 120
_NAMED_DAYS = 5
_BUTTONS_A_ROW = 5
_LABEL_LIMIT = 80
_SPARE = 60
"""Characters kept free for the markers that the parts are joined with."""


class PaperCard(Layout):
    """The card of `paper`.

    `back` is the list it came from, `more` are further buttons, `note` is a line above it.
    """

    def __init__(
        self,
        paper: Paper,
        *,
        back: Listing | None = None,
        more: Sequence[ui.Button[Any]] = (),
        note: str = "",
    ) -> None:
        head = _head(paper)
        summary = _summary(paper)
        room = TEXT_LIMIT - len(head) - len(summary) - len(note) - _SPARE
        items: list[ui.Item[Any]] = [_headed(paper, head)]
        if note:
            items.insert(0, ui.TextDisplay(f"-# {note}"))
        if summary:
            items.append(ui.TextDisplay(summary))
        if paper.abstract:
            items += [ui.Separator(), ui.TextDisplay(clip_escaped(_paragraphs(paper.abstract), room))]
        links = paper_links(paper)
        if links:
            items.append(ui.ActionRow(*links))
        super().__init__(container(*items), ui.ActionRow(*_actions(paper, back), *more))


def paper_links(paper: Paper) -> list[ui.Button[Any]]:
    """Buttons to arXiv, the PDF and Hugging Face or else the DOI, to the code, the project, and where a file
    of the operator's said that the paper is.
    """
    links: list[ui.Button[Any]] = []
    if paper.arxiv_id:
        links += [
            link_button("arXiv", f"https://arxiv.org/abs/{paper.arxiv_id}"),
            link_button("PDF", f"https://arxiv.org/pdf/{paper.arxiv_id}"),
            link_button("Hugging Face", f"https://huggingface.co/papers/{paper.arxiv_id}"),
        ]
    elif paper.doi:
        links.append(link_button("DOI", doi_address(paper.doi)))
    if paper.code_url and len(paper.code_url) <= 512:
        stars = f" ★ {paper.code_stars:,}" if paper.code_stars is not None else ""
        links.append(link_button(f"Code{stars}", paper.code_url))
    if paper.project_url and len(paper.project_url) <= 512:
        links.append(link_button("Project", paper.project_url))
    if paper.url and len(links) < _BUTTONS_A_ROW and (host := _host(paper.url)):
        links.append(link_button(host, paper.url))
    return links


def _host(url: str) -> str:
    """What a button that leads out of the bot is labelled with; empty where it would not fit whole."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return host if len(host) <= _LABEL_LIMIT else ""


def _actions(paper: Paper, back: Listing | None) -> list[ui.Button[Any]]:
    actions = [
        button("Similar", Similar(handle(paper))),
        button("Cite", Cite(handle(paper))),
    ]
    if back is not None:
        actions.insert(0, button("← Back", back, style=discord.ButtonStyle.primary))
    return actions


def _headed(paper: Paper, head: str) -> ui.Item[Any]:
    if paper.picture_url:
        return ui.Section(head, accessory=ui.Thumbnail(paper.picture_url))
    return ui.TextDisplay(head)


def _head(paper: Paper) -> str:
    title = clip_escaped(paper.title, _TITLE_LIMIT)
    published = day(paper.published) if paper.published else str(paper.year or "")
    venue = clip_escaped(paper.venue, _VENUE_LIMIT) if paper.venue else ""
    lines = [
        f"## {title}",
        authors_line(paper, _NAMED_AUTHORS),
        joined(published, venue, categories_line(paper), upvotes(paper)),
        f"-# Daily Paper of {', '.join(map(day, paper.featured[-_NAMED_DAYS:]))}" if paper.featured else "",
        "**Withdrawn** by its authors or by arXiv." if paper.withdrawn else "",
    ]
    return "\n".join(line for line in lines if line)


def _summary(paper: Paper) -> str:
    if not paper.summary:
        return ""
    return f"> {clip_escaped(paper.summary, _SUMMARY_LIMIT)}\n-# Summary by Hugging Face"


def _paragraphs(abstract: str) -> str:
    """Line breaks inside an abstract are the source's line width, not its paragraphs."""
    return " ".join(abstract.split())
