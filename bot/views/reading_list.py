"""A reading list, a line of it, and what is said when papers are saved."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.paper.model import Paper
from bot.readers.lists import LONGEST_NOTE, Line, ReadingList, Saving, Status
from bot.readers.owner import Kind
from bot.views.layout import TEXT_LIMIT, Layout, Notice, button, container, menu
from bot.views.list_buttons import (
    NEW_LIST,
    DeleteList,
    EditNote,
    MoveTo,
    PickLine,
    RemoveLine,
    SetStatus,
    ShowList,
    Which,
    line_handle,
)
from bot.views.markdown import (
    clip,
    clip_escaped,
    counted,
    escape,
    facts_line,
    fitting_lines,
    joined,
    linked,
    title_label,
    titled,
)
from bot.views.paging import PageOf, page_row
from bot.views.paper_buttons import Open, handle

LINES_A_PAGE = 5
_TITLE_LIMIT = 200
_NOTE_IN_LIST = 200
_NOTE_LINES = 4
_MOST_LISTS = 24
"""Options in a menu beside that for a new list."""
_PLACES_FOR_SERVERS = 8
"""Of these, where a person has many lists of their own."""
_SPARE = 120

STATUS_WORDS = {Status.TO_READ: "To read", Status.READING: "Reading", Status.READ: "Read"}


@dataclass(frozen=True, slots=True)
class Shelved:
    """A line with its paper as it is seen here; None where it isn't."""

    line: Line
    paper: Paper | None


def name_of(on: ReadingList) -> str:
    """Bold; a server's list says so."""
    return f"**{escape(on.name)}**" + (" (this server's list)" if on.owner.kind is Kind.SERVER else "")


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
        shows_title = f"### {titled(line.title, _TITLE_LIMIT)}\n{text}"
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
        head = joined(f"{name_of(on)} · {counted(on.papers, 'paper')}", _narrowed(here, query, total))
        if not page.items:
            super().__init__(container(ui.TextDisplay(f"{head}\n{_empty(on, here, query)}")))
            return
        items: list[ui.Item[Any]] = [ui.TextDisplay(head)]
        for rank, shelved in enumerate(page.items, page.first_rank):
            items += [ui.Separator(), _entry(shelved, on, rank, here)]
        by_handle = {line_handle(each.line): each.line.title for each in page.items}
        options = [
            discord.SelectOption(label=title_label(title), value=known_as)
            for known_as, title in by_handle.items()
        ]
        super().__init__(
            container(*items),
            menu("Status, note, list…", PickLine(on.id), options),
            *page_row(here, page.pages),
        )


class MyLists(Layout):
    """All lists of a person, and of the server they are in."""

    private = True

    def __init__(self, lists: Sequence[ReadingList]) -> None:
        if not lists:
            super().__init__(
                ui.TextDisplay(
                    "You haven't saved a paper yet. Press **Save** on any paper, or make a list with "
                    "`/list new`."
                )
            )
            return
        lines = [f"- {name_of(each)} · {counted(each.papers, 'paper')}" for each in lists]
        text = clip("**Reading lists**\n" + "\n".join(lines), TEXT_LIMIT - _SPARE)
        row = [button(clip(each.name, 80), ShowList(each.id)) for each in lists[:5]]
        super().__init__(ui.TextDisplay(text), ui.ActionRow(*row))


class DeletingList(Layout):
    """Asks once."""

    private = True

    def __init__(self, on: ReadingList) -> None:
        what = f" with its {counted(on.papers, 'paper')} and their notes" if on.papers else ""
        super().__init__(
            ui.TextDisplay(f"Delete {name_of(on)}{what}? You can't undo this."),
            ui.ActionRow(button("Delete it", DeleteList(on.id), style=discord.ButtonStyle.danger)),
        )


class SharedList(Layout):
    """A copy for everybody: titles and links, never a note; all of it as BibTeX in a file."""

    def __init__(self, on: ReadingList, papers: Sequence[Paper], by: int, bibtex: bytes) -> None:
        head = f"**{escape(on.name)}** · {counted(len(papers), 'paper')}, shared by <@{by}>"
        every = (f"{rank}. {linked(paper, _TITLE_LIMIT)}" for rank, paper in enumerate(papers, 1))
        lines = fitting_lines(every, TEXT_LIMIT - _SPARE - len(head))
        left = len(papers) - len(lines)
        more = [f"-# {left:,} more in the file."] if left else []
        self.files = [discord.File(io.BytesIO(bibtex), filename="papers.bib")]
        super().__init__(
            container(ui.TextDisplay("\n".join([head, *lines, *more]))), ui.File("attachment://papers.bib")
        )


