"""`/help` and `/about`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from discord import ui

from bot.views.layout import Layout, container, link_button
from bot.views.text import escape, joined

_SEARCH = """### What a search can hold
`multi-agent debate` — words, in any order; typos are corrected
`"chain of thought"` — an exact phrase
`agents -games` — papers without a word
`author:park`  `after:2024`  `before:2024-06`  `cat:cs.CL` — who, when, what
`2411.13543` or a link to arXiv or Hugging Face — that very paper"""


class Help(Layout):
    """`groups` maps a heading to its commands, each as it is typed with its description."""

    def __init__(self, groups: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(
            container(
                *(
                    ui.TextDisplay(f"### {heading}\n{_lines(commands)}")
                    for heading, commands in groups.items()
                ),
                ui.Separator(),
                ui.TextDisplay(_SEARCH),
                ui.Separator(),
                ui.TextDisplay(
                    "Press a message for a while (or right-click it), then **Apps** → "
                    "**Find papers in this message**, for the papers that it links to."
                ),
            )
        )


def _lines(commands: Mapping[str, str]) -> str:
    return "\n".join(f"`/{name}` — {escape(description)}" for name, description in commands.items())


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


class About(Layout):
    def __init__(self, facts: AboutFacts) -> None:
        latency = "" if facts.latency_ms is None else f"{facts.latency_ms:.0f} ms to Discord"
        lines: Iterable[str] = (
            f"## Paperboy {facts.version}",
            "Finds research papers, and brings each channel its paper of the day.",
            joined(f"**{facts.papers:,}** papers", facts.updated, latency),
            *facts.notes,
            "-# MIT licence. Abstracts and titles belong to their authors. "
            "Data from arXiv and Hugging Face; with neither of them affiliated.",
        )
        text = container(ui.TextDisplay("\n".join(line for line in lines if line)))
        more = [ui.ActionRow(link_button("More about this bot", facts.homepage))] if facts.homepage else []
        super().__init__(text, *more)
