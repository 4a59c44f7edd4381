"""Whose clock is meant: what was understood, and the choice where it isn't clear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import discord
from discord import ui

from bot.views.feed_buttons import CancelFeed, ProposeFeed
from bot.views.layout import Layout, button, container
from bot.views.markdown import clip_escaped

_A_ROW = 5
_LABEL = 40
"""Characters of a place on its button: a phone shows no more."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A place, and when it is the chosen time there."""

    name: str
    """`Mumbai, India`"""
    next_at: datetime

    def told(self, at: time) -> str:
        """`09:00 in Mumbai, India, which is <t:…> for you`; a zone's own name stands without "in"."""
        name = clip_escaped(self.name, 80)
        where = name if name.lower().endswith(" time") or name.startswith("UTC") else f"in {name}"
        return f"{at:%H:%M} {where}, which is <t:{int(self.next_at.timestamp())}:t> for you"


def understood(clock: Clock, at: time, typed: str = "") -> str:
    """One sentence; with `typed` it says what that was taken for."""
    return f"{taken_for(typed, clock.name)} {clock.told(at)}." if typed else f"{clock.told(at)}."


def taken_for(typed: str, name: str) -> str:
    """What was typed, and the place that it was taken for."""
    return f"I took “{clip_escaped(typed, 60)}” as {clip_escaped(name, 80)}."


class ZoneChoice(Layout):
    """Asks which of several places is meant, each with its draft and the time there for the reader."""

    private = True

    def __init__(self, question: str, clocks: Sequence[tuple[Clock, str]], at: time) -> None:
        lines = [f"## Which place?\n{question}", *(f"- {clock.told(at)}" for clock, _ in clocks)]
        choices = [button(clock.name[:_LABEL], ProposeFeed(draft)) for clock, draft in clocks]
        cancel = button("Cancel", CancelFeed(), style=discord.ButtonStyle.danger)
        super().__init__(container(ui.TextDisplay("\n".join(lines))), *_rows([*choices, cancel]))


def _rows(buttons: Sequence[ui.Button[Any]]) -> Iterable[ui.ActionRow[Any]]:
    return (ui.ActionRow(*buttons[start : start + _A_ROW]) for start in range(0, len(buttons), _A_ROW))
