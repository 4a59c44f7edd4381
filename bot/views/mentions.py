"""Commands in a message's text, as Discord's clickable mentions.

A sentence writes a command as documentation does, `` `/paper find` `` or `` `/paper add 1706.03762` ``; what
is sent names it so that a tap types it. The ids that this takes are known once Discord has the commands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.views.page_links import PageLinks

_WRITTEN = re.compile(r"(?<![\\`])`/([a-z][a-z -]*)((?: [^`\n]*)?)`(?!`)")
"""Not what a person typed: that is escaped."""


@dataclass(frozen=True)
class Commands:
    """The commands that can be run, as `paper find`, and the ids of what Discord calls commands, as `paper`.

    Where an id is missing, a command is its name in bold. `pages` are those that papers have on the web.
    """

    names: frozenset[str] = frozenset()
    ids: Mapping[str, int] = field(default_factory=dict)
    pages: PageLinks | None = None

    def clickable(self, text: str) -> str:
        """`text` with each command that it names as a mention."""
        if text.startswith("```"):
            return text
        return _WRITTEN.sub(self._mention, text)

    def emphasised(self, text: str) -> str:
        """`text` with each command that it names in bold, where a mention is not wanted or not possible."""
        return Commands(self.names).clickable(text)

    def _mention(self, match: re.Match[str]) -> str:
        words = f"{match[1]}{match[2]}".split(" ")
        for length in (2, 1):
            name, arguments = " ".join(words[:length]), " ".join(words[length:])
            if name in self.names:
                return self.mention(name) + (f" `{arguments}`" if arguments else "")
        return match[0]

    def mention(self, name: str) -> str:
        """The command as a clickable mention where Discord gave its id, else in bold."""
        command_id = self.ids.get(name.split()[0])
        return f"**/{name}**" if command_id is None else f"</{name}:{command_id}>"
