"""What a server liked."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.paper.model import Paper
from bot.readers.votes import ENOUGH_SAVERS, Liked, Since
from bot.views.layout import Layout, button, container
from bot.views.markdown import counted, facts_line, joined, titled
from bot.views.paging import PageOf, page_row
from bot.views.paper_buttons import Open, handle
from bot.views.paper_list import save_row
from bot.views.server_buttons import Top, vote_label

A_PAGE = 5
_TITLE_LIMIT = 200
_OF = {Since.WEEK: "this week", Since.MONTH: "this month", Since.YEAR: "this year", Since.ALL: "so far"}


class TopPage(Layout):
    """Papers with how many people liked each, and saved it in the server."""

    def __init__(self, page: PageOf[tuple[Paper, Liked]], total: int, since: Since) -> None:
        if not page.items:
            self.private = True
            super().__init__(
                ui.TextDisplay(
                    f"Nobody has liked a paper here {_OF[since]}. Press 👍 on a daily paper, or on what "
                    f"`/paper show` shows; a save counts once {ENOUGH_SAVERS} people saved the paper."
                )
            )
            return
        here = Top(since, page.number)
        items: list[ui.Item[Any]] = [
            ui.TextDisplay(f"**What this server liked {_OF[since]}** · {counted(total, 'paper')}")
        ]
        for rank, (paper, liked) in enumerate(page.items, page.first_rank):
            items += [ui.Separator(), _entry(paper, liked, rank, here)]
        super().__init__(
            container(*items), *save_row([paper for paper, _ in page.items]), *page_row(here, page.pages)
        )


def _entry(paper: Paper, liked: Liked, rank: int, here: Top) -> ui.Section[Any]:
    counts = joined(
        vote_label(liked.votes) if liked.votes else "",
        f"saved by {liked.saves:,}" if liked.saves else "",
    )
    lines = (f"**{rank}. {titled(paper.title, _TITLE_LIMIT)}**", facts_line(paper), f"-# {counts}")
    return ui.Section(
        "\n".join(line for line in lines if line), accessory=button("Open", Open(handle(paper), here))
    )
