"""One paper: the card that a channel sees, and all about it for whoever asks for more."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import discord
from discord import ui

from bot.paper.citing import Style
from bot.paper.dois import doi_address
from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.readers.follows import Kind
from bot.views.button_base import Listing
from bot.views.follow_buttons import FollowThis
from bot.views.layout import TEXT_LIMIT, Heading, Layout, button, container, link_button
from bot.views.list_buttons import RefuseThis, Save
from bot.views.markdown import (
    authors_line,
    categories_line,
    cited,
    clip,
    clip_escaped,
    day,
    first_sentences,
    joined,
    titled,
    upvotes,
)
from bot.views.paper_buttons import Cite, CiteDetails, More, Similar, Where, handle
from bot.views.server_buttons import Discuss, Share, Vote, vote_label

_NAMED_AUTHORS = 5
_ALL_AUTHORS = 30
_TITLE_LIMIT = 400
_SUMMARY_LIMIT = 320
_SENTENCES = 2
_VENUE_LIMIT = 120
_NAMED_DAYS = 5
_BUTTONS_A_ROW = 5
_LABEL_LIMIT = 80
_LONGEST_ADDRESS = 512
_LONGEST_DESCRIPTION = 200
_SPARE = 60
"""Characters kept free for the markers that the parts are joined with."""


class PaperCard(Layout):
    """The card of `paper`, short enough for a phone.

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
        items: list[ui.Item[Any]] = [ui.TextDisplay(f"-# {note}")] if note else []
        items.append(_with_picture(paper, _head(paper)))
        if in_short := _in_short(paper):
            items.append(ui.TextDisplay(in_short))
        self.paper = paper
        self.headings = [_heading(paper)]
        self._row: ui.ActionRow[Any] = ui.ActionRow(*card_row(paper))
        items.append(self._row)
        row = [back_to(back)] if back else []
        below = [ui.ActionRow(*row, *more)] if row or more else []
        super().__init__(container(*items), *below)

    def placed(self, where: CardPlace, votes: int = 0) -> None:
        """Its buttons are those that it has in that place; `votes` people of the server like it."""
        self._row.clear_items()
        for each in card_row(self.paper, where, votes):
            self._row.add_item(each)


class PaperDetails(Layout):
    """All about `paper`: the whole abstract, every link, what is like it, how it is cited."""

    private = True

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.headings = [_heading(paper)]
        head = _full_head(paper)
        room = TEXT_LIMIT - len(head) - _SPARE
        items: list[ui.Item[Any]] = [_with_picture(paper, head)]
        if paper.abstract:
            items += [
                ui.Separator(),
                ui.TextDisplay(clip_escaped(_paragraphs(readable(paper.abstract)), room)),
            ]
        if links := paper_links(paper):
            items.append(ui.ActionRow(*links))
        known_as = handle(paper)
        similar = button("Similar", Similar(known_as, Where.DETAILS))
        cite = button("Cite", CiteDetails(known_as, Style.BIBTEX))
        follow = button("Follow", FollowThis(Kind.PAPER, f"={known_as}"))
        refuse = button("Not for me", RefuseThis(known_as))
        super().__init__(container(*items), ui.ActionRow(similar, cite, follow, refuse))


class CardPlace(Enum):
    """Where a card is, which decides what can be done with it."""

    SERVER = "for everybody in a server that the bot is a member of"
    ALONE = "in such a server, for one person alone"
    ELSEWHERE = "in a direct message, or where the bot is installed for a person only"


def card_row(
    paper: Paper, where: CardPlace = CardPlace.ELSEWHERE, votes: int = 0, *, discuss: bool = True
) -> list[ui.Button[Any]]:
    """PDF (or where else the paper is), Save, what can be done there, and More, which has the rest."""
    links = paper_links(paper)
    read = next((each for each in links if each.label == "PDF"), None) or next(iter(links), None)
    known_as = handle(paper)
    match where:
        case CardPlace.SERVER:
            there = [button(vote_label(votes), Vote(known_as))]
            there += [button("Discuss", Discuss(known_as))] if discuss else []
        case CardPlace.ALONE:
            there = [button("Cite", Cite(known_as)), button("Share", Share(known_as))]
        case CardPlace.ELSEWHERE:
            there = [button("Cite", Cite(known_as))]
    return [
        *([read] if read else []),
        button("Save", Save(known_as)),
        *there,
        button("More", More(known_as)),
    ]


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
    if paper.code_url and len(paper.code_url) <= _LONGEST_ADDRESS:
        stars = f" ★ {paper.code_stars:,}" if paper.code_stars is not None else ""
        links.append(link_button(f"Code{stars}", paper.code_url))
    if paper.project_url and len(paper.project_url) <= _LONGEST_ADDRESS:
        links.append(link_button("Project", paper.project_url))
    if paper.url and len(links) < _BUTTONS_A_ROW and (host := _host(paper.url)):
        links.append(link_button(host, paper.url))
    return links


