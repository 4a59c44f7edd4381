"""Reading lists, a line of one, and what several have of a search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.paper.model import Paper
from bot.readers.lists import LONGEST_NOTE, Line, ReadingList, Status
from bot.readers.owner import Kind
from bot.views.layout import Layout, button, container, menu
from bot.views.list_buttons import (
    NEW_LIST,
    Among,
    EditNote,
    MoveTo,
    PickLine,
    PickSaved,
    RemoveLine,
    SetStatus,
    ShowList,
    ShowLists,
    Which,
    line_handle,
)
from bot.views.markdown import (
    clip,
    clip_escaped,
    counted,
    escape,
    facts_line,
    joined,
    title_label,
    titled,
)
from bot.views.paging import PageOf, page_row
from bot.views.paper_buttons import Open, handle

LINES_A_PAGE = 5
_TITLE_LIMIT = 200
_NOTE_IN_LIST = 200
_NOTE_LINES = 4
_NAMED_LISTS = 3
_MOST_LISTS = 24
"""Options in a menu beside that for a new list."""
_PLACES_FOR_SERVERS = 8
"""Of these, where a person has many lists of their own."""

_NO_MATCH = "No paper on this list matches."
_WHOSE = {Among.ALL: "All lists", Among.MINE: "Your lists", Among.SERVER: "This server's lists"}
STATUS_WORDS = {Status.TO_READ: "To read", Status.READING: "Reading", Status.READ: "Read"}


@dataclass(frozen=True, slots=True)
class Shelved:
    """A line with its paper as it is seen here; None where it isn't."""

    line: Line
    paper: Paper | None

    @property
    def title(self) -> str:
        """As it was saved; of a paper that was known by its id alone, what the catalog says."""
        is_id = self.paper is not None and self.line.title in (self.paper.arxiv_id, self.paper.doi)
        return self.paper.title if self.paper is not None and is_id else self.line.title


def name_of(on: ReadingList) -> str:
    """Bold; a server's list says so."""
    return f"**{escape(on.name)}**" + (" (this server's list)" if on.owner.kind is Kind.SERVER else "")


def said_name_of(on: ReadingList) -> str:
    """As `name_of`, but one's own list is called a list, since its name may be a word of any kind."""
    return name_of(on) if on.owner.kind is Kind.SERVER else f"your list {name_of(on)}"


class SavedPaper(Layout):
    """Where a paper is: its list, status and note, each of which can be changed here.

    `lists` are those it can go to; where `frozen`, only the status can be changed.
    """

    private = True

    def __init__(
        self,
        shelved: Shelved,
        on: ReadingList,
        lists: Sequence[ReadingList],
        said: str,
        *,
        frozen: bool = False,
    ) -> None:
        line, known_as = shelved.line, line_handle(shelved.line)
        text = f"{said}\n{_described(shelved, on)}"
        shows_title = f"### {titled(shelved.title, _TITLE_LIMIT)}\n{text}"
        rows: list[ui.Item[Any]] = [
            menu("Status", SetStatus(on.id, known_as), [_status(each, line.status) for each in Status])
        ]
        buttons = []
        if not frozen:
            rows.append(menu("Another list", MoveTo(on.id, known_as), _targets(lists, on)))
            buttons.append(button("Edit note" if line.note else "Add a note", EditNote(on.id, known_as)))
        if shelved.paper is not None:
            buttons.append(button("Open", Open(handle(shelved.paper))))
        buttons.append(button("Show list", ShowList(on.id)))
        if not frozen:
            buttons.append(button("Remove", RemoveLine(on.id, known_as)))
        super().__init__(container(ui.TextDisplay(shows_title)), *rows, ui.ActionRow(*buttons))


