"""`/paper day` and `/paper trending`, and the buttons of their answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from discord import app_commands, ui

from bot.catalog import featured
from bot.catalog.results import Period
from bot.errors import UserError
from bot.services import Services
from bot.views.buttons import OfDay, Trending
from bot.views.layout import Layout, Notice, button
from bot.views.paging import page_of, page_row
from bot.views.paper_list import PAGE_SIZE, PaperList
from bot.views.text import clip_escaped, counted, day
from commands.answering.context import Handlers, Interaction, services_of
from commands.answering.replies import answer, manner, manner_of_turn
from commands.paper.group import Query, paper
from commands.paper.searches import query_of, token_for

_NOTHING_YET = "The catalog has no Daily Papers yet. Its operator can fetch them with `paperboy update`."
_WRITTEN = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d.%m.%Y", "%Y/%m/%d")
_WITHOUT_YEAR = ("%d %b", "%d %B", "%b %d", "%B %d")


@paper.command(name="day", description="The Daily Papers of a day, the most upvoted first.")
@app_commands.describe(
    wanted="As in 2025-03-20, 20 Mar or yesterday; the newest day when not given",
    private="Show the answer only to you",
)
@app_commands.rename(wanted="date")
async def day_command(interaction: Interaction, wanted: Query | None = None, private: bool = False) -> None:
    services = services_of(interaction)

    async def work() -> Layout:
        newest = await services.library.last_featured()
        if newest is None:
            return Notice(_NOTHING_YET)
        return await _day(services, _meant(wanted, services.clock().date()) if wanted else newest, 1)

    await answer(interaction, work(), manner(private))


@day_command.autocomplete("wanted")
async def _newest_days(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    known = await services_of(interaction).library.read(partial(featured.days_like, text=current.strip()))
    return [app_commands.Choice(name=f"{each:%A}, {day(each)}", value=each.isoformat()) for each in known]


async def _day(services: Services, which: date, page: int) -> Layout:
    papers, (before, after) = await services.library.read(
        lambda connection: (featured.papers_of(connection, which), featured.neighbours(connection, which))
    )
    papers = await services.visible(papers)
    shown = page_of(papers, page, PAGE_SIZE)
    here = OfDay(which, shown.number)
    headline = f"**Daily Papers of {which:%A}, {day(which)}**"
    headline += f" · {counted(len(papers), 'paper')}" if papers else "\nNothing was featured on that day."
    return PaperList(
        headline,
        shown.items,
        origin=here,
        first_rank=shown.first_rank,
        below=[*page_row(here, shown.pages), *_other_days(before, after)],
    )


def _other_days(before: date | None, after: date | None) -> list[ui.Item[Any]]:
    """Buttons to the nearest days that have papers."""
    buttons = []
    if before:
        buttons.append(button(f"← {day(before)}", OfDay(before, 1)))
    if after:
        buttons.append(button(f"{day(after)} →", OfDay(after, 1)))
    return [ui.ActionRow(*buttons)] if buttons else []


async def _press_day(interaction: Interaction, wanted: OfDay) -> None:
    work = _day(services_of(interaction), wanted.day, wanted.page)
    await answer(interaction, work, manner_of_turn(interaction))


@paper.command(name="trending", description="The most upvoted papers of the last day, week or month.")
@app_commands.describe(
    period="The last week when not given",
    topic="Only papers on this topic",
    private="Show the answer only to you",
)
@app_commands.choices(
    period=[app_commands.Choice(name=f"The last {period.value}", value=period.value) for period in Period]
)
async def trending(
    interaction: Interaction,
    period: str = Period.WEEK.value,
    topic: Query | None = None,
    private: bool = False,
) -> None:
    await answer(
        interaction, _trending(services_of(interaction), Period(period), topic or "", 1), manner(private)
    )


async def _trending(services: Services, period: Period, topic: str, page: int) -> Layout:
    """The last days count back from the newest one of the catalog, which is a weekday."""
    newest = await services.library.last_featured()
    if newest is None:
        return Notice(_NOTHING_YET)
    first = newest - timedelta(days=period.days - 1)
    papers = await services.library.read(partial(featured.trending, first=first))
    papers = await services.visible(papers)
    if topic:
        on_topic = await services.library.about_ids(topic, [each.id for each in papers])
        papers = [each for each in papers if each.id in on_topic]
    span = day(newest) if first == newest else f"{day(first)} to {day(newest)}"
    about = f" about {clip_escaped(topic, 100)}" if topic else ""
    if not papers:
        when = f"on {span}" if first == newest else f"from {span}"
        hint = "" if period is Period.MONTH else " Try a longer period."
        return Notice(f"Nothing with upvotes{about} was featured {when}.{hint}")
    shown = page_of(papers, page, PAGE_SIZE)
    here = Trending(period, await token_for(services.parked, topic), shown.number)
    return PaperList(
        f"**Trending{about}**, {span} · {counted(len(papers), 'paper')}",
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


def _meant(text: str, today: date) -> date:
    """The day that was typed; without a year the last such day."""
    words = " ".join(text.replace(",", " ").split()).lower()
    if words in ("today", "yesterday"):
        return today - timedelta(days=words == "yesterday")
    for form in _WRITTEN:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    for form in _WITHOUT_YEAR:
        for year in (today.year, today.year - 1):
            try:
                found = datetime.strptime(f"{words} {year}", f"{form} %Y").date()  # noqa: DTZ007
            except ValueError:
                continue
            if found <= today:
                return found
    raise UserError("That is no date. Type it as in `2025-03-20`, `20 Mar 2025` or `yesterday`.")


BUTTONS: Handlers = {OfDay: _press_day, Trending: _press_trending}
