"""A citation to copy: in a code block, or as a file where it is long."""

from __future__ import annotations

import io
import re
from typing import Any

import discord
from discord import ui

from bot.paper.citing import Style
from bot.paper.model import Paper
from bot.views.layout import Layout, button
from bot.views.markdown import titled
from bot.views.paper_buttons import Cite, CiteDetails, More, handle
from bot.views.paper_card import back_to

_BLOCK_LIMIT = 1_800
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")
_NAMES = {Style.BIBTEX: "BibTeX", Style.APA: "APA", Style.PLAIN: "Plain"}


class Citation(Layout):
    """The citation `text` of `paper`, sent together with `files`; `back` leads to all about the paper."""

    def __init__(self, paper: Paper, style: Style, text: str, *, back: bool = False) -> None:
        self.files: list[discord.File] = []
        title = ui.TextDisplay[Any](f"**{_NAMES[style]}** · {titled(paper.title, 200)}")
        block: ui.Item[Any]
        if len(text) <= _BLOCK_LIMIT and "```" not in text:
            block = ui.TextDisplay(f"```{'bibtex' if style is Style.BIBTEX else 'text'}\n{text}\n```")
        else:
            # Discord renames a file whose name holds anything else, and the message would no longer name it.
            name = f"{_NOT_IN_NAMES.sub('-', paper.id)}.{'bib' if style is Style.BIBTEX else 'txt'}"
            self.files.append(discord.File(io.BytesIO(text.encode()), filename=name))
            block = ui.File(f"attachment://{name}")
        to = CiteDetails if back else Cite
        styles = (
            button(label, to(handle(paper), other), disabled=other is style)
            for other, label in _NAMES.items()
        )
        leading = [back_to(More(handle(paper), back=True))] if back else []
        super().__init__(title, block, ui.ActionRow(*leading, *styles))
