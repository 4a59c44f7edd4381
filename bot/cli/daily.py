"""`paperboy daily`: what a daily paper on a topic would have brought."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from datetime import date, time
from pathlib import Path

import click

from bot.cli.options import Day, catalog_option, chosen
from bot.clock import system_clock
from bot.daily.choosing.outlook import Brought, brought
from bot.daily.choosing.pick import Picker
from bot.daily.when.typed_times import parse_weekdays
from bot.errors import UserError
from bot.search.library import Library
from bot.search.query import parse_query
from bot.state.plans import ChannelKind, Plan
from bot.views.why import why


@click.command(short_help="Show what a daily paper on TOPIC would bring.")
@click.argument("topic", nargs=-1)
@click.option(
    "--until",
    type=Day(),
    metavar="DATE",
    help="The last day, as in 2025-03-20.  [default: today, in UTC]",
)
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 3660), help="How many days.")
@click.option("--papers", default=1, show_default=True, type=click.IntRange(1, 5), help="Papers a post.")
@click.option("--weekdays", default="every day", show_default=True, help="As in `Monday to Friday`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a day.")
@catalog_option
def daily(
    topic: tuple[str, ...],
    until: date | None,
    days: int,
    papers: int,
    weekdays: str,
    as_json: bool,
    catalog: Path | None,
) -> None:
    """Show what a daily paper on TOPIC would have brought on each of the last days.

    At 09:00 UTC, to a channel that had nothing before; upvotes are as the catalog has them now. Without a
    TOPIC any paper may come. A TOPIC is in the words of /paper find; put -- before words that start with -:
    paperboy daily -- negotiation -game.
    """
    words = " ".join(topic)
    if words.strip() and parse_query(words).is_empty:
        raise click.UsageError(f"“{words}” has no word that I can search for.")
    plan = Plan(
        guild_id=0,
        channel_id=0,
        kind=ChannelKind.TEXT,
        at=time(9),
        zone="UTC",
        weekdays=_weekdays(weekdays),
        topic=words,
        papers=papers,
    )
    last = until or system_clock().date()
    asyncio.run(_daily(chosen(catalog), plan, last, days, as_json=as_json))


def _weekdays(typed: str) -> frozenset[int]:
    try:
        return parse_weekdays(typed)
    except UserError as error:
        raise click.UsageError(str(error)) from None


async def _daily(catalog: Path, plan: Plan, until: date, days: int, *, as_json: bool) -> None:
    with closing(Library(catalog)) as library:
        await library.background.wait_until_current()
        without: list[str] = []
        found = as_json
        async for day in brought(Picker(library.background, system_clock), plan, until, days):
            found = found or bool(day.picks)
            without.append(json.dumps(_record(day), ensure_ascii=False) if as_json else _text(day))
            if found:
                click.echo("\n".join(without))
                without.clear()
        if not found:
            click.echo(_nothing(plan.topic))


def _nothing(topic: str) -> str:
    if not topic.strip():
        return "The catalog has no paper for any of these days: fill it with `paperboy update`."
    return f"No paper in the catalog is about “{topic}”. See what `paperboy find` has for other words."


def _record(day: Brought) -> dict[str, object]:
    papers = [
        {"id": pick.paper_id, "title": pick.title, "archive": pick.archive, "why": why(pick, day.day)}
        for pick in day.picks
    ]
    return {"day": day.day.isoformat(), "papers": papers}


def _text(day: Brought) -> str:
    lines = [f"{day.day:%a} {day.day.isoformat()}  {_line(day, place)}" for place in range(len(day.picks))]
    return "\n".join(lines) or f"{day.day:%a} {day.day.isoformat()}  no paper left"


def _line(day: Brought, place: int) -> str:
    pick = day.picks[place]
    return f"{pick.title}  {pick.paper_id}  ({why(pick, day.day)})"
