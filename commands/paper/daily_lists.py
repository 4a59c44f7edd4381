"""`/paper day` and `/paper trending`, and the buttons of their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from discord import app_commands, ui

from bot.errors import UserError
from bot.search.query import parse_query
from bot.search.results import Period
from bot.search.typed_days import Reading, read_day
from bot.services import ServicesHere
from bot.views.day_sentences import none_trending, span_of, why_empty
from bot.views.filters import NAMED_PARTS, left_out
from bot.views.layout import Layout, Notice, button
from bot.views.markdown import clip, clip_escaped, counted, day
from bot.views.paging import page_of, page_row
from bot.views.paper_buttons import ChooseDay, OfDay, Trending
from bot.views.paper_list import PAGE_SIZE, PaperList
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import answer, manner, manner_of_turn
from commands.paper.paper_group import Typed, paper
from commands.paper.searches import query_of, token_for

_NOTHING_YET = "I have no Daily Papers yet. The bot's operator can fetch them with `paperboy update`."
_SHOWN = 60
_LABEL = 80


@paper.command(name="day", description="Show a day's Daily Papers, most upvoted first.")
@app_commands.describe(
    wanted="As in 2025-03-20, 20 Mar or yesterday; the newest day if you leave it out",
    private="Show the answer only to you",
)
@app_commands.rename(wanted="date")
async def day_command(interaction: Interaction, wanted: Typed | None = None, private: bool = False) -> None:
    """`/paper day`."""
    services = services_of(interaction)

    async def work() -> Layout:
        newest = await services.library.last_featured()
        if newest is None:
            return Notice(_NOTHING_YET, private=True)
        if wanted is None:
            return await _day(services, newest, 1)
        read = await _read(services, wanted, interaction.locale.value, newest)
        return await _meant(services, wanted, read, public=not private)

    await answer(interaction, work(), manner(private))


async def _read(services: ServicesHere, typed: str, locale: str, newest: date) -> Reading:
    first = await services.library.first_featured()
    return await asyncio.to_thread(read_day, typed, services.clock().date(), locale, newest, first)


async def _meant(services: ServicesHere, typed: str, reading: Reading, *, public: bool) -> Layout:
    """The day that was typed, with what was supposed; a question where it may be several; else an error."""
    shown = clip_escaped(typed, _SHOWN)
    if reading.weekday is not None:
        question = f"{day(reading.weekday)} is a {reading.weekday:%A}. Show that day?"
        return _WhichDay(question, [reading.weekday], public=public)
    if not reading.days:
        raise UserError(
            f"I couldn't read “{shown}” as a date. Try `2025-03-20`, `20 Mar 2025` or `yesterday`."
        )
    if len(reading.days) > 1:
        return _WhichDay(f"“{shown}” can be more than one day. Which one?", reading.days, public=public)
    which = reading.days[0]
    note = f"-# I read “{shown}” as {which:%A}, {day(which)}.\n" if reading.is_guess else ""
    return await _day(services, which, 1, note)


class _WhichDay(Layout):
    """`question`, and a button for each day, which shows it, where `public` to everybody."""

    private = True

    def __init__(self, question: str, days: Iterable[date], *, public: bool) -> None:
        buttons = (button(f"{each:%a}, {day(each)}", ChooseDay(each, public)) for each in days)
        super().__init__(ui.TextDisplay(question), ui.ActionRow(*buttons))


@day_command.autocomplete("wanted")
async def _matching_days(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    known = await services_of(interaction).library.days_like(current)
    return [app_commands.Choice(name=f"{each:%A}, {day(each)}", value=each.isoformat()) for each in known]


async def _day(services: ServicesHere, which: date, page: int, note: str = "") -> Layout:
    found = await services.library.of_day(which)
    papers, before, after = found.papers, found.before, found.after
    shown = page_of(papers, page, PAGE_SIZE)
    here = OfDay(which, shown.number)
    headline = f"**Daily Papers of {which:%A}, {day(which)}**"
    headline += f" · {counted(len(papers), 'paper')}" if papers else f"\n{why_empty(before, after)}"
    listed = PaperList(
        note + headline,
        shown.items,
        origin=here,
        first_rank=shown.first_rank,
        below=[*page_row(here, shown.pages), *_other_days(before, after)],
    )
    listed.private = not papers
    return listed


def _other_days(before: date | None, after: date | None) -> list[ui.Item[Any]]:
    """Buttons to the nearest days that have papers."""
    buttons = []
    if before:
        buttons.append(button(f"Earlier: {day(before)}", OfDay(before, 1)))
    if after:
        buttons.append(button(f"Later: {day(after)}", OfDay(after, 1)))
    return [ui.ActionRow(*buttons)] if buttons else []


async def _press_day(interaction: Interaction, wanted: OfDay) -> None:
    work = _day(services_of(interaction), wanted.day, wanted.page)
    await answer(interaction, work, manner_of_turn(interaction))


async def _press_choose(interaction: Interaction, wanted: ChooseDay) -> None:
    await answer(interaction, _day(services_of(interaction), wanted.day, 1), manner(not wanted.public))


@paper.command(name="trending", description="Show the most upvoted papers of the last day, week or month.")
@app_commands.describe(
    period="The last week if you leave it out",
    topic="Only papers on this topic",
    private="Show the answer only to you",
)
@app_commands.choices(
    period=[app_commands.Choice(name=f"The last {period.value}", value=period.value) for period in Period]
)
async def trending(
    interaction: Interaction,
    period: str = Period.WEEK.value,
    topic: Typed | None = None,
    private: bool = False,
) -> None:
    """`/paper trending`."""
    await answer(
        interaction, _trending(services_of(interaction), Period(period), topic or "", 1), manner(private)
    )


async def _trending(services: ServicesHere, period: Period, topic: str, page: int) -> Layout:
    """The last days count back from the newest one of the catalog, which is a weekday."""
    newest = await services.library.last_featured()
    if newest is None:
        return Notice(_NOTHING_YET, private=True)
    first = newest - timedelta(days=period.days - 1)
    query = parse_query(topic)
    if topic and query.is_empty:
        said = clip_escaped(topic, 100)
        raise UserError(f"“{said}” has no word that I can search for. Try a topic such as `web agents`.")
    papers = await services.library.trending(first, topic)
    notes = [left_out(unread) for unread in query.unread[:NAMED_PARTS]]
    if not papers:
        meant, _ = (await services.library.meant(topic) if topic else None) or ("", 0)
        said = none_trending(first, newest, topic, period, meant)
        there = Trending(period, await token_for(services.parked, meant), 1)
        row = [ui.ActionRow[Any](button(clip(f"Show {meant}", _LABEL), there))] if meant else []
        return Notice("\n".join([*notes, said]), *row, private=True)
    about = f": {clip_escaped(topic, 100)}" if topic else ""
    shown = page_of(papers, page, PAGE_SIZE)
    here = Trending(period, await token_for(services.parked, topic), shown.number)
    headline = f"**Trending{about}** · {span_of(first, newest)} · {counted(len(papers), 'paper')}"
    return PaperList(
        "\n".join([*notes, headline]),
        shown.items,
        origin=here,
        first_rank=shown.first_rank,
        below=page_row(here, shown.pages),
    )


async def _press_trending(interaction: Interaction, wanted: Trending) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        topic = await query_of(services.parked, wanted.topic)
        return await _trending(services, wanted.period, topic, wanted.page)

    await answer(interaction, work(), manner_of_turn(interaction))


BUTTONS: Handlers = {OfDay: _press_day, ChooseDay: _press_choose, Trending: _press_trending}
