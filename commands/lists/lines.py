"""A paper on a list: how far it is read, its note, its list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands, ui

from bot.errors import HiddenHere, StaleButton
from bot.paper.model import Paper
from bot.readers.lists import LONGEST_NAME, LONGEST_NOTE, Line, ReadingList, Status
from bot.readers.owner import Kind
from bot.views.layout import Layout, Notice
from bot.views.list_buttons import NEW_LIST, EditNote, MoveTo, PickLine, RemoveLine, SetStatus, line_handle
from bot.views.markdown import clip_escaped, titled
from bot.views.reading_list import NoteChanged, SavedPaper, name_of
from commands.answering.context import Handlers, Interaction, me, services_of
from commands.answering.menus import the_chosen
from commands.answering.modal import Modal
from commands.answering.replies import Manner, answer, manner_of_turn
from commands.lists.list_group import (
    PLACES,
    Name,
    Place,
    check_may_edit,
    list_called,
    list_names,
    list_of_button,
    lists,
    may_edit,
    visible_lists,
)
from commands.lists.seen_lines import line_called, line_of_button, lines_typed, shelved_here
from commands.paper.paper_group import Typed

_SHOWN = 200
_LONGEST_ID = 19


async def _shown(interaction: Interaction, on: ReadingList, line: Line, said: str) -> Layout:
    (shelved,) = await shelved_here(interaction, [line])
    targets = await visible_lists(interaction, to_edit=True)
    return SavedPaper(shelved, on, targets, said, frozen=not may_edit(interaction, on))


async def _pick(interaction: Interaction, wanted: PickLine) -> None:
    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id)
        line = await line_of_button(interaction, on, the_chosen(interaction))
        return await _shown(interaction, on, line, f"On {name_of(on)}.")

    await answer(interaction, work(), Manner.PRIVATE)


async def _set_status(interaction: Interaction, wanted: SetStatus) -> None:
    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id)
        line = await line_of_button(interaction, on, wanted.paper)
        status = _status(the_chosen(interaction))
        line = await services_of(interaction).lists.read_to(line, status, interaction.user.id)
        return await _shown(interaction, on, line, f"On {name_of(on)}.")

    await answer(interaction, work(), manner_of_turn(interaction))


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError:
        raise StaleButton from None


async def _choose_list(interaction: Interaction, wanted: MoveTo) -> None:
    target = the_chosen(interaction)
    if target == NEW_LIST:
        await interaction.response.send_modal(_NewListForm(wanted))
        return
    if not (target.isascii() and target.isdecimal() and len(target) < _LONGEST_ID):
        raise StaleButton

    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id)
        line = await line_of_button(interaction, on, wanted.paper)
        return await _put_on(interaction, on, line, await list_of_button(interaction, int(target)))

    await answer(interaction, work(), manner_of_turn(interaction))


async def _put_on(interaction: Interaction, on: ReadingList, line: Line, to: ReadingList) -> Layout:
    """Move within one owner's lists; to somebody else's a copy goes, without the note."""
    services = services_of(interaction)
    check_may_edit(interaction, to)
    if to.owner == on.owner:
        check_may_edit(interaction, on)
        moved = await services.lists.move(line, to)
        return await _shown(interaction, to, moved, f"Moved to {name_of(to)}.")
    (shelved,) = await shelved_here(interaction, [line])
    record = (await services.lists.records([shelved.line])).get(shelved.line.paper_id)
    paper = shelved.paper or record or Paper(id=shelved.line.paper_id, title=line.title)
    if to.owner.kind is Kind.SERVER and await services.library.hidden([paper]):
        raise HiddenHere
    records = [paper.id] if record is not None else []
    saving = await services.lists.save(to.owner, [paper], by=interaction.user.id, to=to, records=records)
    said = "Added to" if saving.new else "Already on"
    return await _shown(
        interaction, on, shelved.line, f"{said} {name_of(to)}. It stays on {name_of(on)}, too."
    )


class _NewListForm(Modal):
    def __init__(self, wanted: MoveTo) -> None:
        super().__init__(title="New list", timeout=900)
        self._wanted = wanted
        self.name: ui.TextInput[Any] = ui.TextInput(max_length=LONGEST_NAME)
        self.add_item(ui.Label(text="Name of the list", component=self.name))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Make the list and put the paper on it."""

        async def work() -> Layout:
            on = await list_of_button(interaction, self._wanted.list_id)
            line = await line_of_button(interaction, on, self._wanted.paper)
            made = await services_of(interaction).lists.make(me(interaction), self.name.value)
            return await _put_on(interaction, on, line, made)

        await answer(interaction, work(), Manner.TURN)


