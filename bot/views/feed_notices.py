"""What an admin is told without having asked."""

from __future__ import annotations

from discord import ui

from bot.views.layout import Layout, container


class PausedNotice(Layout):
    """A feed stopped because posting failed; `reason` is our own sentence."""

    def __init__(self, channel_id: int, reason: str, *, feed_id: int) -> None:
        text = (
            f"**The daily paper of <#{channel_id}> is paused.** {reason}\n"
            f"When that is put right, `/daily resume` goes on with it (feed {feed_id} in `/daily list`)."
        )
        super().__init__(container(ui.TextDisplay(text)))
