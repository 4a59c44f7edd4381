"""`/help` and `/about`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.views.layout import Layout, button, container, link_button
from bot.views.markdown import escape, joined
from bot.views.paper_buttons import ShowHelp, ShowTips

_EXAMPLES = """## Paperboy
Research papers in seconds. Try one:
> `/paper find multi-agent debate`
> `/paper show 2411.13543`
> `/paper trending`"""

_MENU = (
    "-# Long-press a message (or right-click it), then **Apps** → **Find papers in this message** "
    "or **Save papers in this message**."
)

_TIPS = """## Search tips
`multi-agent debate` — any words, in English as papers are; I fix typos
`"chain of thought"` — an exact phrase
`agents -games` — without a word
`title:debate` — in the title
`author:park` — by an author
`after:2024` `before:2024-06` — by date
`cat:cs.CL` — by arXiv category
`2411.13543` — one exact paper; a link to it works too"""


@dataclass(frozen=True, slots=True)
class HelpGroup:
    heading: str
    commands: Sequence[tuple[str, str]]
    """Each as it is typed, with what it does in a word or two."""
    others: Sequence[str] = ()
    """Named alone."""


class Help(Layout):
    """What this person can use here: three examples, then the commands in groups."""

    def __init__(self, groups: Sequence[HelpGroup]) -> None:
        items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(_EXAMPLES)]
        for group in groups:
            items.append(ui.TextDisplay(_text(group)))
        items += [ui.Separator(), ui.TextDisplay(_MENU)]
        super().__init__(container(*items), ui.ActionRow(button("Search tips", ShowTips())))


class SearchTips(Layout):
    def __init__(self) -> None:
        back = button("Back", ShowHelp(), style=discord.ButtonStyle.primary)
        super().__init__(container(ui.TextDisplay(_TIPS)), ui.ActionRow(back))


def _text(group: HelpGroup) -> str:
    lines = [f"### {group.heading}"]
    lines += [f"`/{name}` {escape(what)}" for name, what in group.commands]
    if group.others:
        lines.append(f"-# Also {' · '.join(f'`/{name}`' for name in group.others)}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class AboutFacts:
    version: str
    papers: int
    updated: str
    """When a source was last read, and up to which day; empty where unknown."""
    latency_ms: float | None
    """Round trip to Discord's gateway; None before the first heartbeat."""
    notes: tuple[str, ...] = ()
    """What does not work at present, a sentence each."""
    homepage: str | None = None
    terms: str | None = None
    privacy: str | None = None
    """The addresses of what the operator wrote about the bot; None where there is no such page."""


class About(Layout):
    def __init__(self, facts: AboutFacts) -> None:
        latency = "" if facts.latency_ms is None else f"{facts.latency_ms:.0f} ms to Discord"
        lines: Iterable[str] = (
            f"## Paperboy {facts.version}",
            "I find research papers, and post one a day in a channel.",
            joined(f"**{facts.papers:,}** papers", facts.updated, latency),
            *facts.notes,
            "-# MIT licence. Abstracts and titles belong to their authors. "
            "Data from arXiv and Hugging Face; not affiliated with either.",
        )
        text = container(ui.TextDisplay("\n".join(line for line in lines if line)))
        pages = {"More about this bot": facts.homepage, "Terms": facts.terms, "Privacy": facts.privacy}
        links = [link_button(label, address) for label, address in pages.items() if address]
        super().__init__(text, *([ui.ActionRow(*links)] if links else []))