class _NoteForm(Modal):
    def __init__(self, on: ReadingList, line: Line, how: Manner) -> None:
        super().__init__(title="Note", timeout=900)
        self._on, self._line, self._how = on, line, how
        everybodys = on.owner.kind is Kind.SERVER
        self.text: ui.TextInput[Any] = ui.TextInput(
            default=line.note or None,
            max_length=max(LONGEST_NOTE, len(line.note)),
            required=False,
            style=discord.TextStyle.paragraph,
        )
        label = "Everybody in this server can read it" if everybodys else "Only you can read it"
        self.add_item(ui.Label(text=label, component=self.text))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Keep what was written."""

        async def work() -> Layout:
            on = await list_of_button(interaction, self._on.id, to_edit=True)
            line = await line_of_button(interaction, on, line_handle(self._line))
            as_opened = replace(line, note=self._line.note)
            noted = await services_of(interaction).lists.note(as_opened, self.text.value)
            if noted is None:
                return NoteChanged(line.note, self.text.value)
            return await _shown(interaction, on, noted, "Noted." if noted.note else "Note removed.")

        await answer(interaction, work(), self._how)


async def _press_note(interaction: Interaction, wanted: EditNote) -> None:
    on = await list_of_button(interaction, wanted.list_id, to_edit=True)
    line = await line_of_button(interaction, on, wanted.paper)
    await interaction.response.send_modal(_NoteForm(on, line, Manner.TURN))


async def _press_remove(interaction: Interaction, wanted: RemoveLine) -> None:
    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id, to_edit=True)
        return await _removed(interaction, on, await line_of_button(interaction, on, wanted.paper))

    await answer(interaction, work(), manner_of_turn(interaction))


async def _removed(interaction: Interaction, on: ReadingList, line: Line) -> Layout:
    await services_of(interaction).lists.remove(line)
    noted = f"\nIts note was: {clip_escaped(line.note, 2 * LONGEST_NOTE)}" if line.note else ""
    return Notice(
        f"Removed **{titled(line.title, _SHOWN)}** from {name_of(on)}.{noted}",
        private=True,
    )


_PAPER = "A paper on that list: type a word of its title"
_NAME = "The list; the one you saved to last when not given"
_PLACE = "Your own lists when not given"


@lists.command(name="note", description="Write a note on a saved paper.")
@app_commands.describe(wanted=_PAPER, name=_NAME, place=_PLACE)
@app_commands.rename(wanted="paper")
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(wanted=lines_typed, name=list_names)
async def note_line(
    interaction: Interaction, wanted: Typed, name: Name | None = None, place: str = Place.MINE.value
) -> None:
    """`/list note`: opens a form, so it can't be deferred."""
    on = await list_called(interaction, name, place, to_edit=True)
    line = await line_called(interaction, on, wanted)
    await interaction.response.send_modal(_NoteForm(on, line, Manner.PRIVATE))


@lists.command(name="move", description="Move a saved paper to another list.")
@app_commands.describe(wanted=_PAPER, to="The list it goes to", name=_NAME, place=_PLACE)
@app_commands.rename(wanted="paper")
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(wanted=lines_typed, to=list_names, name=list_names)
async def move_line(
    interaction: Interaction,
    wanted: Typed,
    to: Name,
    name: Name | None = None,
    place: str = Place.MINE.value,
) -> None:
    """`/list move`."""

    async def work() -> Layout:
        on = await list_called(interaction, name, place, to_edit=True)
        line = await line_called(interaction, on, wanted)
        return await _put_on(interaction, on, line, await list_called(interaction, to, place, to_edit=True))

    await answer(interaction, work(), Manner.PRIVATE)


@lists.command(name="remove", description="Remove a paper from a list.")
@app_commands.describe(wanted=_PAPER, name=_NAME, place=_PLACE)
@app_commands.rename(wanted="paper")
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(wanted=lines_typed, name=list_names)
async def remove_line(
    interaction: Interaction, wanted: Typed, name: Name | None = None, place: str = Place.MINE.value
) -> None:
    """`/list remove`."""

    async def work() -> Layout:
        on = await list_called(interaction, name, place, to_edit=True)
        return await _removed(interaction, on, await line_called(interaction, on, wanted))

    await answer(interaction, work(), Manner.PRIVATE)


BUTTONS: Handlers = {
    PickLine: _pick,
    SetStatus: _set_status,
    MoveTo: _choose_list,
    EditNote: _press_note,
    RemoveLine: _press_remove,
}
