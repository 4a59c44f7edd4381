"""The daily post: made for reading in a channel, with buttons that work for ever."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.delivery.post import Post
from bot.views.layout import ACCENT, Layout
from bot.views.markdown import clip_escaped
from bot.views.post_entry import alone, among_others, discussed_together, entry_text, heading_of, room_of_each
from bot.views.why import why


class DailyPost(Layout):
    """One to five papers within Discord's 40 components and 4,000 characters.

    Its mark is the component id by which it is known again. A role is named; that it is notified is for the
    sender to allow.
    """

    def __init__(self, post: Post) -> None:
        count, day = len(post.entries), post.day
        heading = "Paper of the day" if count == 1 else f"{count} papers of the day"
        head = f"## {heading}\n-# {day:%A}, {day.day} {day:%B %Y}"
        if post.topic:
            head += f" · on “{clip_escaped(post.topic, 150)}”"
        if post.ping_role_id is not None:
            head += f" · <@&{post.ping_role_id}>"
        room = room_of_each(count, head)
        items: list[ui.Item[Any]] = [ui.TextDisplay(head)]
        for entry in post.entries:
            text = entry_text(entry.paper, why(entry.pick, day), room)
            items += alone(entry.paper, text) if count == 1 else among_others(entry.paper, text)
        if count > 1:
            items.append(discussed_together(day))
        self.headings = [heading_of(entry.paper) for entry in post.entries]
        super().__init__(ui.Container(*items, accent_colour=ACCENT, id=post.mark))
