"""The daily post: made for reading in a channel, with buttons that work for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from discord import ui

from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.views.layout import ACCENT, TEXT_LIMIT, Layout
from bot.views.markdown import clip_escaped, escape, facts_line, first_sentences, link, titled
from bot.views.paper_card import card_row, picture

_TITLE_LIMIT = 250
_TEXT_LIMIT = 700
_SPARE = 200
"""Characters kept free of the total."""


@dataclass(frozen=True, slots=True)
class DailyEntry:
    paper: Paper
    why: str
    """Why it was chosen, as `most upvoted of Thursday`."""


class DailyPost(Layout):
    """One to five papers within Discord's 40 components and 4,000 characters.

    `mark` is the component id by which the post is known again; `ping_role_id` a role to be named (that it is
    notified is for the sender to allow).
    """

    def __init__(
        self,
        entries: Sequence[DailyEntry],
        day: date,
        *,
        mark: int,
        topic: str = "",
        ping_role_id: int | None = None,
    ) -> None:
        heading = "Paper of the day" if len(entries) == 1 else f"{len(entries)} papers of the day"
        head = f"## {heading}\n-# {day:%A}, {day.day} {day:%B %Y}"
        if topic:
            head += f" · on “{clip_escaped(topic, 150)}”"
        if ping_role_id is not None:
            head += f" · <@&{ping_role_id}>"
        room = (TEXT_LIMIT - _SPARE - len(head)) // len(entries)
        items: list[ui.Item[Any]] = [ui.TextDisplay(head)]
        for entry in entries:
            items += _alone(entry, room) if len(entries) == 1 else _among_others(entry, room)
        super().__init__(ui.Container(*items, accent_colour=ACCENT, id=mark))


class NoNewPapers(Layout):
    """Said once, when no paper that matches is left for a channel."""

    def __init__(self, topic: str, *, mark: int) -> None:
        on = f" on “{clip_escaped(topic, 200)}”" if topic else ""
        hint = " Change the topic with `/daily edit`." if topic else ""
        text = (
            f"## No new paper today\nThis channel has already seen every paper{on} that I have. "
            f"I'll post again as soon as there's a new one.{hint}"
        )
        super().__init__(ui.Container(ui.TextDisplay(text), accent_colour=ACCENT, id=mark))


def thread_name(titles: Sequence[str], day: date) -> str:
    """What the discussion of these papers is called, at most 100 characters; `titles` may be empty."""
    if len(titles) == 1:
        return titles[0] if len(titles[0]) <= 100 else titles[0][:99].rstrip() + "…"
    what = "Papers of the day" if titles else "No new papers"
    return f"{what}, {day.day} {day:%B %Y}"


def _alone(entry: DailyEntry, room: int) -> list[ui.Item[Any]]:
    text = _text(entry, room)
    items: list[ui.Item[Any]] = [ui.Separator()]
    if entry.paper.picture_url:
        items.append(ui.Section(text, accessory=picture(entry.paper)))
    else:
        items.append(ui.TextDisplay(text))
    items.append(ui.ActionRow(*card_row(entry.paper)))
    return items


def _among_others(entry: DailyEntry, room: int) -> list[ui.Item[Any]]:
    row = [each for each in card_row(entry.paper) if not each.label or not each.label.startswith("Code")]
    return [ui.Separator(), ui.TextDisplay(_text(entry, room)), ui.ActionRow(*row)]


def _text(entry: DailyEntry, room: int) -> str:
    paper = entry.paper
    lines = [f"### {_title(paper)}", facts_line(paper), f"-# {_capital(escape(entry.why))}"]
    head = "\n".join(line for line in lines if line)
    left = min(_TEXT_LIMIT, room - len(head) - 40)
    if paper.summary and left > 80:
        return f"{head}\n{clip_escaped(paper.summary, left)}\n-# Summary by Hugging Face"
    if paper.abstract and left > 80:
        return f"{head}\n{clip_escaped(first_sentences(readable(paper.abstract), left), left)}"
    return head


def _title(paper: Paper) -> str:
    title = titled(paper.title, _TITLE_LIMIT)
    return link(title, f"https://arxiv.org/abs/{paper.arxiv_id}") if paper.arxiv_id else title


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
