"""What `/paper for-me` answers: a person's papers of the day, or what it needs first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import discord
from discord import ui

from bot.paper.model import Paper
from bot.readers.follows import InboxPlan, Kind
from bot.readers.likings import Because, Picked, why_picked
from bot.views.follow_buttons import CancelFollow, ConfirmFollow
from bot.views.follow_pages import picks_come, what
from bot.views.layout import Layout, button, container, menu
from bot.views.list_buttons import ChooseAuthor, NotForMe, Save, TakeBackPick, TakeBackPicks
from bot.views.markdown import counted, facts_line, titled
from bot.views.markdown import day as day_of
from bot.views.paper_buttons import Open, handle
from bot.views.paper_list import paper_options

_TITLE_LIMIT = 180
_BECAUSE_LIMIT = 100


class ForMe(Layout):
    """What was picked for `day`; those `refused` were taken out of it, and each can be brought back."""

    private = True

    def __init__(self, picks: Sequence[Picked], day: date, *, refused: Sequence[Paper] = ()) -> None:
        items: list[ui.Item[Any]] = [ui.TextDisplay(f"**For you** · {day_of(day)}")]
        for rank, pick in enumerate(picks, 1):
            paper = pick.paper
            lines = (
                f"**{rank}. {titled(paper.title, _TITLE_LIMIT)}**",
                facts_line(paper),
                f"-# {why(pick.because)}",
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
        if len(refused) == 1:
            undo = button("Undo", TakeBackPick(handle(refused[0])))
            said = f"-# Not for you: {titled(refused[0].title, _TITLE_LIMIT)}"
            self.add_item(ui.Section(said, accessory=undo))
        elif refused:
            self.add_item(ui.TextDisplay(f"-# Not for you: {counted(len(refused), 'paper')}"))
            options = paper_options(refused)
            self.add_item(menu("Undo…", TakeBackPicks(), options, most=len(options)))


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


class ForMeDraft(Layout):
    """Asks whether to follow it, with the titles of today's."""

    private = True

    def __init__(self, titles: Sequence[str], plan: InboxPlan) -> None:
        lines = [
            f"### Follow {what(Kind.FOR_ME, '')}?",
            up_to_five(plan) + (" Today's:" if titles else ""),
            *(f"- {titled(title, _TITLE_LIMIT)}" for title in titles),
        ]
        super().__init__(
            container(ui.TextDisplay("\n".join(lines))),
            ui.ActionRow(
                button("Follow", ConfirmFollow(Kind.FOR_ME, "="), style=discord.ButtonStyle.primary),
                button("Cancel", CancelFollow()),
            ),
        )


def up_to_five(plan: InboxPlan) -> str:
    """What comes to whoever follows what is picked for them, and when."""
    return (
        f"Up to five new papers {picks_come(plan)}, the same as in `/paper for-me`. Change when and where "
        "with `/inbox settings`."
    )


def why(because: Because | None, room: int = _BECAUSE_LIMIT) -> str:
    """Why a paper was picked for somebody; of the liked paper's title so many characters."""
    return why_picked(because, lambda paper: titled(paper.title, room))
