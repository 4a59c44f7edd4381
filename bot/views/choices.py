"""Where it isn't clear which paper is meant, or it is missing: what to choose from, and Add it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from discord import ui

from bot.paper.model import Paper
from bot.views.layout import Layout, button, container
from bot.views.markdown import facts_line, titled
from bot.views.paper_buttons import Add, Choose, Then, handle

_TITLE_LIMIT = 200
_ADDED_AT_ONCE = 5
_VERBS = {Then.SHOW: "Show", Then.SIMILAR: "Similar"}


class Choices(Layout):
    """`question`, and papers each with the button of `does`, which goes on with it."""

    private = True

    def __init__(
        self,
        question: str,
        papers: Iterable[Paper],
        does: Callable[[Paper], ui.Button[Any]],
        below: Iterable[ui.Item[Any]] = (),
    ) -> None:
        items: list[ui.Item[Any]] = [ui.TextDisplay(question)]
        for paper in papers:
            lines = (f"**{titled(paper.title, _TITLE_LIMIT)}**", facts_line(paper))
            items.append(ui.Section("\n".join(line for line in lines if line), accessory=does(paper)))
        super().__init__(container(*items), *below)


def going_on(paper: Paper, then: Then, *, public: bool) -> ui.Button[Any]:
    """What a command that shows, compares or cites a paper does with the one that is chosen."""
    return button(_VERBS.get(then, "Cite"), Choose(handle(paper), then, public))


class Missing(Layout):
    """`sentence`, and what may be done about it."""

    private = True

    def __init__(self, sentence: str, below: Iterable[ui.Item[Any]] = ()) -> None:
        super().__init__(ui.TextDisplay(sentence), *below)


def add_row(arxiv_ids: Sequence[str], *, public: bool) -> list[ui.Item[Any]]:
    """A button for each paper that may be added; none for none."""
    if not arxiv_ids:
        return []
    label = "Add it" if len(arxiv_ids) == 1 else "Add {}"
    buttons = (button(label.format(each), Add(each, public)) for each in arxiv_ids[:_ADDED_AT_ONCE])
    return [ui.ActionRow(*buttons)]
