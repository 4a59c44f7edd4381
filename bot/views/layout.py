"""The frame of every message: a Components V2 layout whose buttons are answered by their custom_id alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord
from discord import ui

from bot.paper.cleaning import visible
from bot.views.button_base import Button
from bot.views.custom_ids import copy_of
from bot.views.markdown import link
from bot.views.mentions import Commands
from bot.views.page_links import PageLinks

TEXT_LIMIT = 4_000
"""Characters of text that Discord takes in one Components V2 message."""

ACCENT = discord.Colour(0xE8A33D)


@dataclass(frozen=True, slots=True)
class Heading:
    """The line that has the title of a paper of the catalog, and leads to the paper's page if it has one."""

    marks: str
    """`##`"""
    title: str
    """Escaped."""
    paper_id: str
    otherwise: str = ""
    """What stands there without pages; empty for the title alone."""

    @property
    def line(self) -> str:
        """As the message has it before it is sent."""
        return f"{self.marks} {self.otherwise or self.title}"

    def leading(self, pages: PageLinks) -> str:
        """The same line as a link to the page."""
        return f"{self.marks} {link(self.title, pages.paper(self.paper_id))}"


class Layout(ui.LayoutView):
    """A layout that discord.py need not remember: after a restart and for ever its buttons work the same."""

    private = False
    """Whether nobody but the person who asked needs it: an error, nothing found."""
    beside: Sequence[Layout] = ()
    """What the person who asked is shown below it, each in a message of its own."""
    headings: Sequence[Heading] = ()

    def __init__(self, *items: ui.Item[Any]) -> None:
        super().__init__(timeout=None)
        for item in items:
            self.add_item(item)
        self._tell_copies_apart()
        # discord.py stores a sent view, for as long as the process lives, unless it is stopped.
        self.stop()

    def _tell_copies_apart(self) -> None:
        """Discord takes no message in which two buttons have one custom_id, whatever they are for."""
        seen: dict[str, int] = {}
        for item in self.walk_children():
            if isinstance(item, ui.Button) and item.custom_id is not None and item.url is None:
                number = seen[item.custom_id] = seen.get(item.custom_id, -1) + 1
                if number:
                    item.custom_id = copy_of(item.custom_id, number)

    def naming(self, commands: Commands) -> Self:
        """This layout with the commands in its text as `commands` writes them, as far as there is room."""
        texts = [item for item in self.walk_children() if isinstance(item, ui.TextDisplay)]
        if commands.pages is not None:
            self._lead_to(commands.pages, texts)
        written = [text.content for text in texts]
        for write in (commands.clickable, commands.emphasised, str):
            for text, content in zip(texts, written, strict=True):
                text.content = write(content)
            if self.text_length <= TEXT_LIMIT:
                break
        return self

    def _lead_to(self, pages: PageLinks, texts: Sequence[ui.TextDisplay[Any]]) -> None:
        """As many titles as there is room for the addresses of their pages."""
        for heading in self.headings:
            line = heading.leading(pages)
            text = next((each for each in texts if heading.line in each.content.split("\n")), None)
            if text is not None and self.text_length + len(line) - len(heading.line) <= TEXT_LIMIT:
                lines = text.content.split("\n")
                lines[lines.index(heading.line)] = line
                text.content = "\n".join(lines)

    @property
    def text_length(self) -> int:
        """Characters of all text in the layout, as Discord counts them against TEXT_LIMIT."""
        return self.content_length()


def container(*items: ui.Item[Any]) -> ui.Container[Any]:
    """A box of the bot's colour."""
    return ui.Container(*items, accent_colour=ACCENT)


def button(
    label: str,
    does: Button,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> ui.Button[Any]:
    """A button that does this when it is pressed."""
    return ui.Button(label=visible(label)[:80], custom_id=does.encode(), style=style, disabled=disabled)


def menu(
    asks: str, does: Button, options: Sequence[discord.SelectOption], *, most: int = 1
) -> ui.ActionRow[Any]:
    """A row with a select menu that does this when one of `options` is chosen, or up to `most` of them."""
    return ui.ActionRow(
        ui.Select(placeholder=asks, custom_id=does.encode(), options=list(options), max_values=most)
    )


def link_button(label: str, url: str) -> ui.Button[Any]:
    """A button that opens an address."""
    return ui.Button(label=label, url=url, style=discord.ButtonStyle.link)


class Notice(Layout):
    """A sentence or two, for errors, empty answers and what was done."""

    def __init__(self, sentence: str, *below: ui.Item[Any], private: bool = False) -> None:
        super().__init__(ui.TextDisplay(sentence), *below)
        self.private = private
