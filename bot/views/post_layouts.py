"""Posts as channels see them, in their previews too."""

from __future__ import annotations

from datetime import date

from discord import ui

from bot.delivery.post import Post
from bot.views.daily_post import DailyPost
from bot.views.layout import ACCENT, Layout
from bot.views.markdown import clip_escaped
from bot.views.week_post import WeekPost


def layout_of(post: Post) -> Layout:
    """The post as a channel sees it."""
    if not post.entries:
        return NoNewPapers(post)
    return WeekPost(post) if post.is_weekly else DailyPost(post)


class NoNewPapers(Layout):
    """Said once, when no paper that matches is left for a channel."""

    def __init__(self, post: Post) -> None:
        on = f" on “{clip_escaped(post.topic, 200)}”" if post.topic else ""
        hint = " Change the topic with `/daily edit`." if post.topic else ""
        when = "this week" if post.is_weekly else "today"
        text = (
            f"## No new paper {when}\nThis channel has already seen every paper{on} that I have. "
            f"I'll post again as soon as there's a new one.{hint}"
        )
        super().__init__(ui.Container(ui.TextDisplay(text), accent_colour=ACCENT, id=post.mark))


def thread_name(post: Post) -> str:
    """What the discussion of its papers is called, at most 100 characters."""
    if not post.entries:
        return f"No new papers, {_written(post.day)}"
    titles = [entry.paper.title for entry in post.entries]
    if post.is_weekly or len(titles) > 1:
        return name_of_several(post.day, weekly=post.is_weekly)
    return titles[0] if len(titles[0]) <= 100 else titles[0][:99].rstrip() + "…"


def name_of_several(day: date, *, weekly: bool) -> str:
    """What the discussion of a digest, or of several papers, is called."""
    return f"{'The week in papers' if weekly else 'Papers of the day'}, {_written(day)}"


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
