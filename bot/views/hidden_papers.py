"""The papers that a server hides, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.paper.model import Paper
from bot.views.layout import Layout, Notice, button, container
from bot.views.markdown import counted, titled
from bot.views.paging import page_row, pages_of
from bot.views.paper_buttons import ListHidden, ShowAgain, handle

HIDDEN_A_PAGE = 5
_TITLE_LIMIT = 200


class HiddenList(Layout):
    """A page of `total` hidden papers, each with a button that shows it again."""

    def __init__(self, papers: Sequence[Paper], total: int, page: int) -> None:
        here = ListHidden(page)
        items: list[ui.Item[Any]] = [ui.TextDisplay(f"**Hidden in this server** · {counted(total, 'paper')}")]
        for paper in papers:
            again = button("Show again", ShowAgain(handle(paper), here))
            items += [ui.Separator(), ui.Section(_named(paper), accessory=again)]
        super().__init__(container(*items), *page_row(here, pages_of(total, HIDDEN_A_PAGE)))


class NowHidden(Layout):
    """The paper was hidden just now, or where it isn't `new`, before."""

    def __init__(self, paper: Paper, *, new: bool) -> None:
        said = "Hidden" if new else "Already hidden"
        then = "Nobody will find it here, and it won't be a daily paper."
        text = f"{said} in this server: {_named(paper)}. {then}"
        back = button("Undo" if new else "Show again", ShowAgain(handle(paper)))
        super().__init__(ui.TextDisplay(text), ui.ActionRow(back))


class ShownAgain(Notice):
    def __init__(self, paper: Paper) -> None:
        super().__init__(f"Shown again in this server: {_named(paper)}.")


def _named(paper: Paper) -> str:
    return f"**{titled(paper.title, _TITLE_LIMIT)}**"
