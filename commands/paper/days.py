"""`/paper day` and `/paper trending`, and the buttons of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from discord import app_commands, ui

from bot.catalog import featured
from bot.catalog.models import Paper
from bot.errors import StaleButton, UserError
from bot.services import Services
from bot.views.custom_ids import compose, page_number
from bot.views.layout import Layout, Notice, button
from bot.views.paper_list import PAGE_SIZE, PaperList, page_row, pages_of
from bot.views.text import clip_escaped, counted, day
from commands.answering.context import Handler, Interaction, services_of
from commands.answering.replies import answer, manner, manner_of_turn
from commands.paper.group import Query, paper
from commands.paper.searches import query_of, token_for

_NOTHING_YET = "The catalog has no Daily Papers yet. Its operator can fetch them with `paperboy update`."
_WRITTEN = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d.%m.%Y", "%Y/%m/%d")
_WITHOUT_YEAR = ("%d %b", "%d %B", "%b %d", "%B %d")


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> int:
        return {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30}[self]


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
    shown, rank, row = _page(papers, page, lambda to: compose("day", which.isoformat(), to))
    headline = f"**Daily Papers of {which:%A}, {day(which)}**"
    headline += f" · {counted(len(papers), 'paper')}" if papers else "\nNothing was featured on that day."
    return PaperList(
        headline,
        shown,
        origin=("day", which.isoformat(), page),
        first_rank=rank,
        below=[*row, *_other_days(before, after)],
    )


def _other_days(before: date | None, after: date | None) -> list[ui.Item[Any]]:
    """Buttons to the nearest days that have papers."""
    buttons = []
    if before:
        buttons.append(button(f"← {day(before)}", compose("day", before.isoformat(), 1)))
    if after:
        buttons.append(button(f"{day(after)} →", compose("day", after.isoformat(), 1)))
    return [ui.ActionRow(*buttons)] if buttons else []


async def _press_day(interaction: Interaction, which: str, page: str, _: str = "") -> None:
    try:
        wanted = date.fromisoformat(which)
    except ValueError:
        raise StaleButton from None
    work = _day(services_of(interaction), wanted, page_number(page))
    await answer(interaction, work, manner_of_turn(interaction))


@paper.command(name="trending", description="The most upvoted papers of the last day, week or month.")
@app_commands.describe(
    period="The last week when not given",
    topic="Only papers that match this search",
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
    if topic:
        scores = await services.library.score(topic, [each.id for each in papers])
        papers = [each for each in papers if each.id in scores]
    span = day(newest) if first == newest else f"{day(first)} to {day(newest)}"
    about = f" about {clip_escaped(topic, 100)}" if topic else ""
    if not papers:
        when = f"on {span}" if first == newest else f"from {span}"
        hint = "" if period is Period.MONTH else " Try a longer period."
        return Notice(f"Nothing with upvotes{about} was featured {when}.{hint}")
    token = await token_for(services.parked, topic)
    shown, rank, row = _page(papers, page, lambda to: compose("trend", period.value, token, to))
    return PaperList(
        f"**Trending{about}**, {span} · {counted(len(papers), 'paper')}",
        shown,
        origin=("trend", period.value, token, page),
        first_rank=rank,
        below=row,
    )


async def _press_trending(interaction: Interaction, period: str, token: str, page: str, _: str = "") -> None:
    services = services_of(interaction)
    try:
        chosen = Period(period)
    except ValueError:
        raise StaleButton from None
    turned_to = page_number(page)

    async def work() -> Layout:
        return await _trending(services, chosen, await query_of(services.parked, token), turned_to)

    await answer(interaction, work(), manner_of_turn(interaction))


def _page(papers: list[Paper], page: int, at: Any) -> tuple[list[Paper], int, list[ui.Item[Any]]]:
    """The papers of a page, the rank of the first, and the row that turns pages; `at` gives a custom_id."""
    pages = pages_of(len(papers))
    page = max(1, min(page, pages))
    start = (page - 1) * PAGE_SIZE
    return papers[start : start + PAGE_SIZE], start + 1, page_row(page, pages, at, f"{at(page)}:here")


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


BUTTONS: Mapping[str, Handler] = {"day": _press_day, "trend": _press_trending}
