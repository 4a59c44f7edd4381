"""The secret address of a channel's feed, shown once to the admin who asked for it."""

from __future__ import annotations

from discord import ui

from bot.views.layout import Layout, container
from bot.views.page_links import PageLinks


class FeedAddress(Layout):
    private = True

    def __init__(self, channel_id: int, links: PageLinks, token: str) -> None:
        atom, json = (links.whole(f"/channel/{token}.{ending}") for ending in ("atom", "json"))
        super().__init__(
            container(
                ui.TextDisplay(
                    f"## The daily papers of <#{channel_id}> as a feed\n"
                    f"Copy one of these into a feed reader:\nAtom: `{atom}`\nJSON Feed: `{json}`\n"
                    "-# Whoever has the address can read the feed. I show it only now, and an earlier one no "
                    "longer works; `/daily rss` makes a new one."
                )
            )
        )
