"""What is said of whole lists: which there are, that one is shared, imported, deleted, and what was saved."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.paper.model import Paper
from bot.readers.lists import ReadingList, Saving
from bot.views.layout import TEXT_LIMIT, Layout, Notice, button, container
from bot.views.list_buttons import DeleteList, KeepList, ShowList
from bot.views.markdown import clip, counted, escape, fitting_lines, linked
from bot.views.paper_list import save_row
from bot.views.reading_list import name_of, quoted

_TITLE_LIMIT = 200
_SPARE = 120


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
    """Asks once, naming how many papers and notes are on it."""

    private = True

    def __init__(self, on: ReadingList, papers: int, notes: int) -> None:
        super().__init__(
            ui.TextDisplay(f"Delete {name_of(on)}{_with(papers, notes)}? You can't undo this."),
            ui.ActionRow(
                button("Delete it", DeleteList(on.id), style=discord.ButtonStyle.danger),
                button("Cancel", KeepList(on.id)),
            ),
        )


def _with(papers: int, notes: int) -> str:
    if papers == 1:
        return " with its paper and note" if notes else " with its paper"
    noted = f" and {counted(notes, 'note')}" if notes else ""
    return f" with its {counted(papers, 'paper')}{noted}" if papers else ""


class NameOfAnother(Layout):
    """A list has that name already."""

    private = True

    def __init__(self, on: ReadingList) -> None:
        super().__init__(
            ui.TextDisplay(f"There is {name_of(on)} already. Choose another name."),
            ui.ActionRow(button("Show list", ShowList(on.id))),
        )


class SharedList(Layout):
    """A copy for everybody: titles and links, never a note; all of it as BibTeX in a file.

    Those of the catalog, the first on the list, can be saved.
    """

    def __init__(
        self, on: ReadingList, papers: Sequence[Paper], of_catalog: Sequence[Paper], by: int, bibtex: bytes
    ) -> None:
        head = f"**{escape(on.name)}** · {counted(len(papers), 'paper')}, shared by <@{by}>"
        every = (f"{rank}. {linked(paper, _TITLE_LIMIT)}" for rank, paper in enumerate(papers, 1))
        lines = fitting_lines(every, TEXT_LIMIT - _SPARE - len(head))
        left = len(papers) - len(lines)
        more = [f"-# {left:,} more in the file."] if left else []
        self.files = [discord.File(io.BytesIO(bibtex), filename="papers.bib")]
        super().__init__(
            container(ui.TextDisplay("\n".join([head, *lines, *more]))),
            ui.File("attachment://papers.bib"),
            *save_row(of_catalog),
        )


class ExportedList(Layout):
    private = True

    def __init__(self, on: ReadingList, papers: int, file: discord.File) -> None:
        self.files = [file]
        super().__init__(
            ui.TextDisplay(f"{name_of(on)} with {counted(papers, 'paper')}:"),
            ui.File(f"attachment://{file.filename}"),
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a file did not come onto a list."""

    entries: int = 0
    """Those that held no paper."""
    hidden: int = 0
    """Papers that are hidden here."""
    notes: int = 0
    """Those that everybody could have read."""


class ImportedList(Layout):
    """`repeated`: entries of papers that the file has already; `cut`: the file has more than was read;
    `damage`: why it could not be read to its end.
    """

    private = True

    def __init__(self, saving: Saving, left_out: LeftOut, *, repeated: int, cut: bool, damage: str) -> None:
        said = [*_came(saving), *_stayed_out(left_out)]
        if repeated:
            entries = "1 entry is" if repeated == 1 else f"{repeated:,} entries are"
            said.append(f"{entries} about a paper that the file has already: I put them together.")
        if cut:
            said.append("The file has more than I take at once: split it, and import the rest.")
        if damage:
            said.append(f"I couldn't read the rest. {damage}")
        super().__init__(
            ui.TextDisplay(" ".join(said)),
            ui.ActionRow(button("Show list", ShowList(saving.on.id))),
        )


def _came(saving: Saving) -> Iterator[str]:
    if saving.new:
        yield f"Imported {counted(saving.new, 'paper')} to {name_of(saving.on)}."
    else:
        yield "Nothing new in that file." if not saving.noted else "No new papers in that file."
    if saving.there:
        yield f"{counted(saving.there, 'other' if saving.new else 'paper')} had been saved before."
    if saving.lacking:
        yield _lacking(saving)
    if saving.noted:
        yield f"{counted(saving.noted, 'note')} came along."
    if saving.refused:
        yield f"{counted(saving.refused, 'paper')} had another note already, which I kept."


def _lacking(saving: Saving) -> str:
    if saving.lacking == saving.new == 1 and not saving.there:
        return "It isn't in my catalog: this list alone has it."
    one = saving.lacking == 1
    return (
        f"{saving.lacking:,} of them {'isn' if one else 'aren'}'t in my catalog: this list alone has "
        f"{'it' if one else 'them'}."
    )


def _stayed_out(left_out: LeftOut) -> Iterator[str]:
    if left_out.notes:
        yield (
            f"I left out {counted(left_out.notes, 'note')}, since everybody here can read this list; "
            "`notes: True` brings them."
        )
    if left_out.entries:
        entries = counted(left_out.entries, "entry").replace("entrys", "entries")
        yield f"I left out {entries} without a paper."
    if left_out.hidden:
        yield f"I left out {counted(left_out.hidden, 'paper')} that this server hides."


class NoteChanged(Layout):
    """Somebody else wrote a note while this one was being written: neither is lost."""

    private = True

    def __init__(self, now: str, written: str) -> None:
        half = (TEXT_LIMIT - 2 * _SPARE) // 2
        super().__init__(
            ui.TextDisplay(
                f"Somebody changed this note meanwhile. It says now:\n{quoted(now or '(nothing)', half)}\n"
                f"Add yours to it with `/list note`.\nWhat you wrote:\n{quoted(written, half)}"
            )
        )


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
