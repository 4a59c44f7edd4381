"""A paper on a list: how far it is read, its note, its list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands, ui

from bot.errors import HiddenHere, StaleButton, UserError
from bot.paper.model import Paper
from bot.readers.lists import LONGEST_NAME, LONGEST_NOTE, Line, NameTaken, ReadingList, Status
from bot.readers.owner import Kind
from bot.views.layout import Layout, Notice
from bot.views.list_buttons import (
    NEW_LIST,
    EditNote,
    MoveTo,
    PickLine,
    PickSaved,
    RemoveLine,
    SetStatus,
    line_handle,
)
from bot.views.list_notices import NoteChanged
from bot.views.markdown import clip, clip_escaped, escape, titled
from bot.views.reading_list import SavedPaper, adding_to, name_of
from commands.answering.context import Handlers, Interaction, inbox_of, me, owner_of, server_of, services_of
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
    owner_at,
    visible_lists,
)
from commands.lists.seen_lines import line_meant, line_of_button, lines_typed, shelved_here
from commands.paper.paper_group import Typed

_SHOWN = 200
_LONGEST_ID = 19
_LONGEST_FORM_TITLE = 45


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


async def _pick_saved(interaction: Interaction, wanted: PickSaved) -> None:
    list_id, _, paper = the_chosen(interaction).partition(":")
    if not _is_id(list_id):
        raise StaleButton

    async def work() -> Layout:
        on = await list_of_button(interaction, int(list_id))
        return await _shown(
            interaction, on, await line_of_button(interaction, on, paper), f"On {name_of(on)}."
        )

    await answer(interaction, work(), Manner.PRIVATE)


async def _set_status(interaction: Interaction, wanted: SetStatus) -> None:
    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id)
        line = await line_of_button(interaction, on, wanted.paper)
        status = _status(the_chosen(interaction))
        line = await services_of(interaction).lists.read_to(line, status, interaction.user.id)
        return await _shown(interaction, on, line, f"On {name_of(on)}.")

    await answer(interaction, work(), manner_of_turn(interaction))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _LONGEST_ID


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
    if not _is_id(target):
        raise StaleButton

    async def work() -> Layout:
        on = await list_of_button(interaction, wanted.list_id)
        line = await line_of_button(interaction, on, wanted.paper)
        return await _put_on(interaction, on, line, await list_of_button(interaction, int(target)))

    await answer(interaction, work(), manner_of_turn(interaction))


async def _target(interaction: Interaction, name: str, place: str) -> ReadingList:
    """A list of the same place; UserError where there is none, with how to put a paper on one elsewhere."""
    here, services = owner_at(interaction, place), services_of(interaction)
    if await services.lists.named(here, name) is None:
        for owner in {me(interaction), owner_of(interaction)} - {here}:
            if (other := await services.lists.named(owner, name)) is not None:
                whose = "your own" if owner.kind is Kind.PERSON else "this server's"
                raise UserError(
                    f"“{escape(other.name)}” is {whose} list, "
                    f"and papers move among lists of one place. Put it there, too, with {adding_to(other)}."
                )
    return await list_called(interaction, name, place, to_edit=True)


async def _put_on(interaction: Interaction, on: ReadingList, line: Line, to: ReadingList) -> Layout:
    """Move within one owner's lists; to somebody else's a copy goes, without the note."""
    services = services_of(interaction)
    check_may_edit(interaction, to)
    if to.id == on.id:
        return await _shown(interaction, on, line, f"It's on {name_of(on)} already.")
    if to.owner == on.owner:
        check_may_edit(interaction, on)
        moved = await services.lists.move(line, to)
        return await _shown(interaction, to, moved, f"Moved to {name_of(to)}.")
    (shelved,) = await shelved_here(interaction, [line])
    record = (await services.lists.records([shelved.line])).get(shelved.line.paper_id)
    if record is not None:
        record = record.model_copy(update={"id": shelved.line.paper_id})
    paper = shelved.paper or record or Paper(id=shelved.line.paper_id, title=line.title)
    if to.owner.kind is Kind.SERVER and await services.library.hidden([paper]):
        raise HiddenHere
    records = [paper.id] if record is not None else []
    by, server = interaction.user.id, server_of(interaction)
    await inbox_of(interaction).finder.note([paper.id])
    saving = await services.lists.save(to.owner, [paper], by=by, to=to, server=server, records=records)
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
            try:
                made = await services_of(interaction).lists.make(me(interaction), self.name.value)
            except NameTaken as taken:
                raise UserError(
                    f"There is {name_of(taken.on)} already: choose it in the menu, or take another name."
                ) from None
            return await _put_on(interaction, on, line, made)

        await answer(interaction, work(), Manner.TURN)


class _NoteForm(Modal):
    def __init__(self, on: ReadingList, line: Line, how: Manner) -> None:
        super().__init__(
            title=clip(f"Note: {' '.join(line.title.split())}", _LONGEST_FORM_TITLE), timeout=900
        )
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
            said = "Noted" if noted.note else "Note removed" if as_opened.note else "No note"
            return await _shown(interaction, on, noted, f"{said} on {name_of(on)}.")

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


_PAPER = "A saved paper: type a word of its title"
_NAME = "The list; whichever has the paper when not given"
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
    on, line = await line_meant(interaction, wanted, name, place)
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
        target = await _target(interaction, to, place)
        on, line = await line_meant(interaction, wanted, name, place)
        return await _put_on(interaction, on, line, target)

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
        return await _removed(interaction, *await line_meant(interaction, wanted, name, place))

    await answer(interaction, work(), Manner.PRIVATE)


BUTTONS: Handlers = {
    PickLine: _pick,
    PickSaved: _pick_saved,
    SetStatus: _set_status,
    MoveTo: _choose_list,
    EditNote: _press_note,
    RemoveLine: _press_remove,
}
