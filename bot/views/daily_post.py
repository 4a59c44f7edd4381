"""The daily post: made for reading in a channel, with buttons that work for ever."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.delivery.post import Post
from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.views.layout import ACCENT, TEXT_LIMIT, Layout
from bot.views.markdown import clip_escaped, escape, facts_line, first_sentences, linked
from bot.views.paper_card import CardPlace, card_row, picture
from bot.views.why import why

_TITLE_LIMIT = 250
_TEXT_LIMIT = 700
_SPARE = 200
"""Characters kept free of the total."""


def layout_of(post: Post) -> Layout:
    """The post as a channel sees it, in its preview too."""
    return DailyPost(post) if post.entries else NoNewPapers(post.topic, mark=post.mark)


class DailyPost(Layout):
    """One to five papers within Discord's 40 components and 4,000 characters.

    Its mark is the component id by which it is known again. A role is named; that it is notified is for the
    sender to allow.
    """

    def __init__(self, post: Post) -> None:
        count, day = len(post.entries), post.day
        heading = "Paper of the day" if count == 1 else f"{count} papers of the day"
        head = f"## {heading}\n-# {day:%A}, {day.day} {day:%B %Y}"
        if post.topic:
            head += f" · on “{clip_escaped(post.topic, 150)}”"
        if post.ping_role_id is not None:
            head += f" · <@&{post.ping_role_id}>"
        room = (TEXT_LIMIT - _SPARE - len(head)) // count
        items: list[ui.Item[Any]] = [ui.TextDisplay(head)]
        for entry in post.entries:
            text = _text(entry.paper, why(entry.pick, day), room)
            items += _alone(entry.paper, text) if count == 1 else _among_others(entry.paper, text)
        super().__init__(ui.Container(*items, accent_colour=ACCENT, id=post.mark))


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


def thread_name(post: Post) -> str:
    """What the discussion of its papers is called, at most 100 characters."""
    titles = [entry.paper.title for entry in post.entries]
    if len(titles) == 1:
        return titles[0] if len(titles[0]) <= 100 else titles[0][:99].rstrip() + "…"
    what = "Papers of the day" if titles else "No new papers"
    return f"{what}, {post.day.day} {post.day:%B %Y}"


def _alone(paper: Paper, text: str) -> list[ui.Item[Any]]:
    items: list[ui.Item[Any]] = [ui.Separator()]
    if paper.picture_url:
        items.append(ui.Section(text, accessory=picture(paper)))
    else:
        items.append(ui.TextDisplay(text))
    items.append(ui.ActionRow(*card_row(paper, CardPlace.SERVER)))
    return items


def _among_others(paper: Paper, text: str) -> list[ui.Item[Any]]:
    # Five papers with five buttons each would be more than a message holds.
    row = card_row(paper, CardPlace.SERVER, discuss=False)
    return [ui.Separator(), ui.TextDisplay(text), ui.ActionRow(*row)]


def _text(paper: Paper, chosen: str, room: int) -> str:
    lines = [f"### {linked(paper, _TITLE_LIMIT)}", facts_line(paper), f"-# {_capital(escape(chosen))}"]
    head = "\n".join(line for line in lines if line)
    left = min(_TEXT_LIMIT, room - len(head) - 40)
    if paper.summary and left > 80:
        return f"{head}\n{clip_escaped(paper.summary, left)}\n-# Summary by Hugging Face"
    if paper.abstract and left > 80:
        return f"{head}\n{clip_escaped(first_sentences(readable(paper.abstract), left), left)}"
    return head


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
