"""What `/paper for-me` answers: a person's papers of the day, or what it needs first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from discord import ui

from bot.paper.model import Paper
from bot.readers.likings import How
from bot.views.layout import Layout, Notice, button, container
from bot.views.list_buttons import ChooseAuthor, NotForMe, Save
from bot.views.markdown import counted, facts_line, titled
from bot.views.markdown import day as day_of
from bot.views.paper_buttons import Open, handle

_TITLE_LIMIT = 180
_BECAUSE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Because:
    """The liked paper that a pick is most like."""

    paper: Paper | None
    """None where it can't be shown here."""
    how: How | None
    """How it was shown that it is liked; None where it no longer is."""


@dataclass(frozen=True, slots=True)
class Picked:
    paper: Paper
    because: Because | None = None
    """None for one from outside what was liked."""


class ForMe(Layout):
    private = True

    def __init__(self, picks: Sequence[Picked], day: date) -> None:
        items: list[ui.Item[Any]] = [ui.TextDisplay(f"**For you** · {day_of(day)}")]
        for rank, pick in enumerate(picks, 1):
            paper = pick.paper
            lines = (
                f"**{rank}. {titled(paper.title, _TITLE_LIMIT)}**",
                facts_line(paper),
                f"-# {_why(pick)}",
            )
            known_as = handle(paper)
            items += [
                ui.Separator(),
                ui.TextDisplay("\n".join(line for line in lines if line)),
                ui.ActionRow(
                    button("Open", Open(known_as)),
                    button("Save", Save(known_as)),
                    button("Not for me", NotForMe(known_as)),
                ),
            ]
        if not picks:
            nothing = "There is no new paper for you today that you haven't had. Come back tomorrow."
            items.append(ui.TextDisplay(nothing))
        super().__init__(container(*items))


class AskForTaste(Layout):
    """For somebody who likes too few papers to go by: `lacking` are those that the catalog doesn't have."""

    private = True

    def __init__(self, known: int, enough: int, lacking: int) -> None:
        missing = counted(enough - known, "more paper" if known else "paper")
        text = (
            f"Save {missing} that you like, and I pick five new ones for you each day. Press **Save** or 👍 "
            "on any paper, or begin with an author."
        )
        if lacking:
            isnt, them = ("isn't", "it") if lacking == 1 else ("aren't", "them")
            of_them = f"{counted(lacking, 'paper')} that you saved {isnt} in my catalog"
            text += f"\n-# {of_them}, so I can't go by {them}."
        super().__init__(ui.TextDisplay(text), ui.ActionRow(button("Choose an author", ChooseAuthor())))


def refused(paper: Paper) -> Notice:
    """Said where one was refused elsewhere."""
    title = titled(paper.title, _TITLE_LIMIT)
    return Notice(f"`/paper for-me` brings you fewer papers like **{title}** from now on.", private=True)


def _why(pick: Picked) -> str:
    if pick.because is None:
        return "Something else, off your usual path"
    paper, how = pick.because.paper, pick.because.how
    name = titled(paper.title, _BECAUSE_LIMIT) if paper is not None else "a paper that isn't shown here"
    match how:
        case How.SAVED:
            return f"Because you saved {name}"
        case How.LIKED:
            return f"Because you liked {name}"
        case How.FOLLOWED:
            return f"Because you follow papers like {name}"
        case None:
            return f"Like {name}"