def back_to(listing: Listing | More) -> ui.Button[Any]:
    """The button that leads back to where the card was opened from."""
    return button("Back", listing, style=discord.ButtonStyle.primary)


def _host(url: str) -> str:
    """What a button that leads out of the bot is labelled with; empty where it would not fit whole."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return host if len(host) <= _LABEL_LIMIT else ""


def picture(paper: Paper) -> ui.Thumbnail[Any]:
    """The paper's picture, with words for whoever can't see it; ValueError where it has none."""
    if not paper.picture_url:
        raise ValueError("this paper has no picture")
    described = clip(f"Preview picture of “{paper.title}”", _LONGEST_DESCRIPTION)
    return ui.Thumbnail(paper.picture_url, description=described)


def _with_picture(paper: Paper, head: str) -> ui.Item[Any]:
    return ui.Section(head, accessory=picture(paper)) if paper.picture_url else ui.TextDisplay(head)


def _heading(paper: Paper) -> Heading:
    return Heading("##", titled(paper.title, _TITLE_LIMIT), paper.id)


def _head(paper: Paper) -> str:
    lines = [
        _heading(paper).line,
        authors_line(paper, _NAMED_AUTHORS),
        joined(_published(paper), _venue(paper), upvotes(paper)),
        _withdrawn(paper),
    ]
    return "\n".join(line for line in lines if line)


def _full_head(paper: Paper) -> str:
    days = ", ".join(map(day, paper.featured[-_NAMED_DAYS:]))
    lines = [
        _heading(paper).line,
        _all_authors(paper),
        joined(_published(paper), _venue(paper), categories_line(paper), upvotes(paper), cited(paper)),
        f"-# Daily Paper of {days}" if days else "",
        _withdrawn(paper),
    ]
    return "\n".join(line for line in lines if line)


def _all_authors(paper: Paper) -> str:
    """As many authors as there is room for beside the abstract."""
    for named in (_ALL_AUTHORS, 2 * _NAMED_AUTHORS, _NAMED_AUTHORS):
        if len(line := authors_line(paper, named)) <= 600:
            return line
    return line


def _published(paper: Paper) -> str:
    return day(paper.published) if paper.published else str(paper.year or "")


def _venue(paper: Paper) -> str:
    return clip_escaped(paper.venue, _VENUE_LIMIT) if paper.venue else ""


def _cited(paper: Paper) -> str:
    """That a paper isn't cited yet, as most new ones aren't, is no news on a card."""
    return cited(paper) if paper.citations is not None and paper.citations.count else ""


def _withdrawn(paper: Paper) -> str:
    return "**Withdrawn** by its authors or by arXiv." if paper.withdrawn else ""


def _in_short(paper: Paper) -> str:
    """Its one-line summary, or the first sentences of its abstract, and how often it is cited.

    On a phone citations take up to two lines, and a card that is full has no others to spare for them.
    """
    count = _cited(paper)
    limit = _SUMMARY_LIMIT - len(count)
    if paper.summary:
        said = clip_escaped(first_sentences(paper.summary, limit), limit)
        small = joined("Summary by Hugging Face", count)
    else:
        said = clip_escaped(first_sentences(readable(paper.abstract or ""), limit, _SENTENCES), limit)
        small = count[:1].upper() + count[1:]
    return "\n".join(line for line in (said, f"-# {small}" if small else "") if line)


def _paragraphs(abstract: str) -> str:
    """Line breaks inside an abstract are the source's line width, not its paragraphs."""
    return " ".join(abstract.split())
