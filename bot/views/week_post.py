"""The weekly digest: what a server liked and saved, and what else the week brought."""

from __future__ import annotations

from typing import Any

from discord import ui

from bot.delivery.post import Discussion, Entry, Post
from bot.views.layout import ACCENT, Layout
from bot.views.markdown import clip_escaped, counted
from bot.views.post_entry import among_others, discussed_together, entry_text, heading_of, room_of_each
from bot.views.why import why

_QUIET = "Fewer than two 👍 here this week, so this is the best of Hugging Face."
_LIKED = "**Most liked here**"
_SAVED = "**Most saved here**"


class WeekPost(Layout):
    """At most five papers within Discord's 40 components and 4,000 characters, with the mark of the post."""

    def __init__(self, post: Post) -> None:
        day = post.day
        head = f"## The week in papers\n-# {day:%A}, {day.day} {day:%B %Y}"
        if post.ping_role_id is not None:
            head += f" · <@&{post.ping_role_id}>"
        quiet = not any(entry.pick.by_members for entry in post.entries)
        if quiet:
            head += f"\n{_QUIET}"
        best = "**Best of Hugging Face**"
        if post.topic:
            best += f" · on “{clip_escaped(post.topic, 150)}”"
        heads = ["" if quiet and not post.topic else best, _LIKED, _SAVED]
        thread = _thread(post.discussed) if post.discussed else ""
        room = room_of_each(len(post.entries), head, thread, *heads)
        items: list[ui.Item[Any]] = [ui.TextDisplay(head)]
        before = ""
        for entry in post.entries:
            section = _section(entry, heads[0])
            text = entry_text(entry.paper, why(entry.pick, day), room)
            items += among_others(entry.paper, f"{section}\n{text}" if section not in ("", before) else text)
            before = section
        items.append(discussed_together(day, weekly=True))
        if thread:
            # With a line above it, five papers would be a component too many.
            items.append(ui.TextDisplay(thread))
        self.headings = [heading_of(entry.paper) for entry in post.entries]
        super().__init__(ui.Container(*items, accent_colour=ACCENT, id=post.mark))


def _section(entry: Entry, best: str) -> str:
    if not entry.pick.by_members:
        return best
    return _LIKED if entry.pick.votes else _SAVED


def _thread(discussed: Discussion) -> str:
    return f"**Most discussed**\n<#{discussed.thread_id}> · {counted(discussed.messages, 'message')}"
