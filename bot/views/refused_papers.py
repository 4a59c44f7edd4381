"""Papers that are not for somebody: which of several, that it was noted, and that it was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.paper.model import Paper
from bot.views.follow_buttons import RefuseSome
from bot.views.layout import Layout, Notice, button, menu
from bot.views.list_buttons import TakeBack, TakeBackSome
from bot.views.markdown import counted, titled
from bot.views.paper_buttons import handle
from bot.views.paper_list import paper_options

_TITLE_LIMIT = 180


class ChooseRefused(Layout):
    """Asks which papers of a letter are not for the person."""

    private = True

    def __init__(self, papers: Sequence[Paper]) -> None:
        options = paper_options(papers)
        super().__init__(
            ui.TextDisplay("Which of these aren't for you?"),
            menu("Not for me…", RefuseSome(), options, most=len(options)),
        )


class Refused(Layout):
    """They were refused just now, and each can be taken back; `hint` says what else would help."""

    private = True

    def __init__(self, papers: Sequence[Paper], hint: str = "") -> None:
        said = f"`/paper for-me` brings you fewer papers like {_named(papers)} from now on. {hint}"
        super().__init__(ui.TextDisplay(said.rstrip()))
        for each in _undo(papers):
            self.add_item(each)


class TakenBack(Notice):
    """These are refused no longer; those `left` still are, and can be taken back, too."""

    def __init__(self, papers: Sequence[Paper], left: Sequence[Paper] = ()) -> None:
        said = f"Undone: `/paper for-me` may bring papers like {_named(papers)} again."
        if left:
            said += f"\n-# Still not for you: {_named(left)}"
        super().__init__(said, *_undo(left), private=True)


def _undo(papers: Sequence[Paper]) -> list[ui.ActionRow[Any]]:
    """By which they can be taken back; nothing for none."""
    if len(papers) < 2:
        return [ui.ActionRow(button("Undo", TakeBack(handle(each)))) for each in papers]
    options = paper_options(papers)
    return [menu("Undo…", TakeBackSome(), options, most=len(options))]


def _named(papers: Sequence[Paper]) -> str:
    if len(papers) == 1:
        return f"**{titled(papers[0].title, _TITLE_LIMIT)}**"
    return f"those {counted(len(papers), 'paper')}"
