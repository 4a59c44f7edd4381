"""A letter: the new papers of what somebody follows; and the first message to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.delivery.direct_message import Brought, DirectMessage, Welcome
from bot.readers.follows import Followed, Kind, News
from bot.readers.likings import Picked
from bot.views.follow_buttons import NotForMeIn, PauseLetter, ShowInbox, StopLetter
from bot.views.follow_pages import named
from bot.views.for_me_page import why
from bot.views.layout import ACCENT, TEXT_LIMIT, Layout, button, container
from bot.views.markdown import clip_escaped, counted, facts_line, linked, titled
from bot.views.paper_buttons import Open, handle
from bot.views.paper_list import save_row

_TITLE_LIMIT = 200
_FOLLOW_LIMIT = 80
_SPARE = 300
"""Characters kept free of a message's."""
_SHORTER = ((200, 80, True), (120, 60, True), (120, 40, False), (60, 30, False))
"""Characters of a title and of what is followed, and whether facts are shown: the first that fits."""
_HEADS = {
    frozenset({News.NEW}): "",
    frozenset({News.CODE}): "Code has appeared",
    frozenset({News.VERSION}): "A new version has appeared",
}
"""Where all entries are of one kind; new papers are counted."""


class LetterPage(Layout):
    """At most ten papers, of Discord's 40 components and 4,000 characters. Its mark is the container's id."""

    def __init__(self, letter: DirectMessage) -> None:
        papers = len(letter.entries)
        head = _HEADS.get(frozenset(entry.news for entry in letter.entries), "News of what you follow")
        head = head or f"{counted(papers, 'new paper')} for you"
        items: list[ui.Item[Any]] = [ui.TextDisplay(f"### {head}"), *_entries(letter.entries)]
        row = [
            button("Not for me", NotForMeIn(letter.letter_id)),
            button("Pause a month", PauseLetter(letter.letter_id)),
            button("Unfollow", StopLetter(letter.letter_id)),
        ]
        if letter.more:
            row.insert(0, button(f"{letter.more:,} more", ShowInbox()))
        super().__init__(
            ui.Container(*items, accent_colour=ACCENT, id=letter.mark),
            *save_row([entry.paper for entry in letter.entries]),
            ui.ActionRow(*row),
        )


class WelcomePage(Layout):
    """Says what somebody follows now, with the newest paper of it as an example."""

    def __init__(self, welcome: Welcome) -> None:
        text = f"You follow {named(welcome.follow)}. I'll write here when something new comes."
        if welcome.example is not None:
            text += f"\nFor example: {linked(welcome.example, _TITLE_LIMIT)}"
        text += "\n-# Change or stop it with `/follow show`; when and where I write, with `/inbox settings`."
        super().__init__(container(ui.TextDisplay(text)))


def because(
    follow: Followed | None,
    news: News,
    version: int | None = None,
    room: int = _FOLLOW_LIMIT,
    picked: Picked | None = None,
) -> str:
    """Why it was brought, in a few words; of what is followed so many characters.

    `picked` says more of one that was picked for the person.
    """
    if news is News.CODE:
        return "Its code is there now"
    if news is News.VERSION:
        return f"Version {version} is on arXiv"
    if follow is None:
        return "From something you stopped following"
    if follow.kind is Kind.FOR_ME:
        return why(picked.because, room) if picked is not None else "Picked for you"
    name = clip_escaped(" ".join(follow.shown.split()), room)
    if follow.kind is Kind.PAPER:
        return f"Like “{titled(follow.shown, room)}”"
    return {Kind.LIST: f"Like your list {name}"}.get(follow.kind, f"You follow {name}")


def _entries(entries: Sequence[Brought]) -> list[ui.Item[Any]]:
    """As much of each as there is room for, of all alike."""
    for title, follow, facts in _SHORTER:
        texts = [_text(entry, title, follow, facts=facts) for entry in entries]
        if sum(map(len, texts)) <= TEXT_LIMIT - _SPARE:
            break
    return [
        ui.Section(text, accessory=button("Open", Open(handle(entry.paper))))
        for text, entry in zip(texts, entries, strict=True)
    ]


def _text(entry: Brought, title: int, follow: int, *, facts: bool) -> str:
    lines = (
        f"**{linked(entry.paper, title)}**",
        facts_line(entry.paper) if facts else "",
        f"-# {because(entry.follow, entry.news, entry.version, follow, entry.picked)}",
    )
    return "\n".join(line for line in lines if line)