class ReadingListPage(Layout):
    """A page of a list, with a menu to change what stands on it."""

    private = True

    def __init__(
        self, on: ReadingList, page: PageOf[Shelved], here: ShowList, query: str, total: int
    ) -> None:
        head = joined(f"{name_of(on)} · {counted(on.papers, 'paper')}", _narrowed(here.which, query, total))
        if not page.items and on.papers:
            all_of_it = ui.ActionRow(button("Show list", ShowList(on.id)))
            super().__init__(container(ui.TextDisplay(f"{head}\n{_NO_MATCH}")), all_of_it)
            return
        if not page.items:
            super().__init__(container(ui.TextDisplay(nothing_on(on))))
            return
        items: list[ui.Item[Any]] = [ui.TextDisplay(head)]
        for rank, shelved in enumerate(page.items, page.first_rank):
            items += [ui.Separator(), _entry(shelved, on, rank, here)]
        options = _options((line_handle(each.line), each) for each in page.items)
        super().__init__(
            container(*items),
            menu("Status, note, list…", PickLine(on.id), options),
            *page_row(here, page.pages),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A paper that a search of several lists found."""

    shelved: Shelved
    on: Sequence[ReadingList]
    """Where it is; the first is the list of its line."""


class SeveralListsPage(Layout):
    """What several lists have of a search or a status; each says on which it is."""

    private = True

    def __init__(self, lists: int, page: PageOf[Found], here: ShowLists, query: str, total: int) -> None:
        head = joined(f"**{_WHOSE[here.among]}** ({lists:,})", _narrowed(here.which, query, total))
        if not page.items:
            super().__init__(
                ui.TextDisplay(f"{head}\nNo paper on these lists matches. See them with `/list show`.")
            )
            return
        items: list[ui.Item[Any]] = [ui.TextDisplay(head)]
        for rank, found in enumerate(page.items, page.first_rank):
            where = f"on {names_of_some(found.on)}"
            items += [ui.Separator(), _entry(found.shelved, found.on[0], rank, here, where)]
        options = _options(
            (f"{each.shelved.line.list_id}:{line_handle(each.shelved.line)}", each.shelved)
            for each in page.items
        )
        super().__init__(
            container(*items),
            menu("Status, note, list…", PickSaved(), options),
            *page_row(here, page.pages),
        )


def names_of_some(lists: Sequence[ReadingList]) -> str:
    """Some of them: there may be fifty."""
    more = len(lists) - _NAMED_LISTS
    return ", ".join(map(name_of, lists[:_NAMED_LISTS])) + (f" and {more:,} more" if more > 0 else "")


def nothing_on(on: ReadingList) -> str:
    """Of an empty list, and how to put papers there: Save alone goes to the list last saved to."""
    return f"Nothing is on {name_of(on)} yet. Add papers with {adding_to(on)}."


def adding_to(on: ReadingList) -> str:
    """The command that puts papers there, with its options."""
    named = f"`name: {on.name.replace('`', '')}`"
    of_server = f", {named} and `place: This server's lists`"
    return f"`/list add`{of_server if on.owner.kind is Kind.SERVER else f' and {named}'}"


def _options(shown: Iterable[tuple[str, Shelved]]) -> list[discord.SelectOption]:
    """One for each value."""
    by_value = {value: title_label(each.title) for value, each in shown}
    return [discord.SelectOption(label=label, value=value) for value, label in by_value.items()]


def _entry(
    shelved: Shelved, on: ReadingList, rank: int, here: ShowList | ShowLists, where: str = ""
) -> ui.Section[Any]:
    line, paper = shelved.line, shelved.paper
    lines = [
        f"**{rank}. {titled(shelved.title, _TITLE_LIMIT)}**",
        facts_line(paper) if paper else "",
        f"-# {joined(_described(shelved, on, short=True), where)}",
    ]
    if line.note:
        lines.append(quoted(line.note, _NOTE_IN_LIST, _NOTE_LINES))
    opens = button("Open", Open(handle(paper), here)) if paper else button("Open", Open(line_handle(line)))
    opens.disabled = paper is None
    return ui.Section("\n".join(each for each in lines if each), accessory=opens)


def _described(shelved: Shelved, on: ReadingList, *, short: bool = False) -> str:
    line = shelved.line
    of_server = on.owner.kind is Kind.SERVER
    by = f"added by <@{line.added_by}>" if of_server and line.added_by is not None else ""
    saved = f"{'' if by else 'saved '}{discord.utils.format_dt(line.saved_at, 'R')}"
    lacking = "" if shelved.paper else "not in my catalog"
    facts = joined(STATUS_WORDS[line.status], " ".join(part for part in (by, saved) if part), lacking)
    if short:
        return facts
    note = f"\n{quoted(line.note, 2 * LONGEST_NOTE)}" if line.note else ""
    return f"{facts}{note}"


def quoted(note: str, limit: int, most_lines: int = 50) -> str:
    """A note, each of its lines as a quotation."""
    return "\n".join(f"> {each}" for each in clip_escaped(note, limit).splitlines()[:most_lines])


def _status(each: Status, now: Status) -> discord.SelectOption:
    return discord.SelectOption(label=STATUS_WORDS[each], value=each.value, default=each is now)


def _targets(lists: Sequence[ReadingList], on: ReadingList) -> list[discord.SelectOption]:
    """The list it is on first, then of the person's and the server's as many as a menu holds."""
    own = [each for each in lists if each.owner.kind is Kind.PERSON and each.id != on.id]
    servers = [each for each in lists if each.owner.kind is Kind.SERVER and each.id != on.id]
    room = _MOST_LISTS - 1
    servers = servers[: max(_PLACES_FOR_SERVERS, room - len(own))]
    options = [
        discord.SelectOption(
            label=clip(f"Server: {each.name}" if each.owner.kind is Kind.SERVER else each.name, 100),
            value=str(each.id),
            description=_copying(each) if each.owner != on.owner else None,
            default=each.id == on.id,
        )
        for each in (on, *own[: room - len(servers)], *servers)
    ]
    return [*options, discord.SelectOption(label="New list…", value=NEW_LIST)]


def _copying(to: ReadingList) -> str:
    if to.owner.kind is Kind.SERVER:
        return "Adds it for everyone here; your note stays yours"
    return "Adds it to your own list, too"


def _narrowed(which: Which, query: str, total: int) -> str:
    if which is Which.ALL and not query:
        return ""
    of_status = "" if which is Which.ALL else f" {STATUS_WORDS[Status(which.value)].lower()}"
    matching = f" {'match' if total > 1 else 'matches'} “{clip_escaped(query, 100)}”" if query else ""
    return f"{f'{total:,}' if total else 'none'}{of_status}{matching}"
