"""Papers that are not for somebody: which of several, that it was noted, and that it was taken back."""

from __future__ import annotations

from collections.abc import Sequence

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
        if len(papers) == 1:
            self.add_item(ui.ActionRow(button("Undo", TakeBack(handle(papers[0])))))
        elif papers:
            options = paper_options(papers)
            self.add_item(menu("Undo…", TakeBackSome(), options, most=len(options)))


class TakenBack(Notice):
    def __init__(self, papers: Sequence[Paper]) -> None:
        said = f"Undone: `/paper for-me` may bring papers like {_named(papers)} again."
        super().__init__(said, private=True)


def _named(papers: Sequence[Paper]) -> str:
    if len(papers) == 1:
        return f"**{titled(papers[0].title, _TITLE_LIMIT)}**"
    return f"those {counted(len(papers), 'paper')}"