class ExportedList(Layout):
    private = True

    def __init__(self, on: ReadingList, papers: int, file: discord.File) -> None:
        self.files = [file]
        super().__init__(
            ui.TextDisplay(f"{name_of(on)} with {counted(papers, 'paper')}:"),
            ui.File(f"attachment://{file.filename}"),
        )


class ImportedList(Layout):
    """`left_out` entries held no paper, `hidden` ones are hidden here.

    `cut`: the file has more than was read; `damage`: why it could not be read to its end.
    """

    private = True

    def __init__(self, saving: Saving, left_out: int, hidden: int, *, cut: bool, damage: str) -> None:
        there = f"{counted(saving.there, 'other' if saving.new else 'paper')} had been saved before."
        said = [
            f"Imported {counted(saving.new, 'paper')} to {name_of(saving.on)}."
            if saving.new
            else "Nothing new in that file.",
            there if saving.there else "",
            f"{saving.lacking:,} of them {_are(saving.lacking)} not in my catalog, and for this list alone."
            if saving.lacking
            else "",
            f"I left out {counted(left_out, 'entry').replace('entrys', 'entries')} without a paper."
            if left_out
            else "",
            f"I left out {counted(hidden, 'paper')} that this server hides." if hidden else "",
            "The file has more than I take at once: split it, and import the rest." if cut else "",
            f"I couldn't read the rest: {damage}" if damage else "",
        ]
        super().__init__(
            ui.TextDisplay(" ".join(each for each in said if each)),
            ui.ActionRow(button("Show list", ShowList(saving.on.id))),
        )


class NoteChanged(Layout):
    """Somebody else wrote a note while this one was being written: neither is lost."""

    private = True

    def __init__(self, now: str, written: str) -> None:
        half = (TEXT_LIMIT - 2 * _SPARE) // 2
        super().__init__(
            ui.TextDisplay(
                f"Somebody changed this note meanwhile. It says now:\n{_quoted(now or '(nothing)', half)}\n"
                f"Add yours to it with `/list note`.\nWhat you wrote:\n{_quoted(written, half)}"
            )
        )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def saved_some(saving: Saving) -> Notice:
    """What was saved by a menu or a message's papers."""
    if not saving.new:
        there = "It is" if saving.there == 1 else "All of them are"
        return Notice(f"{there} on your lists already. See them with `/list show`.", private=True)
    also = f" {counted(saving.there, 'other')} had been saved before." if saving.there else ""
    return Notice(
        f"Saved {counted(saving.new, 'paper')} to {name_of(saving.on)}.{also}",
        ui.ActionRow(button("Show list", ShowList(saving.on.id))),
        private=True,
    )


def _entry(shelved: Shelved, on: ReadingList, rank: int, here: ShowList) -> ui.Section[Any]:
    line, paper = shelved.line, shelved.paper
    lines = [
        f"**{rank}. {titled(line.title, _TITLE_LIMIT)}**",
        facts_line(paper) if paper else "",
        f"-# {_described(shelved, on, short=True)}",
    ]
    if line.note:
        lines.append(_quoted(line.note, _NOTE_IN_LIST, _NOTE_LINES))
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
    note = f"\n{_quoted(line.note, 2 * LONGEST_NOTE)}" if line.note else ""
    return f"{facts}{note}"


def _quoted(note: str, limit: int, most_lines: int = 50) -> str:
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


def _narrowed(here: ShowList, query: str, total: int) -> str:
    parts = []
    if here.which is not Which.ALL:
        parts.append(STATUS_WORDS[Status(here.which.value)].lower())
    if query:
        parts.append(f"“{clip_escaped(query, 100)}”")
    return f"{total:,} {' · '.join(parts)}" if parts else ""


def _empty(on: ReadingList, here: ShowList, query: str) -> str:
    if on.papers and (query or here.which is not Which.ALL):
        return "No paper on this list matches. See all of it with `/list show`."
    return "Nothing is on this list yet. Press **Save** on any paper, or use `/list add`."
