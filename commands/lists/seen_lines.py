"""The lines of a list as whoever asks sees them: of a server's list none whose paper is hidden there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from discord import app_commands

from bot.errors import HiddenHere, UserError
from bot.paper.model import Paper
from bot.paper.readable import readable
from bot.readers.lists import Line, PaperLeft, ReadingList
from bot.readers.owner import Kind
from bot.views.list_buttons import line_handle
from bot.views.markdown import clip, escape, title_label, titled
from bot.views.reading_list import Shelved, name_of, names_of_some
from commands.answering.context import Interaction, services_of
from commands.lists.list_group import (
    CHOICES,
    Place,
    check_may_edit,
    list_called,
    lists_at,
    owner_typed,
)

_SHOWN = 100
_WHOSE = {Place.MINE: "any of your lists", Place.SERVER: "any of this server's lists"}


async def lines_of(interaction: Interaction, on: ReadingList, *, public: bool = False) -> list[Line]:
    """All of them, the last saved first; where the answer is `public`, a person's list is seen so, too."""
    lines = await services_of(interaction).lists.lines(on, interaction.user.id)
    if on.owner.kind is Kind.PERSON and not public:
        return lines
    hidden = await _hidden(interaction, lines)
    return [line for line in lines if line.paper_id not in hidden] if hidden else lines


async def papers_on(interaction: Interaction, lines: Sequence[Line]) -> dict[str, Paper]:
    """By the id on its line each paper that the library, or else the list itself, has."""
    services = services_of(interaction)
    known = await services.library.known([line.paper_id for line in lines if not line.recorded])
    records = await services.lists.records(lines)
    return known | records | await _arrived(interaction, records)


async def shelved_here(interaction: Interaction, lines: Sequence[Line]) -> list[Shelved]:
    """With their papers as they are seen here; lines of papers that have other ids by now follow them."""
    services, person = services_of(interaction), interaction.user.id
    moved = await services.library.moved([line.paper_id for line in lines if not line.recorded])
    await services.lists.now_called(moved)
    here = [replace(line, paper_id=moved.get(line.paper_id, line.paper_id)) for line in lines]
    records = await services.lists.records(here)
    arrived = await _arrived(interaction, records)
    here = [
        await services.lists.is_now(line, arrived[line.paper_id].id, person)
        if line.recorded and line.paper_id in arrived
        else line
        for line in here
    ]
    known = await services.library.known([line.paper_id for line in here if not line.recorded])
    return [Shelved(line, known.get(line.paper_id)) for line in here]


async def _arrived(interaction: Interaction, records: Mapping[str, Paper]) -> dict[str, Paper]:
    """Of papers that lists keep themselves those that the catalog has by now, by the ids on their lines."""
    held = await services_of(interaction).library.each_as_held([*records.values()])
    return {each: paper for each, paper in zip(records, held, strict=True) if paper is not None}


async def line_of_button(interaction: Interaction, on: ReadingList, paper_id: str) -> Line:
    """UserError where the paper has left the list; HiddenHere where a server's list has one hidden there."""
    found = await services_of(interaction).lists.line(on, paper_id, interaction.user.id)
    if found is None:
        raise PaperLeft
    if on.owner.kind is Kind.SERVER and await _hidden(interaction, [found]):
        raise HiddenHere
    return found


async def line_meant(
    interaction: Interaction, wanted: str, name: str | None, place: str
) -> tuple[ReadingList, Line]:
    """The line that somebody typed, by its id or words of its title, on a list that they may edit.

    Without a `name` on whichever list of that place has it. UserError where there is none, or no one alone.
    """
    among = (
        await lists_at(interaction, place)
        if name is None
        else [await list_called(interaction, name, place, to_edit=True)]
    )
    lines = [(on, line) for on in among for line in await lines_of(interaction, on)]
    found = _called([line for _, line in lines], wanted)
    papers = {line.paper_id: line.title for line in found}
    where = name_of(among[0]) if len(among) == 1 else _WHOSE[Place(place)]
    said = escape(clip(wanted, _SHOWN))
    if not papers:
        other = "" if name is None else ", or choose another list in `name`"
        raise UserError(f"“{said}” isn't on {where}. Type a few words of its title and choose it{other}.")
    if len(papers) > 1:
        here = where.removeprefix("any of ")
        raise UserError(f"{len(papers):,} papers on {here} match “{said}”. Choose one of those I offer.")
    having = [(on, line) for on, line in lines if line.paper_id in papers]
    if len(having) > 1:
        names, title = names_of_some([on for on, _ in having]), titled(having[0][1].title, _SHOWN)
        raise UserError(f"“{title}” is on {names}: choose one of them in `name`.")
    check_may_edit(interaction, having[0][0])
    return having[0]


def _called(lines: Sequence[Line], wanted: str) -> list[Line]:
    """Those with this id, else those of this very title, else those whose titles hold the words."""
    held = [line for line in lines if _holds(line, wanted)]
    exact = [line for line in held if line.title.casefold() == wanted.casefold().strip()]
    by_id = [line for line in lines if wanted in (line.paper_id, line_handle(line))]
    return by_id or exact or held


async def lines_typed(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Titles on the list named so far, or on all of that place, while typing; choosing one sends its id."""
    services, typed = services_of(interaction), interaction.namespace
    owner, name = owner_typed(interaction), getattr(typed, "name", None)
    named = await services.lists.named(owner, name) if name else None
    among = [named] if named else await services.lists.of(owner)
    found: dict[str, str] = {}
    for on in among:
        for line in await lines_of(interaction, on):
            if _holds(line, current):
                found.setdefault(line_handle(line), title_label(line.title))
        if len(found) >= CHOICES:
            break
    return [app_commands.Choice(name=title, value=value) for value, title in [*found.items()][:CHOICES]]


async def _hidden(interaction: Interaction, lines: Sequence[Line]) -> frozenset[str]:
    services = services_of(interaction)
    if not await services.library.hides_any():
        return frozenset()
    records = await services.lists.records(lines)
    return await services.library.hidden(
        [records.get(line.paper_id) or Paper(id=line.paper_id, title=line.title) for line in lines]
    )


def _holds(line: Line, typed: str) -> bool:
    title = readable(line.title).casefold()
    return all(word in title for word in typed.casefold().split())
