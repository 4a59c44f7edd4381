"""What a daily paper on a topic would have brought lately, and what to try where that is little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.views.feed_buttons import ProposeFeed
from bot.views.layout import Layout, button, container
from bot.views.markdown import clip, clip_escaped, counted, instant

_NEWEST = 3
"""New papers that are named."""
_LABEL = 80


@dataclass(frozen=True, slots=True)
class TopicOutlook:
    topic: str
    days: int
    """Back to which it looks."""
    new: Sequence[str]
    """Titles of the new papers that would have come, the newest first."""
    archive: int
    """How many would have come from the archive."""
    total: int
    """Papers in the catalog that are about the topic."""
    fresh: int
    """New papers of these days that are about it, posted or not."""
    nearby: Sequence[tuple[str, int]]
    """Topics near it, with their new papers of these days."""
    spelt: tuple[str, int] | None = None
    """Where no paper is about it: what it may be a slip of, and the papers about that."""
    instead: ProposeFeed | None = None
    """Goes on with that topic."""

    @property
    def buttons(self) -> list[ui.Button[Any]]:
        """The one that takes the topic that was probably meant, where there is one."""
        if self.spelt is None or self.instead is None:
            return []
        label = clip(f"Use {self.spelt[0]}", _LABEL)
        return [button(label, self.instead, style=discord.ButtonStyle.primary)]

    @property
    def text(self) -> str:
        """The outlook's lines, in markdown."""
        if not self.total and self.spelt:
            meant, papers = self.spelt
            brought = [
                f"⚠ I have no papers on this topic. Did you mean **{clip_escaped(meant, 200)}** "
                f"({counted(papers, 'paper')})?"
            ]
        elif not self.total:
            brought = ["⚠ I have no papers on this topic yet. The daily paper starts as soon as one comes."]
        else:
            titles = (f"- {clip_escaped(title, 120)}" for title in self.new[:_NEWEST])
            brought = [self._brought, *titles, f"-# {counted(self.total, 'paper')} on this topic in all"]
        return "\n".join([*brought, *self._elsewhere])

    @property
    def _brought(self) -> str:
        new = f"**{counted(len(self.new), 'new paper')}**" if self.new else "no new papers"
        archive = f"**{self.archive:,} from the archive**" if self.archive else ""
        brought = " and ".join(part for part in (new, archive) if part)
        return f"In the last {self.days} days this would have brought {brought}."

    @property
    def _elsewhere(self) -> list[str]:
        if not self.nearby:
            return []
        own = f"{clip_escaped(self.topic, 60)}: {counted(self.fresh, 'new paper')} in {self.days} days"
        others = "; ".join(f"**{clip_escaped(name, 60)}**: {new:,}" for name, new in self.nearby)
        return [f"{own}; {others}"]


class DailyOutlook(Layout):
    """Beside the preview of the next post: what the last days would have brought."""

    def __init__(self, outlook: TopicOutlook, next_at: datetime) -> None:
        last, upcoming = f"### The last days\n{outlook.text}", f"### The next\n{instant(next_at)}"
        row = [ui.ActionRow(*outlook.buttons)] if outlook.buttons else []
        super().__init__(container(ui.TextDisplay(f"{last}\n{upcoming}")), *row)
