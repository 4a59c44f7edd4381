"""`/list export` and `/list import`: lists as files."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Protocol, cast

import discord
from discord import app_commands

from bot.errors import SourceError, UserError
from bot.paper.model import Paper
from bot.paper.remarks import Remark
from bot.readers.entries import Entry, each_once, title_ids
from bot.readers.exporting import ExportFormat, exported, file_name
from bot.readers.lists import ReadingList
from bot.readers.owner import Kind, Owner
from bot.views.layout import Layout
from bot.views.list_notices import ExportedList, ImportedList, LeftOut
from bot.views.markdown import clip
from bot.views.reading_list import nothing_on
from commands.answering.context import Interaction, inbox_of, services_of
from commands.answering.cooldown import Cooldowns
from commands.answering.replies import Manner, answer
from commands.lists.list_group import (
    PLACES,
    Name,
    Place,
    list_called,
    list_names,
    list_of_button,
    list_to_save_to,
    lists,
    owner_at,
)
from commands.lists.seen_lines import lines_of, papers_on

_LARGEST = 10 * 2**20
"""Bytes of an import."""
_MOST = 2_000
"""Papers of an import."""
_LARGEST_UNPACKED = 64 * 2**20
"""Bytes of an import that was packed."""
_MOST_TEXT = 16_000_000
"""Characters of all its papers."""
_LONGEST_ABSTRACT = 20_000
_LONGEST_TITLE = 1_000
_MOST_AUTHORS = 5_000
"""Of a paper: physicists write some with three thousand."""
_LONGEST_ENDING = 40
_MOST_SKIPPED = 10_000
"""Records without a paper after which a file is given up: a packed one may hold any number."""


class _HasImports(Protocol):
    imports: Cooldowns
    """How often a person may import a file."""


@lists.command(name="export", description="Get a list as a file, with your notes.")
@app_commands.describe(
    form="For which program", name="The list; the one you saved to last when not given", place="Whose list"
)
@app_commands.rename(form="format")
@app_commands.choices(
    place=PLACES,
    form=[
        app_commands.Choice(name="BibTeX", value=ExportFormat.BIBTEX.value),
        app_commands.Choice(name="RIS", value=ExportFormat.RIS.value),
        app_commands.Choice(name="CSL-JSON", value=ExportFormat.CSL_JSON.value),
        app_commands.Choice(name="CSV", value=ExportFormat.CSV.value),
        app_commands.Choice(name="JSON lines", value=ExportFormat.JSON_LINES.value),
        app_commands.Choice(name="Markdown, to read", value=ExportFormat.MARKDOWN.value),
    ],
)
@app_commands.autocomplete(name=list_names)
async def export_list(
    interaction: Interaction, form: str, name: Name | None = None, place: str = Place.MINE.value
) -> None:
    """`/list export`."""

    async def work() -> Layout:
        chosen = ExportFormat(form)
        on = await list_called(interaction, name, place)
        lines = await lines_of(interaction, on)
        if not lines:
            raise UserError(nothing_on(on))
        found = await papers_on(interaction, lines)
        of_lines = [
            (line, found.get(line.paper_id) or Paper(id=line.paper_id, title=line.title)) for line in lines
        ]
        data = await asyncio.to_thread(exported, on.name, of_lines, chosen)
        check_size(interaction, data)
        file = discord.File(io.BytesIO(data), filename=file_name(on.name, chosen))
        return ExportedList(on, len(lines), file)

    await answer(interaction, work(), Manner.PRIVATE)


def check_size(interaction: Interaction, data: bytes) -> None:
    """UserError where Discord would not take that much here."""
    limit = interaction.filesize_limit
    if len(data) > limit:
        raise UserError(
            f"That file has {len(data) / 2**20:.1f} MB, and Discord takes {limit // 2**20} here. Move some "
            "papers to another list first."
        )


@lists.command(name="import", description="Put the papers of a file on a list.")
@app_commands.describe(
    file="BibTeX, RIS, CSL-JSON, CSV, JSON, Markdown, or ids one a line; up to 10 MB and 2,000 papers",
    name="The list; the one you saved to last when not given",
    place="Your own lists when not given",
    notes="For a server's list: bring the file's notes, too. Everybody here will be able to read them",
)
@app_commands.choices(place=PLACES)
@app_commands.autocomplete(name=list_names)
async def import_list(
    interaction: Interaction,
    file: discord.Attachment,
    name: Name | None = None,
    place: str = Place.MINE.value,
    notes: bool = False,
) -> None:
    """`/list import`."""

    async def work() -> Layout:
        if file.size > _LARGEST:
            raise UserError(
                f"That file is larger than {_LARGEST // 2**20} MB. Split it, and import each part."
            )
        to = await list_to_save_to(interaction, name, place)
        try:
            cast(_HasImports, interaction.client.tree).imports.take(interaction)
        except app_commands.CommandOnCooldown as error:
            seconds = max(1, round(error.retry_after))
            raise UserError(f"You can import one file a minute. Try again in {seconds} s.") from None
        with tempfile.TemporaryDirectory(prefix="paperboy-import-") as made:
            path = Path(made) / _safe(file.filename)
            await file.save(path)
            read = await asyncio.to_thread(_read, path)
        return await _imported(interaction, owner_at(interaction, place), to, read, notes=notes)

    await answer(interaction, work(), Manner.PRIVATE)


async def _imported(
    interaction: Interaction, owner: Owner, to: ReadingList | None, read: _Read, *, notes: bool
) -> Layout:
    services, of_server = services_of(interaction), owner.kind is Kind.SERVER
    if not read.entries:
        raise UserError(f"I found no paper in that file.{_without(read.left_out)}")
    entries = await _each_once(interaction, read.entries)
    papers = [entry.paper for entry in entries]
    hidden = await services.library.hidden(papers) if of_server else frozenset()
    if len(hidden) == len(papers):
        raise UserError("This server's admins have hidden all papers of that file.")
    if to is not None:
        # Reading takes a while: the list may be gone by now, or be for others to edit.
        to = await list_of_button(interaction, to.id, to_edit=True)
    remarks = {entry.paper.id: entry.remark for entry in entries if entry.remark is not None}
    without = of_server and not notes
    await inbox_of(interaction).finder.note([entry.paper.id for entry in entries])
    saving = await services.lists.save(
        owner,
        [paper for paper in papers if paper.id not in hidden],
        by=interaction.user.id,
        to=to,
        records=frozenset(entry.paper.id for entry in entries if entry.lacking),
        remarks=_for_everybody(remarks, notes=notes) if of_server else remarks,
    )
    return ImportedList(
        saving,
        LeftOut(
            read.left_out, len(hidden), sum(bool(each.note) for each in remarks.values()) if without else 0
        ),
        repeated=len(read.entries) - len(entries),
        cut=read.cut,
        damage=read.damage,
    )


def _without(entries: int) -> str:
    if not entries:
        return ""
    which = "Its one entry has no" if entries == 1 else f"None of its {entries:,} entries has a"
    return f" {which} title or id that I can use."


async def _each_once(interaction: Interaction, entries: Sequence[Entry]) -> list[Entry]:
    """Each paper of the file, as the catalog has it where it does."""
    library = services_of(interaction).library
    held = await library.each_as_held([entry.paper for entry in entries])
    lacking = (entry for entry, known in zip(entries, held, strict=True) if known is None)
    here = await library.known(title_ids(lacking))
    of_catalog = await library.each_as_held([*here.values()])
    written = {
        each: paper for (each, paper), known in zip(here.items(), of_catalog, strict=True) if known is None
    }
    return await asyncio.to_thread(each_once, entries, held, written)


def _for_everybody(remarks: Mapping[str, Remark], *, notes: bool) -> dict[str, Remark]:
    """What comes onto a server's list: how far each is read stays the person's own, the day is today."""
    return {each: Remark(remark.note if notes else "", remark.status) for each, remark in remarks.items()}


@dataclass(slots=True)
class _Read:
    entries: list[Entry] = field(default_factory=list)
    left_out: int = 0
    """Entries without a paper."""
    cut: bool = False
    """Whether the file has more than is read."""
    damage: str = ""
    """Why it could not be read to its end."""


def _read(path: Path) -> _Read:
    """At most `_MOST` papers of the file; UserError where none can be read."""
    # For whoever imports a file: what guesses encodings is slow to load.
    from bot.sources.files import PaperFile

    read, size = _Read(), 0
    try:
        for harvest in PaperFile(path, largest=_LARGEST_UNPACKED, by_id=True).harvests():
            fitting = [
                Entry(each, harvest.remarks.get(place))
                for place, paper in enumerate(harvest.papers)
                if (each := _fitting(paper)) is not None
            ]
            read.left_out += len(harvest.skipped) + len(harvest.papers) - len(fitting)
            for entry in fitting:
                paper, remark = entry.paper, entry.remark
                size += len(paper.abstract) + len(paper.title) + sum(map(len, paper.authors))
                size += len(remark.note) if remark else 0
                if len(read.entries) == _MOST or size > _MOST_TEXT:
                    read.cut = True
                    return read
                read.entries.append(entry)
            if read.left_out > _MOST_SKIPPED:
                read.cut = True
                return read
    except SourceError as error:
        read.damage = f"{error.said[:1].upper()}{error.said[1:]}"
        if not read.entries:
            raise UserError(f"I can't read that file. {read.damage}") from error
    return read


def _fitting(paper: Paper) -> Paper | None:
    """As much of it as a list keeps; None for what is no title."""
    if len(paper.title) > _LONGEST_TITLE:
        return None
    if len(paper.abstract) <= _LONGEST_ABSTRACT and len(paper.authors) <= _MOST_AUTHORS:
        return paper
    return paper.model_copy(
        update={"abstract": clip(paper.abstract, _LONGEST_ABSTRACT), "authors": paper.authors[:_MOST_AUTHORS]}
    )


def _safe(name: str) -> str:
    """Its ending tells the format, and no more of it is trusted."""
    return f"file{''.join(PurePath(name[-_LONGEST_ENDING:]).suffixes)}"
