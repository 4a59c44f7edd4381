"""What is kept about a person: shown to them, and deleted when they ask."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime, time
from typing import Any

import discord
from discord import ui

from bot.readers.owner import Kind
from bot.views.layout import Layout, Notice, button
from bot.views.markdown import counted
from bot.views.privacy_buttons import DeleteMine, KeepMine

KEPT = {
    "feeds": ("daily paper that you set up", "It stays, without your name.", "They stay, without your name."),
    "lists": ("reading list that you made", "", ""),
    "saved": ("paper that you saved", "", ""),
    "reading": ("paper that you are reading or have read", "", ""),
    "votes": ("paper that you like in a server", "", ""),
    "server_saves": ("paper that a server counts as saved by you", "", ""),
    "picked": ("paper that I picked for you", "", ""),
    "follows": ("thing that you follow", "", ""),
    "matches": ("paper that your follows brought", "", ""),
    "inboxes": ("setting that says how you hear of what you follow", "", ""),
    "letters": ("message that told you of new papers", "", ""),
    "mail_subscriptions": ("e-mail address that you gave me", "", ""),
    "mails": ("mail that I sent you", "", ""),
    "mailed": ("paper that was in a mail to you", "", ""),
    "written": ("paper that you described outside of servers", "", ""),
}
"""What one row of a table is to the person it is about, and what stays when they delete their data: of one
such row, and of several."""

_ON_SERVERS = (
    "paper that you put on a server's list",
    "It stays, without your name.",
    "They stay, without your name.",
)
_SERVERS = (
    "server list that you made",
    "It stays, without your name.",
    "They stay, without your name.",
)
_REFUSED = ("paper that you said is not for you", "", "")


def _is_servers(row: Mapping[str, Any]) -> bool:
    return bool(row["owner_kind"] == Kind.SERVER.value)


_APART: dict[str, tuple[tuple[str, str, str], Callable[[Mapping[str, Any], Set[int]], bool]]] = {
    "lists": (_SERVERS, lambda row, own: _is_servers(row)),
    "saved": (_ON_SERVERS, lambda row, own: row["list_id"] not in own),
    "picked": (_REFUSED, lambda row, own: row["refused"]),
}
"""Of some tables the rows that are told apart, given the ids of the person's own lists."""

_FILE = "about-you.json"
_UNNAMED = "-# Searches and presses aren't stored with your name."
_LARGEST_EXACT = 2**53
"""Beyond it many readers of JSON round a number: Discord's ids are written as text."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""By table, the rows about the person."""


class AboutYou(Layout):
    """A line for each kind of thing, and all of it in a file."""

    private = True

    def __init__(self, rows: Rows) -> None:
        lines = [f"- {what}" for what, _ in _told(rows)]
        self.files = [discord.File(io.BytesIO(as_json(rows)), filename=_FILE)]
        super().__init__(
            ui.TextDisplay("**What I keep about you**\n" + "\n".join(lines)),
            ui.File(f"attachment://{_FILE}"),
            ui.TextDisplay(f"Delete it with `/privacy delete`.\n{_UNNAMED}"),
        )


class DeleteAll(Layout):
    """Asks once."""

    private = True

    def __init__(self, rows: Rows) -> None:
        lines = [f"- {what}{f'. {stays}' if stays else ''}" for what, stays in _told(rows)]
        super().__init__(
            ui.TextDisplay(
                "**Delete everything I keep about you?** You can't undo this.\n" + "\n".join(lines)
            ),
            ui.ActionRow(
                button("Delete it all", DeleteMine(), style=discord.ButtonStyle.danger),
                button("Cancel", KeepMine()),
            ),
        )


def deleted(rows: Rows) -> Notice:
    """What is said when it is done, of the rows as they were."""
    lines = ["Done. I keep nothing about you now."]
    if stay := [f"- {what}" for what, stays in _told(rows) if stays]:
        lines += ["These stay, without your name:", *stay]
    return Notice("\n".join(lines), private=True)


def nothing_kept() -> Notice:
    """For somebody of whom nothing is stored."""
    return Notice(f"I keep nothing about you.\n{_UNNAMED}", private=True)


def as_json(rows: Rows) -> bytes:
    """The rows by table, indented; instants in ISO 8601, Discord's ids as text."""
    plain = {name: [dict(row) for row in each] for name, each in rows.items()}
    return json.dumps(_plain(plain), indent=2, ensure_ascii=False).encode()


def _told(rows: Rows) -> Iterator[tuple[str, str]]:
    """For each kind of rows how many of what, and what stays of them when they are deleted."""
    for (noun, one_stays, many_stay), count in _kinds(rows):
        first, _, rest = noun.partition(" that ")
        yield f"{counted(count, first)} that {rest}", one_stays if count == 1 else many_stay


def _kinds(rows: Rows) -> Iterator[tuple[tuple[str, str, str], int]]:
    """The words for each kind of rows that there are, and how many."""
    own = {row["id"] for row in rows.get("lists", ()) if not _is_servers(row)}
    for name, each in rows.items():
        apart, is_apart = _APART.get(name, (KEPT[name], lambda row, own: False))
        others = sum(is_apart(row, own) for row in each)
        yield from (
            (kind, some) for kind, some in ((KEPT[name], len(each) - others), (apart, others)) if some
        )


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case frozenset() | set():
            return sorted(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bool() | float() | None | str():
            return value
        case int():
            return str(value) if value >= _LARGEST_EXACT else value
        case _:
            return str(value)
