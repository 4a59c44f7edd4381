"""One paper of a post: what is said of it, and its buttons."""

from __future__ import annotations

from datetime import date
from typing import Any

from discord import ui

from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.views.layout import TEXT_LIMIT, Heading, button
from bot.views.markdown import clip_escaped, escape, facts_line, first_sentences, linked, titled
from bot.views.paper_card import CardPlace, card_row, picture
from bot.views.server_buttons import DiscussPost

_TITLE_LIMIT = 250
_TEXT_LIMIT = 700
_SPARE = 200
"""Characters kept free of the total."""


def room_of_each(papers: int, *others: str) -> int:
    """Characters for each of so many papers in a message that has these other texts."""
    return (TEXT_LIMIT - _SPARE - sum(map(len, others))) // papers


def alone(paper: Paper, text: str) -> list[ui.Item[Any]]:
    """The only paper of its post, with its picture."""
    items: list[ui.Item[Any]] = [ui.Separator()]
    if paper.picture_url:
        items.append(ui.Section(text, accessory=picture(paper)))
    else:
        items.append(ui.TextDisplay(text))
    items.append(ui.ActionRow(*card_row(paper, CardPlace.SERVER)))
    return items


def among_others(paper: Paper, text: str) -> list[ui.Item[Any]]:
    """One of up to five, which are discussed together: a message has one thread."""
    row = card_row(paper, CardPlace.SERVER, discuss=False)
    return [ui.Separator(), ui.TextDisplay(text), ui.ActionRow(*row)]


def discussed_together(day: date, *, weekly: bool = False) -> ui.ActionRow[Any]:
    """Below the papers of a post: what opens the thread for all of them."""
    return ui.ActionRow(button("Discuss", DiscussPost(day, weekly)))


def entry_text(paper: Paper, chosen: str, room: int) -> str:
    """Title, facts, why it was `chosen`, and its summary, in `room` characters."""
    lines = [heading_of(paper).line, facts_line(paper), f"-# {_capital(escape(chosen))}"]
    head = "\n".join(line for line in lines if line)
    left = min(_TEXT_LIMIT, room - len(head) - 40)
    if paper.summary and left > 80:
        return f"{head}\n{clip_escaped(paper.summary, left)}\n-# Summary by Hugging Face"
    if paper.abstract and left > 80:
        return f"{head}\n{clip_escaped(first_sentences(readable(paper.abstract), left), left)}"
    return head


def heading_of(paper: Paper) -> Heading:
    """The first line of the text that `entry_text` makes."""
    return Heading("###", titled(paper.title, _TITLE_LIMIT), paper.id, linked(paper, _TITLE_LIMIT))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
